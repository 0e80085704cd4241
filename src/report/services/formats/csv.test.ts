import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText } from '../../escape.ts'
import { hostileFindings, hostileLook, hostileSightings, hostileText } from '../testing/hostile.ts'
import { findings, look, scanOptions, sightings, written } from '../testing/sample.ts'
import { csv } from './csv.ts'

/** RFC 4180, strictly: CRLF ends a record, quotes only around whole fields and doubled within. */
function parse(text: string): string[][] {
  const records: string[][] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  let record: string[] = []
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    if (!match) throw new Error(`no field at ${at}: ${text.slice(at, at + 40)}`)
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    records.push(record)
    record = []
  }
  return records
}
const rowsOf = (text: string): Record<string, string>[] => {
  const [head = [], ...rows] = parse(text)
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
}

test('the header is what people build on: columns are added at its end only', () => {
  expect(parse(written(csv.start(look, scanOptions), [], []))).toEqual([
    [
      ...['network', 'address', 'port', 'transport', 'hostname', 'recognition', 'service'],
      ...['vendor', 'product', 'version', 'cpe', 'confidence', 'banner', 'ftp_tls', 'anonymous'],
      ...['writable', 'clear_login_anonymous', 'clear_login_accounts', 'bounce'],
      ...['passive_address', 'features', 'files', 'tls_version', 'certificate_subject'],
      ...['certificate_issuer', 'certificate_name_matches', 'certificate_until'],
      ...['certificate_sha256', 'ended', 'seen', 'worst', 'findings', 'not_told'],
    ],
  ])
})

const rows = rowsOf(written(csv.start(look, scanOptions)))

test('a service is a row, by address and port', () => {
  expect(rows.map((row) => `${row['address']} ${row['port']}`)).toEqual([
    '203.0.113.5 21',
    '203.0.113.5 22',
    '203.0.113.5 60021',
    '203.0.113.9 21',
    '203.0.113.9 990',
    '203.0.113.10 443',
    '203.0.113.10 2121',
    '203.0.113.12 8443',
    '2001:db8:85a3::8a2e:370:7334 21',
  ])
  expect(rows[0]).toMatchObject({
    network: 'internet',
    service: 'ftp',
    product: 'vsftpd',
    version: '3.0.3',
    ftp_tls: 'none',
    anonymous: 'yes',
    writable: 'proved',
    files: '2',
    seen: '2026-11-21T09:00:01Z',
    worst: 'critical',
    findings:
      'ftp-server-writable-directory; ftp-server-anonymous-login; ftp-server-clear-text-login',
    not_told: '0',
  })
})

test('what was not observed is empty or unknown, never 0 or no', () => {
  expect(rows[4]).toMatchObject({ anonymous: 'unknown', writable: 'unknown', files: '' })
  expect(rows[7]).toMatchObject({
    recognition: 'undecided',
    anonymous: '',
    worst: '',
    not_told: '',
  })
})

test('every record has every field, cells come back as they were shown, and none is a formula', () => {
  fc.assert(
    fc.property(
      fc.oneof(hostileText, fc.constantFrom('=1+1', '+1', '-1', '@x', '\t=1', '＝1', '"\r\n')),
      (text) => {
        const records = parse(
          written(
            csv.start(hostileLook(text), scanOptions),
            hostileSightings(text),
            hostileFindings(text),
          ),
        )
        const [head = [], ...own] = records
        expect(own).toHaveLength(3)
        const shown = escapeText(text)
        for (const row of own) {
          expect(row).toHaveLength(head.length)
          for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
        }
        const vendor = own[0]?.[head.indexOf('vendor')]
        expect(vendor).toBe(/^[=+\-@＝＋－＠]/.test(shown) ? `'${shown}` : shown)
      },
    ),
  )
})

test('a service that is seen again keeps its last row', () => {
  const twice = rowsOf(
    written(csv.start(look, scanOptions), [...sightings, ...sightings], findings),
  )
  expect(twice).toHaveLength(rows.length)
})
