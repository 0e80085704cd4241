import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wire } from '../../../test/ftp-wire.ts'
import { formatAddress } from '../../model/address.ts'
import {
  formatExtendedPort,
  formatPort,
  type ParsedEndpoint,
  parseExtendedPassive,
  parseExtendedPort,
  parsePassive,
  parsePort,
} from './address.ts'

const said = (parsed: ParsedEndpoint) =>
  parsed.kind === 'endpoint' ? `${formatAddress(parsed.address)} ${parsed.port}` : parsed.reason

describe('227', () => {
  test.each([
    ['Entering Passive Mode (192,0,2,1,195,80)', '192.0.2.1 50000'],
    ['Entering Passive Mode (192,0,2,1,195,80).', '192.0.2.1 50000'],
    ['Entering Passive Mode. 192,0,2,1,195,80', '192.0.2.1 50000'],
    ['Entering Passive Mode =192,0,2,1,195,80', '192.0.2.1 50000'],
    ['Passive (192, 0, 2, 1, 195, 80)', '192.0.2.1 50000'],
    ['PASV mode 2 on 192,0,2,1,195,80 7', '192.0.2.1 50000'],
    ['Passive mode 192.0.2.1.195.80', '192.0.2.1 50000'],
    ['Entering Passive Mode (192,000,002,001,195,080)', '192.0.2.1 50000'],
    ['Entering Passive Mode (0,0,0,0,4,1)', '0.0.0.0 1025'],
    ['Entering Passive Mode (192,0,2,256,195,80)', 'number-too-large'],
    ['Entering Passive Mode (192,0,2,1,0,0)', 'port-zero'],
    ['Entering Passive Mode (192,0,2,1,195)', 'no-numbers'],
    ['', 'no-numbers'],
  ])('%s', (text, out) => {
    expect(said(parsePassive(text))).toBe(out)
  })
})

test.each([
  ['Entering Extended Passive Mode (|||6446|)', 6446],
  ['Entering Extended Passive Mode (!!!6446!)', 6446],
  ['Extended Passive Mode OK (|1|192.0.2.1|6446|)', 6446],
  ['Entering Extended Passive Mode |||6446|', 6446],
  ['Entering Extended Passive Mode (|||0|)', 'port-zero'],
  ['Entering Extended Passive Mode (|||65536|)', 'port-too-large'],
  ['Entering Extended Passive Mode (||!6446|)', 'no-delimiter'],
  ['Entering Extended Passive Mode', 'no-delimiter'],
])('229 %s', (text, out) => {
  const parsed = parseExtendedPassive(text)
  expect(parsed.kind === 'port' ? parsed.port : parsed.reason).toBe(out)
})

test.each([
  ['|1|132.235.1.2|6275|', '132.235.1.2 6275'],
  ['|2|1080::8:800:200C:417A|5282|', '1080::8:800:200c:417a 5282'],
  ['!2!fe80::1%eth0!5282!', 'fe80::1 5282'],
  ['|1|132.235.1.2|6275', '132.235.1.2 6275'],
  ['|2|132.235.1.2|6275|', 'bad-address'],
  ['|1|::1|6275|', 'bad-address'],
  ['|3|1.2.3.4|6275|', 'unknown-protocol'],
  ['|1|1.2.3.4|0|', 'port-zero'],
  ['|1|1.2.3.4|65536|', 'port-too-large'],
  ['|1|1.2.3.4||', 'no-numbers'],
  ['1,2,3,4,5,6', 'no-delimiter'],
  ['', 'no-delimiter'],
])('EPRT %s', (text, out) => {
  expect(said(parseExtendedPort(text))).toBe(out)
})

test('what is written is read back', () => {
  const ip4 = fc
    .integer({ min: 0, max: 0xffff_ffff })
    .map((value) => ({ family: 4 as const, value }))
  const ip6 = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
    .map((words) => ({ family: 6 as const, value: String.fromCharCode(...words) }))
  fc.assert(
    fc.property(fc.oneof(ip4, ip6), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      const endpoint = { kind: 'endpoint', address, port }
      expect(parseExtendedPort(formatExtendedPort({ address, port }))).toEqual(endpoint)
      const written = formatPort({ address, port })
      expect(written === undefined).toBe(address.family === 6)
      if (written !== undefined) expect(parsePort(written)).toEqual(endpoint)
    }),
    { numRuns: 200 },
  )
})

test('nothing throws, and ports are ports', () => {
  fc.assert(
    fc.property(wire, (text) => {
      for (const parsed of [
        parsePassive(text),
        parseExtendedPort(text),
        parseExtendedPassive(text),
      ])
        if (parsed.kind !== 'malformed') expect(parsed.port > 0 && parsed.port < 65_536).toBe(true)
    }),
    { numRuns: 200 },
  )
})
