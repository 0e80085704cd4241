import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostileAudit, options, richAudit } from '../testing/fixture.ts'
import { csv } from './csv.ts'

/** RFC 4180, strictly: CRLF ends a record, quotes only around whole fields and doubled within. */
function parse(text: string): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      let field = ''
      if (text[at] === '"') {
        for (at++; ; at++) {
          if (at >= text.length) throw new Error('a quoted field does not end')
          if (text[at] !== '"') field += text[at]
          else if (text[at + 1] === '"') field += text[at++]
          else break
        }
        at++
      } else
        while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
          if (text[at] === '"' || text[at] === '\n') throw new Error(`stray character at ${at}`)
          field += text[at++]
        }
      record.push(field)
      if (text[at] === ',') at++
      else if (text.startsWith('\r\n', at)) {
        at += 2
        break
      } else throw new Error(`no end of field at ${at}`)
    }
    records.push(record)
  }
  return records
}

const render = (...args: Parameters<typeof csv.render>): string => [...csv.render(...args)].join('')
const objects = (text: string): Record<string, string>[] => {
  const [head = [], ...rows] = parse(text)
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
}

test('a finding is a row of words and shares', () => {
  const row = objects(render(richAudit, options)).find(
    (it) => it['check'] === 'aws-virtual-machine-unrestricted-ftp',
  )
  expect(row).toMatchObject({
    status: 'fail',
    severity: 'critical',
    resource: 'i-0aaa1111',
    name: 'web-1',
    ports: 'tcp 20-21',
    sources: 'all of IPv4',
    ipv4_share: '1',
    ipv6_share: '0',
    verdicts: 'reachable',
    requirements: 'pci-dss-4.0.1:1.2.5; nist-800-53-r5:SC-7(5)',
  })
})

test('what passed and what does not apply is only there when asked for', () => {
  const statuses = (showAll: boolean) =>
    new Set(objects(render(richAudit, { ...options, showAll })).map((it) => it['status']))
  expect(statuses(false)).toEqual(new Set(['fail', 'unknown', 'manual']))
  expect(statuses(true)).toEqual(new Set(['fail', 'unknown', 'manual', 'pass', 'not-applicable']))
})

test('every record has every field, and no cell is a formula, whatever the names are', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('=1+1', '+1', '-1', '@x', '\t=1', '＝1', '"\r\n'),
      ),
      (text) => {
        const [head = [], ...rows] = parse(
          render(hostileAudit(text), { ...options, showAll: true }),
        )
        expect(rows).toHaveLength(10)
        for (const row of rows) {
          expect(row).toHaveLength(head.length)
          for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
        }
      },
    ),
  )
})
