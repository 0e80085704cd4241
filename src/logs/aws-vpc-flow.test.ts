/** Lines from https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html: documented, not recorded. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowAt } from '../model/flow-batch.ts'
import { awsVpcFlow } from './aws-vpc-flow.ts'
import { bareContext, line, readBytes, readText } from './read.test.data.ts'

const accepted =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK'
const rejected =
  '2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK'
const six =
  '2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK'
const noData = '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA'
const skipData =
  '2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA'
const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'

describe('default format', () => {
  test.each([
    { name: 'without header', text: accepted },
    { name: 'with header', text: `${header}\n${accepted}` },
    { name: 'with carriage returns', text: `${header}\r\n${accepted}\r\n` },
    { name: 'exported by CloudWatch Logs', text: `2014-12-14T04:06:50.000Z ${accepted}\n` },
    { name: 'from aws logs tail', text: `2014-12-14T04:06:50+00:00 eni-1235b8-all ${accepted}\n` },
  ])('$name', ({ text }) => {
    const { format, flows, gaps } = readText(text)
    expect(format).toBe('aws-vpc-flow')
    expect(gaps).toEqual([])
    expect(flows).toEqual([
      {
        observer: { kind: 'interface', id: 'eni-1235b8ca123456789' },
        src: { address: { family: 4, value: 0xac1f108b }, port: 20641 },
        dst: { address: { family: 4, value: 0xac1f1015 }, port: 22 },
        original: null,
        transport: 'tcp',
        protocol: 6,
        start: 1_418_530_010_000,
        end: 1_418_530_070_000,
        bytes: 4249,
        packets: 20,
        action: 'accept',
        initiator: 'unknown',
        sampled: 1,
      },
    ])
  })

  test('rejected, and IPv6', () => {
    expect(readText(`${rejected}\n${six}`).flows.map(line)).toEqual([
      'eni-1235b8ca123456789 172.31.9.69:49761>172.31.9.12:3389 tcp 20p 4249b reject by unknown',
      'eni-1235b8ca123456789 [2001:db8:1234:a100:8d6e:3477:df66:f105]:34892>[2001:db8:1234:a102:3304:8879:34cf:4071]:22 tcp 54p 8855b accept by unknown',
    ])
  })

  test('NODATA is coverage, SKIPDATA is none and a gap', () => {
    const quiet = readText(`${noData}\n`)
    expect(quiet.flows).toEqual([])
    expect(quiet.gaps).toEqual([])
    expect(quiet.coverage).toMatchObject([
      { from: 1_431_280_876_000, to: 1_431_280_934_000, complete: true, sampled: 1 },
    ])
    const skipped = readText(`${accepted}\n${skipData}\n`)
    expect(skipped.gaps).toEqual(['flow-records-skipped'])
    expect(skipped.coverage).toMatchObject([
      { from: 1_431_280_876_000, complete: false, at: [{ line: 2, offset: accepted.length + 1 }] },
      { from: 1_418_530_010_000, to: 1_431_280_934_000, complete: false },
    ])
  })
})

describe('custom format', () => {
  const custom =
    'vpc-id tcp-flags pkt-dstaddr pkt-srcaddr dstport srcport dstaddr srcaddr end start bytes packets protocol action flow-direction interface-id reject-reason log-status'
  const row = (flags: string, packetSrc = '203.0.113.9') =>
    `vpc-abcdefab012345678 ${flags} 10.0.2.7 ${packetSrc} 21 43418 10.0.1.5 10.0.0.220 1566848933 1566848875 568 8 6 ACCEPT ingress eni-1235b8ca123456789 - OK`

  test('any order of fields; the addresses of the packet are the original ones', () => {
    const { flows, gaps } = readText(`${custom}\n${row('2')}\n`)
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual([
      'eni-1235b8ca123456789 10.0.0.220:43418>10.0.1.5:21 tcp 8p 568b accept by src',
    ])
    expect(flows[0]?.original).toEqual({
      src: { family: 4, value: 0xcb007109 },
      dst: { family: 4, value: 0x0a000207 },
    })
  })

  test.each([
    { flags: '2', by: 'src' },
    { flags: '3', by: 'src' },
    { flags: '18', by: 'dst' },
    { flags: '19', by: 'dst' },
    { flags: '1', by: 'unknown' },
    { flags: '0', by: 'unknown' },
    { flags: '-', by: 'unknown' },
  ])('flags $flags: opened by $by', ({ flags, by }) => {
    expect(readText(`${custom}\n${row(flags)}\n`).flows[0]?.initiator).toBe(by)
  })

  test('an address that is not told is null', () => {
    expect(readText(`${custom}\n${row('2', '-')}\n`).flows[0]?.original).toEqual({
      src: null,
      dst: { family: 4, value: 0x0a000207 },
    })
  })

  test('the header of the next file holds from there on', () => {
    const { flows } = readText(`${custom}\n${row('2')}\n${header}\n${accepted}\n`)
    expect(flows.map(({ dst }) => dst.port)).toEqual([21, 22])
  })

  test('without the fields of a flow there is one gap, and nothing is guessed', () => {
    const { flows, gaps, summary } = readText(
      'srcaddr dstaddr bytes packets\n10.0.0.1 10.0.0.2 9 1\n',
    )
    expect(flows).toEqual([])
    expect(gaps).toEqual(['flow-fields-missing'])
    expect(summary.bad).toBe(0)
  })

  test('no action, bytes or packets in the format: unknown and null', () => {
    const { flows } = readText(
      'interface-id srcaddr dstaddr srcport dstport protocol start end\neni-1 10.0.0.1 10.0.0.2 9 53 17 1 2\n',
    )
    expect(flows.map(line)).toEqual([
      'eni-1 10.0.0.1:9>10.0.0.2:53 udp nullp nullb unknown by unknown',
    ])
  })
})

test.each([
  { name: 'a port too large', text: accepted.replace(' 22 ', ' 65536 ') },
  { name: 'a field too few', text: accepted.replace(' OK', '') },
  { name: 'a field too many', text: `${accepted} x` },
  { name: 'two spaces', text: accepted.replace(' 22 ', '  22 ') },
  { name: 'an address that is none', text: accepted.replace('172.31.16.139', '172.31.16.1390') },
  { name: 'an octet too large', text: accepted.replace('172.31.16.139', '172.31.16.256') },
  { name: 'an octet with a leading zero', text: accepted.replace('172.31.16.139', '172.031.16.1') },
  { name: 'an empty octet', text: accepted.replace('172.31.16.139', '172..16.1') },
  { name: 'a time that no calendar has', text: accepted.replace('1418530010', '141853001000000') },
  { name: 'a word for a number', text: accepted.replace(' 4249 ', ' 4x49 ') },
  { name: 'a protocol too large', text: accepted.replace(' 6 ', ' 256 ') },
  { name: 'an unknown action', text: accepted.replace('ACCEPT', 'ALLOW') },
  { name: 'an unknown status', text: accepted.replace('OK', 'ok') },
])('$name: bad, counted and sampled, and the next line is read', ({ text }) => {
  const { flows, summary, gaps, coverage } = readText(`${header}\n${text}\n${accepted}\n`)
  expect(flows.length).toBe(1)
  expect(summary).toMatchObject({ lines: 3, understood: 1, skipped: 1, bad: 1 })
  expect(summary.samples).toMatchObject([{ line: 2, sample: text.slice(0, 200) }])
  expect(gaps).toEqual(['bad-log-lines'])
  expect(coverage).toMatchObject([{ complete: false }])
})

test('columns say what observations say, with places', () => {
  const text = `${header}\n${accepted}\n${noData}\njunk\n${rejected}\n${six}\n`
  const bytes = new TextEncoder().encode(text)
  const plain = readBytes(bytes)
  const { batches, summary, coverage } = readBytes(bytes, {}, { flows: 'columns', batchRows: 2 })
  expect(batches.map(({ rows }) => rows)).toEqual([2, 1])
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.rows }, (_, row) => ({ batch, row })),
  )
  expect(rows.map(({ batch, row }) => flowAt(batch, row))).toEqual(plain.flows)
  expect(rows.map(({ batch, row }) => [batch.line[row], batch.offset[row]])).toEqual(
    plain.observations.flatMap((one) =>
      one.kind === 'flow' ? one.at.map((at) => [at.line, at.offset]) : [],
    ),
  )
  expect(rows.map(({ batch, row }) => text.slice(batch.offset[row]).split('\n', 1)[0])).toEqual([
    accepted,
    rejected,
    six,
  ])
  expect(summary).toEqual(plain.summary)
  expect(coverage).toEqual(plain.coverage)
  expect(summary).toMatchObject({ lines: 6, understood: 3, skipped: 2, bad: 1 })
})

test('the fast way and the slow way agree on any line', () => {
  const word = fc.constantFrom(
    ...['2', '-', '0', '6', '65535', '65536', '10.0.0.1', '::1', '1.2.3', 'ACCEPT', 'OK', 'NODATA'],
    ...['123456789010', 'eni-1', '99999999999999999999', 'srcaddr', '', 'é', '\u0000'],
  )
  const lines = fc.array(
    fc.oneof(
      fc.array(word, { maxLength: 16 }).map((words) => words.join(' ')),
      fc.constantFrom(accepted, rejected, six, noData, skipData, header),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (texts, cuts) => {
        const bytes = new TextEncoder().encode(`${header}\n${texts.join('\n')}\n`)
        const fast = readBytes(bytes, {}, {}, cuts)
        expect(fast).toEqual(readBytes(bytes))
        const reader = awsVpcFlow.start(bareContext)
        const flows = `${header}\n${texts.join('\n')}`.split('\n').flatMap((text, i) => {
          const outcome = reader.line(text, i + 1, { offset: 0, syslog: null })
          return outcome !== 'skip' && !('kind' in outcome) ? outcome : []
        })
        expect(fast.flows).toEqual(flows.flatMap((one) => (one.kind === 'flow' ? [one.flow] : [])))
      },
    ),
    { numRuns: 200 },
  )
})
