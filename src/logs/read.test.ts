import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../model/address.ts'
import { parseFormat } from './aws-fields.ts'
import { logFormats } from './index.ts'
import { bad, type LineFormat, type LogContext } from './log.ts'
import { bareContext, gathered, readBytes, readText } from './read.test.data.ts'
import type { LogEvent } from './read.ts'
import { openLog, readLog, recogniseHead } from './read.ts'
import { noCompanions } from './read-companions.ts'

/** Words apart by spaces; `no` is bad, `#` is nothing. */
const words: LineFormat = {
  kind: 'lines',
  id: 'words',
  title: 'words',
  recognise: (_head, lines) => (lines[0]?.startsWith('word ') ? 1 : null),
  start: (context) => ({
    line(text, number, { offset, syslog, raw }) {
      if (text.startsWith('#')) return 'skip'
      if (text.startsWith('no')) return bad('no-word', text)
      const message = JSON.stringify([text, syslog?.host ?? null, raw ? [...raw] : null])
      const at = [{ document: context.document, line: number, offset }]
      return [
        {
          kind: 'coverage',
          from: 0,
          to: message.length,
          complete: true,
          sampled: 1,
          dropped: null,
          at,
        },
        said(message),
      ]
    },
    end: () => [said('end')],
    idle: () => [said('idle')],
  }),
}
const said = (message: string) =>
  ({ kind: 'gap', gap: { key: message, source: null, reason: 'said', message } }) as const
const options = { formats: [words] }
const messages = (all: ReturnType<typeof readText>): string[] =>
  all.observations.flatMap((one) =>
    one.kind === 'gap' && one.gap.reason === 'said' ? [one.gap.message] : [],
  )
const heard = (text: string, host: string | null = null) => JSON.stringify([text, host, null])

describe('lines out of bytes', () => {
  test.each([
    { name: 'line feeds', text: 'word a\nword b\n' },
    { name: 'no last line end', text: 'word a\nword b' },
    { name: 'carriage returns', text: 'word a\r\nword b\r\n' },
    { name: 'a mark of UTF-8', text: '\ufeffword a\nword b\n' },
  ])('$name', ({ text }) => {
    const all = readText(text, {}, options)
    expect(messages(all)).toEqual([heard('word a'), heard('word b'), 'end'])
    expect(all.summary).toMatchObject({ lines: 2, understood: 2, bad: 0 })
  })

  test('control characters and other scripts stay what they are', () => {
    const text = 'word \u001b[31m\u0000\u0007\u2028ł→東😀'
    expect(messages(readText(`${text}\n`, {}, options))).toEqual([heard(text), 'end'])
  })

  test.each(['utf-16le', 'utf-16be'] as const)('%s, with and without its mark', (encoding) => {
    for (const mark of ['\ufeff', '']) {
      const bytes = Buffer.from(`${mark}word ł→😀\nword b\n`, 'utf16le')
      const all = readBytes(encoding === 'utf-16le' ? bytes : bytes.swap16(), {}, options, [3, 1])
      expect(messages(all)).toEqual([heard('word ł→😀'), heard('word b'), 'end'])
    }
  })

  test('bytes that are no UTF-8 are kept beside the text, and told once', () => {
    const bytes = Buffer.from('word a\nword Z\xfcrich\nword \xe9\n', 'latin1')
    const all = readBytes(bytes, {}, options)
    expect(messages(all)[1]).toBe(
      JSON.stringify(['word Z\ufffdrich', null, [...Buffer.from('word Z\xfcrich', 'latin1')]]),
    )
    expect(all.gaps.filter((reason) => reason !== 'said')).toEqual(['invalid-utf-8'])
  })

  test('the same however the bytes are cut', () => {
    const piece = fc.constantFrom(
      'word a',
      'word ł',
      '#',
      'no',
      '',
      '\r',
      ' ',
      '\u0000',
      'x'.repeat(90),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (lines, newline, cuts) => {
          const bytes = Buffer.from(['word', ...lines].join(newline))
          const whole = readBytes(bytes, {}, { ...options, format: 'words' })
          expect(readBytes(bytes, {}, { ...options, format: 'words' }, cuts)).toEqual(whole)
          for (const one of whole.coverage) {
            const [at] = one.at
            const lineAt = bytes.toString('utf8').split('\n')[(at?.line ?? 0) - 1] ?? ''
            const found = bytes.subarray(at?.offset).toString('utf8').split('\n', 1)[0]
            expect(found).toBe(lineAt)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a line beyond 1 MiB is bad and passed over, whatever its length', () => {
    for (const size of [2 ** 20 + 1, 3 * 2 ** 20]) {
      const bytes = Buffer.from(`word a\n${'x'.repeat(size)}\nword b\nno\n`)
      for (const cuts of [[Number.POSITIVE_INFINITY], [65_536]]) {
        const all = readBytes(bytes, {}, options, cuts)
        expect(messages(all)).toEqual([heard('word a'), heard('word b'), 'end'])
        expect(all.summary).toMatchObject({ lines: 4, understood: 2, bad: 2 })
        expect(all.summary.samples).toEqual([
          { line: 2, offset: 7, reason: 'line-too-long', sample: null },
          { line: 4, offset: 7 + size + 1 + 7, reason: 'no-word', sample: 'no' },
        ])
        expect(all.coverage.map(({ at }) => at[0]?.line)).toEqual([1, 3])
      }
    }
  })

  test('bad lines are counted, the first twenty sampled, and one gap names the first', () => {
    const all = readText(`word \n${'no\n'.repeat(50)}`, {}, options)
    expect(all.summary).toMatchObject({ lines: 51, understood: 1, bad: 50 })
    expect(all.summary.samples.length).toBe(20)
    const gap = all.observations.at(-1)
    expect(gap).toMatchObject({ gap: { reason: 'bad-log-lines', source: { line: 2 } } })
  })
})

describe('recognition', () => {
  test('what nobody knows is a gap, and an empty log is another', () => {
    expect(readText('what is this\n').gaps).toEqual(['unknown-log-format'])
    expect(readText(' \n').gaps).toEqual(['empty-document'])
    expect(readText('').gaps).toEqual(['empty-document'])
    expect(readText('what is this').summary.format).toBeNull()
  })

  test.each([
    { name: 'RFC 3164', prefix: '<134>Nov 21 10:00:00 ftp1 vsftpd[123]: ' },
    { name: 'RFC 5424', prefix: '<134>1 2026-11-21T10:00:00Z ftp1 vsftpd 123 - - ' },
  ])('out of the wrapper of syslog, $name', ({ prefix }) => {
    const text = ['word a', 'word b', '#'].map((line) => prefix + line).join('\n')
    const all = readText(text, { year: 2026, timezone: 'UTC' }, options)
    expect(all.syslog).toBe('wrapped')
    expect(messages(all)).toEqual([heard('word a', 'ftp1'), heard('word b', 'ftp1'), 'end'])
  })

  test('a log that grows is recognised by what there is, and gives what is complete', () => {
    const log = openLog(bareContext, options)
    const kinds = (events: readonly LogEvent[]) => events.map(({ kind }) => kind)
    expect(kinds(log.push(Buffer.from('word a\nwo')))).toEqual([])
    expect(kinds(log.idle(0))).toEqual(['format', 'observations'])
    expect(kinds(log.push(Buffer.from('rd b\n')))).toEqual([])
    const rest = gathered([...log.idle(1), ...log.end()])
    expect(messages(rest)).toEqual([heard('word b'), 'idle', 'end'])
  })

  test('by the first bytes alone, for the order of reading', () => {
    const head = Buffer.from(
      '{"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","proto":"tcp","conn_state":"SF"}\n',
    )
    expect(recogniseHead(head, bareContext)?.format).toMatchObject({
      id: 'zeek-conn',
      tells: 'others',
    })
    expect(recogniseHead(Buffer.from('hello\n'), bareContext)).toBeNull()
  })

  test('every format of the folder is registered once, under an id of its own', () => {
    const ids = logFormats.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const declared = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .flatMap((name) =>
        [
          ...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(
            /^export const \w+: (?:LineFormat|DocumentFormat) = \{[^}]*?\bid: '([\w-]+)'/gms,
          ),
        ].map(([, id]) => id),
      )
    expect(ids.toSorted()).toEqual(declared.toSorted())
  })
})

describe('compressed', () => {
  async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  async function read(bytes: Uint8Array, size = 1000, more: object = {}) {
    const events: LogEvent[] = []
    for await (const event of readLog(pieces(bytes, size), bareContext, { ...options, ...more }))
      events.push(event)
    return gathered(events)
  }
  const text = Array.from({ length: 20_000 }, (_, i) => `word ${(i * 7919) % 60_013}`).join('\n')

  test.each([
    { name: 'plain', bytes: Buffer.from(text) },
    { name: 'gzip', bytes: gzipSync(text) },
    {
      name: 'two members',
      bytes: Buffer.concat([gzipSync(text.slice(0, 999)), gzipSync(text.slice(999))]),
    },
    { name: 'gzip of UTF-16', bytes: gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')) },
  ])('$name', async ({ bytes }) => {
    const all = await read(bytes)
    expect(all.summary).toMatchObject({ lines: 20_000, understood: 20_000 })
    expect(all).toEqual(readText(text, {}, options))
  })

  test('in pieces of one byte', async () => {
    const all = await read(gzipSync('word a\nword b\n'), 1)
    expect(messages(all)).toEqual([heard('word a'), heard('word b'), 'end'])
  })

  test('what is cut or broken gives what was before, and a gap', async () => {
    const whole = gzipSync(text)
    const cut = await read(whole.subarray(0, whole.length / 2))
    expect(cut.gaps).toContain('truncated-gzip')
    expect(cut.summary.understood).toBeGreaterThan(5000)
    const broken = Buffer.from(whole)
    broken.fill(0xff, whole.length - 3000, whole.length - 2900)
    const all = await read(broken)
    expect(all.gaps).toContain('broken-gzip')
    expect(all.summary.understood).toBeGreaterThan(5000)
  })

  test('a bomb ends at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 2 ** 20, 'word\n'))
    const all = await read(bomb, 1000, { decompressedBytes: 10_000 })
    expect(all.gaps).toContain('decompressed-too-large')
    expect(all.summary.lines).toBeLessThan(200_000)
  })
})

describe.each(logFormats.map((format) => ({ format, id: format.id })))('$id', ({ format }) => {
  const names = [
    ...[
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\t',
      ' ',
      '\n',
      '\r\n',
      '\\',
      '\\x09',
      '-',
      '#fields\t',
    ],
    ...[
      '"records"',
      '"flowTuples"',
      '"event_type":"ftp"',
      '"_path":"ftp"',
      'uid',
      'id.orig_h',
      'ts',
    ],
    ...[
      '{"uid":"C","id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":21,"ts":1',
    ],
    ...['{"timestamp":"2026-11-21T10:00:00Z","event_type":"ftp","flow_id":1,"src_ip":"10.0.0.1"'],
    ...[
      '10.0.0.1',
      '::1',
      '1795251600',
      '-1',
      '1e999',
      'null',
      'ACCEPT',
      'OK',
      'srcaddr',
      'dstaddr',
    ],
    ...[
      'constructor',
      '__proto__',
      '\u0000',
      '\u001b[2J',
      '\ufffd',
      '[pid 1]',
      'PASS secret',
      '230',
    ],
    ...[
      '[D 2026-11-21 10:00:00] 203.0.113.5:40000-[',
      '] ',
      '<- ',
      '-> 230 ok',
      '>>> starting FTP server on :::21, pid=',
    ],
    ...['"events":[', '"logEvents":[', '"message":"2 ', '{"message":', 'eni-0123456789abcdef0'],
    ...['Dec 31 23:59:59 gate vsftpd[7]: ', 'Jan  1 00:00:00 ', 'Feb 29 10:00:00 h p: '],
    ...['2024-04-17T20:50:00.069Z DI [', '#Date: 2026-11-21', '#Fields: time c-ip cs-method'],
  ]
  const mess = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(...names), { maxLength: 60 }).map((all) => Buffer.from(all.join(''))),
    fc.array(fc.constantFrom(...names), { maxLength: 60 }).map((all) => Buffer.from(all.join(' '))),
  )
  /** What the user leaves out, and what opens the ways behind that. */
  const given = fc.constantFrom<Partial<LogContext>>(
    {},
    {
      server: parseAddress('192.0.2.21') ?? null,
      serverPort: 21,
      timezone: 'Europe/Berlin',
      year: 2026,
      fields: parseFormat('srcaddr dstaddr srcport dstport protocol start end'),
      companions: noCompanions(),
    },
  )
  test('never throws, whatever the bytes, and counts every line', () => {
    fc.assert(
      fc.property(mess, fc.integer({ min: 1, max: 50 }), given, (bytes, cut, context) => {
        const { summary } = readBytes(bytes, context, { format: format.id }, [cut])
        expect(summary.understood + summary.skipped + summary.bad).toBe(summary.lines)
      }),
      { numRuns: 150 },
    )
  })

  test('recognition never throws', () => {
    fc.assert(
      fc.property(mess, (bytes) => {
        const text = Buffer.from(bytes).toString('utf8')
        const confidence = format.recognise(text, text.split('\n'))
        expect(confidence === null || (confidence > 0 && confidence <= 1)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
