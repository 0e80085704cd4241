import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DocumentPart } from '../model/document.ts'
import type { Gap } from '../model/gap.ts'
import { formatSource } from '../model/source.ts'
import type { DocumentIo } from './io.ts'
import type { Limits } from './limits.ts'
import { readDocuments } from './read.ts'
import { type MemoryOptions, memoryIo } from './testing/memory.ts'

interface Outcome {
  readonly parts: readonly DocumentPart[]
  readonly gaps: readonly Gap[]
}

async function readAll(
  inputs: readonly string[],
  io: DocumentIo,
  limits: Partial<Limits> = {},
): Promise<Outcome> {
  const parts: DocumentPart[] = []
  const gaps: Gap[] = []
  for await (const event of readDocuments(inputs, io, { limits })) {
    if (event.kind === 'part') parts.push(event.part)
    if (event.kind === 'gap') gaps.push(event.gap)
  }
  return { parts, gaps }
}

const readBytes = (
  bytes: string | Uint8Array,
  limits: Partial<Limits> = {},
  options: MemoryOptions = {},
): Promise<Outcome> => readAll(['f'], memoryIo({ f: bytes }, options), limits)

const told = (gaps: readonly Gap[]): string[] =>
  gaps.map(({ reason, source }) => `${reason} ${source === null ? '' : formatSource(source)}`)
const valuesOf = (parts: readonly DocumentPart[]) => parts.map(({ value }) => value)

const sample = { SecurityGroups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-ł→東😀' }], NextToken: null }
const sampleText = JSON.stringify(sample, null, 4)
const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

describe('encodings', () => {
  test.each([
    { name: 'UTF-8', bytes: Buffer.from(sampleText) },
    { name: 'UTF-8 with mark', bytes: Buffer.from(`\ufeff${sampleText}`) },
    { name: 'UTF-16LE with mark', bytes: utf16(`\ufeff${sampleText}`, 'le') },
    { name: 'UTF-16BE with mark', bytes: utf16(`\ufeff${sampleText}`, 'be') },
    { name: 'UTF-16LE without mark', bytes: utf16(sampleText, 'le') },
    { name: 'UTF-16BE without mark', bytes: utf16(sampleText, 'be') },
    { name: 'gzip', bytes: gzipSync(sampleText) },
    { name: 'gzip of UTF-16', bytes: gzipSync(utf16(`\ufeff${sampleText}`, 'le')) },
    {
      name: 'two gzip members',
      bytes: Buffer.concat([gzipSync(sampleText.slice(0, 9)), gzipSync(sampleText.slice(9))]),
    },
  ])('$name, whole, in small pieces and from standard input', async ({ bytes }) => {
    const whole = { document: 'f', value: sample, record: null, firstIndex: 0, last: true }
    expect(await readBytes(bytes)).toEqual({ parts: [whole], gaps: [] })
    expect(await readBytes(bytes, {}, { pieces: [1, 3] })).toEqual({ parts: [whole], gaps: [] })
    const streamed = await readAll(['-'], memoryIo({}, { stdin: bytes, pieces: [7] }))
    expect(streamed).toEqual({ parts: [{ ...whole, document: '-' }], gaps: [] })
  })

  test('bytes that are no UTF-8 are replaced and told once, with their place', async () => {
    const bytes = Buffer.from('{"a":[\n"Z\xfcrich", "\xe9"]}', 'latin1')
    const { parts, gaps } = await readBytes(bytes)
    expect(valuesOf(parts)).toEqual([{ a: ['Z\ufffdrich', '\ufffd'] }])
    expect(told(gaps)).toEqual(['invalid-utf-8 f:2:3'])
    const inParts = await readBytes(bytes, { wholeBytes: 1, partBytes: 1 })
    expect(told(inParts.gaps)).toEqual(['invalid-utf-8 f:2:3'])
  })
})

describe('several values', () => {
  test.each([
    { name: 'NDJSON', text: '{"a":1}\n{"a":2}\n', values: [{ a: 1 }, { a: 2 }] },
    { name: 'without line breaks', text: '{"a":1}[2]"x"null', values: [{ a: 1 }, [2], 'x', null] },
    { name: 'pretty-printed', text: `${sampleText}\r\n${sampleText}`, values: [sample, sample] },
    { name: 'joined with marks', text: '\ufeff1\n\ufeff2\n\ufeff', values: [1, 2] },
  ])('$name: each is a record', async ({ text, values }) => {
    const { parts, gaps } = await readBytes(text)
    expect(valuesOf(parts)).toEqual(values)
    expect(parts.map(({ record }) => record)).toEqual(values.map((_, i) => i))
    expect(parts.every(({ last }) => last)).toBe(true)
    expect(gaps).toEqual([])
    const streamed = await readBytes(text, { wholeBytes: 1, partBytes: 400 }, { pieces: [1, 2] })
    expect(streamed).toEqual({ parts, gaps })
  })
})

describe('bad input is one gap with its place, and what is complete before it is read', () => {
  const half = gzipSync(`${JSON.stringify(Array.from({ length: 999 }, (_, i) => i))}`)
  test.each([
    { name: 'empty', bytes: '', values: [], gaps: ['empty-document f'] },
    { name: 'white space', bytes: ' \n', values: [], gaps: ['empty-document f'] },
    { name: 'an empty gzip', bytes: gzipSync(''), values: [], gaps: ['empty-document f'] },
    { name: 'prose', bytes: 'hello\nworld', values: [], gaps: ['not-json f:1:1'] },
    { name: 'prose with brackets', bytes: 'x\n[a]\n{b', values: [], gaps: ['not-json f:1:1'] },
    { name: 'binary', bytes: Buffer.from([0, 0, 0, 1]), values: [], gaps: ['not-json f:1:1'] },
    { name: 'a word like a literal', bytes: 'nope', values: [], gaps: ['not-json f:1:2'] },
    { name: 'truncated', bytes: '{"N":1,"A":[1,\n2,3', gaps: ['truncated-document f:2:4'] },
    { name: 'a bad element', bytes: '[1,\n{"é":x},3]', values: [[1]], gaps: ['broken-json f:2:6'] },
    { name: 'a comma too many', bytes: '[1,2,]', values: [[1, 2]], gaps: ['broken-json f:1:6'] },
    {
      name: 'a comma too many after a member',
      bytes: '{"a":[1],}',
      values: [{ a: [1] }],
      gaps: ['broken-json f:1:10'],
    },
    { name: 'a comma too few', bytes: '[1 2]', values: [[1]], gaps: ['broken-json f:1:4'] },
    { name: 'the wrong bracket', bytes: '{"a":1\n]', values: [{ a: 1 }] },
    { name: 'garbage after', bytes: '{"a":1}\nx', values: [{ a: 1 }] },
    { name: 'a bracket too many', bytes: '[1]]', values: [[1]], gaps: ['trailing-garbage f:1:4'] },
    {
      name: 'a message between two values',
      bytes: '{"a":1}\nAn error occurred\n{"a":2}\n',
      values: [{ a: 1 }, { a: 2 }],
      gaps: ['trailing-garbage f:2:1'],
    },
    {
      name: 'a bad line of NDJSON',
      bytes: '{"a":1}\n{"a":}\n{"a":3}',
      values: [{ a: 1 }, { a: 3 }],
      gaps: ['broken-json f:2:6'],
    },
    { name: 'a gzip cut in its head', bytes: half.subarray(0, 5), gaps: ['truncated-gzip f'] },
    { name: 'a gzip without its end', bytes: half.subarray(0, -8), gaps: ['truncated-gzip f'] },
    {
      name: 'a bomb',
      bytes: gzipSync(Buffer.alloc(9e5, '[1],')),
      gaps: ['trailing-garbage f:1:4'],
    },
  ])('$name', async ({ bytes, values, gaps }) => {
    const outcome = await readBytes(bytes)
    if (values !== undefined) expect(valuesOf(outcome.parts)).toEqual(values)
    if (gaps !== undefined) expect(told(outcome.gaps)).toEqual(gaps)
    expect(outcome.gaps.length).toBe(1)
    for (const { message } of outcome.gaps) expect(message).not.toContain('\n')
  })

  test('values around a message are records', async () => {
    const { parts } = await readBytes('{"a":1}\nAn error occurred\n{"a":2}\n')
    expect(parts.map(({ record }) => record)).toEqual([0, 1])
  })

  test('lines further down in a broken value are not taken for values', async () => {
    const { parts, gaps } = await readBytes('{"a":\n{"b":1},\n}\n{"c":1}\n')
    expect(told(gaps)).toEqual(['broken-json f:3:1'])
    expect(valuesOf(parts)).toEqual([{ a: { b: 1 } }])
  })

  test('a bracket of the wrong kind makes no endless element', async () => {
    const text = `[1,{"a":[2},${'{"b":3},'.repeat(99)}4]`
    const limits = { wholeBytes: 8, partBytes: 4, elementBytes: 40 }
    const { parts, gaps } = await readBytes(text, limits)
    expect(told(gaps)).toEqual(['broken-json f:1:11'])
    expect(valuesOf(parts)).toEqual([[1]])
  })

  test('a truncated document gives its elements without a last part', async () => {
    const { parts } = await readBytes('{"N":1,"A":[1,\n2,3')
    const common = { document: 'f', record: null, firstIndex: 0, last: false }
    expect(parts).toEqual([
      { ...common, value: { A: [1, 2] } },
      { ...common, value: { N: 1 } },
    ])
  })

  test('a gzip broken in the middle gives what was before', async () => {
    const text = `[${Array.from({ length: 60_000 }, (_, i) => `"${(i * 7919) % 60_013}"`).join(',')}]`
    const bytes = gzipSync(text)
    bytes.fill(0xff, bytes.length - 2000, bytes.length - 1900)
    const { parts, gaps } = await readBytes(bytes)
    expect(gaps.map(({ reason }) => reason)).toEqual(['broken-gzip'])
    const elements = parts.flatMap(({ value }) => value as unknown[])
    expect(elements.length).toBeGreaterThan(40_000)
    expect(elements).toEqual((JSON.parse(text) as unknown[]).slice(0, elements.length))
    expect(parts.some(({ last }) => last)).toBe(false)
  })

  test('what grows beyond the limit is a gap', async () => {
    const bytes = gzipSync(`[${'1,'.repeat(1e6)}1]`)
    const { parts, gaps } = await readBytes(bytes, { decompressedBytes: 1e6 })
    expect(told(gaps)).toEqual(['decompressed-too-large f'])
    expect(valuesOf(parts).flat().length).toBeGreaterThan(1000)
  })

  test.each([
    { failure: 'EACCES', reason: 'unreadable-file' },
    { failure: 'EIO', reason: 'unreadable-file' },
    { failure: 'ENOENT', reason: 'no-such-file' },
  ])('a file that fails to open with $failure', async ({ failure, reason }) => {
    const io = memoryIo({ 'a.json': { failure }, 'b.json': '1' })
    const { parts, gaps } = await readAll(['a.json', 'b.json'], io)
    expect(valuesOf(parts)).toEqual([1])
    expect(told(gaps)).toEqual([`${reason} a.json`])
  })

  test('a disk that fails in the middle', async () => {
    const breaksAfter = { bytes: 10, code: 'EIO' }
    const { parts, gaps } = await readBytes('[1,2,3,4,5,6,7]', {}, { breaksAfter })
    expect(valuesOf(parts)).toEqual([[1, 2, 3, 4]])
    expect(told(gaps)).toEqual(['unreadable-file f'])
  })

  test('an element that is too large is passed over, the others keep their index', async () => {
    const text = JSON.stringify({ a: [1, 'x'.repeat(99), 2], b: { c: 'y'.repeat(99) }, d: 3 })
    const limits = { wholeBytes: 8, partBytes: 4, elementBytes: 40 }
    const { parts, gaps } = await readBytes(text, limits, { pieces: [10] })
    expect(told(gaps)).toEqual(['oversized-element f:1:9', 'oversized-element f:1:118'])
    expect(parts.at(-1)).toMatchObject({ value: { a: [2], d: 3 }, firstIndex: 2, last: true })
    expect(gather(parts)).toEqual(
      new Map<string, unknown>([
        ['a', [1, 2]],
        ['d', 3],
      ]),
    )
  })

  test.each([{ text: '[' }, { text: '{"a":' }, { text: '[{"a":' }])(
    'nesting of $text a hundred thousand deep',
    async ({ text }) => {
      for (const limits of [{}, { wholeBytes: 64, partBytes: 64 }]) {
        const { gaps } = await readBytes(text.repeat(100_000), limits)
        expect(gaps.map(({ reason }) => reason)).toEqual(['truncated-document'])
      }
      const closed = '['.repeat(100_000) + ']'.repeat(100_000)
      for (const limits of [{}, { wholeBytes: 64, partBytes: 64 }])
        expect(await readBytes(closed, limits)).toMatchObject({ gaps: [] })
    },
  )
})

/** What parts say together: members with their lists joined; the list itself under the empty name. */
function gather(parts: readonly DocumentPart[]): Map<string, unknown> {
  const joined = new Map<string, unknown>()
  for (const { value } of parts) {
    const members = Array.isArray(value) ? [['', value] as const] : Object.entries(value as object)
    for (const [name, member] of members) {
      const known = joined.get(name)
      if (!Array.isArray(member)) joined.set(name, member)
      else if (Array.isArray(known)) joined.set(name, [...known, ...(member as unknown[])])
      else joined.set(name, member)
    }
  }
  return joined
}

const entriesOf = (value: unknown): Map<string, unknown> =>
  new Map(Array.isArray(value) ? [['', value]] : Object.entries(value as object))

/** Like the vendors' lists: elements of one form, whose texts may look like the borders between them. */
const alike = fc.array(
  fc.record({
    Id: fc.constantFrom('a', '},{"Id":"', '},\n        {', '\\', '"', 'ł→東', '😀'),
    List: fc.array(fc.record({ Id: fc.nat(9) }), { maxLength: 3 }),
  }),
  { maxLength: 30 },
)
const list = fc.oneof(alike, fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 12 }))
const member = fc.oneof({ weight: 2, arbitrary: list }, fc.jsonValue({ maxDepth: 2 }))
const printed = (names: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(list, fc.dictionary(names, member)),
      fc.constantFrom(0, 1, 4, '\t'),
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([value, indent, newline]) =>
      JSON.stringify(value, null, indent).replaceAll('\n', newline),
    )
const text = printed(fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__')))
/** One changed byte makes no two of these names equal: of such twins JSON.parse keeps the last, parts hold both. */
const distinctText = printed(fc.constantFrom('aaaa', 'bbbb', 'cccc', 'ddd'))
const smallLimits = fc.record({
  wholeBytes: fc.integer({ min: 1, max: 400 }),
  partBytes: fc.integer({ min: 1, max: 300 }),
})
const pieces = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })

describe('large documents in parts', () => {
  test('parts say together what the whole says, however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, smallLimits, pieces, async (whole, limits, cuts) => {
        const { parts, gaps } = await readBytes(whole, limits, { pieces: cuts })
        expect(gaps).toEqual([])
        expect(parts.map(({ last }) => last)).toEqual(parts.map((_, i) => i === parts.length - 1))
        expect(parts.every(({ record }) => record === null)).toBe(true)
        expect(plain(gather(parts))).toEqual(plain(entriesOf(JSON.parse(whole))))
        expectIndexes(parts)
      }),
      { numRuns: 2000 },
    )
  })

  test('every prefix gives the elements that are complete, one gap, and no last part', async () => {
    await fc.assert(
      fc.asyncProperty(text, smallLimits, pieces, fc.nat(), async (whole, limits, cuts, n) => {
        const bytes = Buffer.from(whole)
        const prefix = bytes.subarray(0, n % bytes.length)
        const { parts, gaps } = await readBytes(prefix, limits, { pieces: cuts })
        const reason = prefix.length === 0 ? 'empty-document' : 'truncated-document'
        expect(gaps.map((gap) => gap.reason)).toEqual([reason])
        expect(parts.some(({ last }) => last)).toBe(false)
        expectIndexes(parts)
        const all = entriesOf(JSON.parse(whole))
        for (const [name, value] of gather(parts)) {
          const full = all.get(name)
          if (Array.isArray(value) && Array.isArray(full))
            expect(JSON.stringify(value)).toBe(JSON.stringify(full.slice(0, value.length)))
          else expect(JSON.stringify(value)).toBe(JSON.stringify(full))
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('no element that is complete is lost before a cut', async () => {
    const elements = Array.from({ length: 50 }, (_, i) => ({ Id: i, List: [{ Id: 0 }, { Id: 1 }] }))
    for (const indent of [0, 4]) {
      const whole = JSON.stringify({ Groups: elements }, null, indent)
      for (let cut = 20; cut < whole.length; cut += 7) {
        const prefix = whole.slice(0, cut)
        const limits = { wholeBytes: 100, partBytes: 300 }
        const { parts } = await readBytes(prefix, limits)
        const read = gather(parts).get('Groups') as unknown[] | undefined
        // The start of the first element that the prefix does not hold whole.
        const complete = elements.filter((_, i) => {
          const start = JSON.stringify({ Groups: elements.slice(0, i + 1) }, null, indent)
          return cut >= start.trimEnd().length - (indent === 0 ? 2 : 8)
        })
        expect(read?.length ?? 0).toBe(complete.length)
      }
    }
  })

  test('one changed byte gives what JSON.parse gives, or gaps', async () => {
    const bad = fc.constantFrom(...'{}[],:"\\ 0x\n')
    await fc.assert(
      fc.asyncProperty(
        distinctText,
        smallLimits,
        pieces,
        fc.nat(),
        bad,
        async (whole, limits, cuts, n, character) => {
          const bytes = Buffer.from(whole)
          bytes.write(character, n % bytes.length, 'latin1')
          const { parts, gaps } = await readBytes(bytes, limits, { pieces: cuts })
          const value = parseOrNone(bytes.toString())
          if (value === none || typeof value !== 'object' || value === null) {
            expect(gaps.length + parts.length).toBeGreaterThan(0)
            if (parts.length === 1) expect(gaps.length).toBeGreaterThan(0)
          } else if (!gaps.some(({ reason }) => reason === 'invalid-utf-8')) {
            expect(gaps).toEqual([])
            expect(plain(gather(parts))).toEqual(plain(entriesOf(value)))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('records are the same in any parts', async () => {
    const separator = fc.constantFrom('\n', ' ', '\r\n', '\n\n')
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 2, maxLength: 5 }),
        separator,
        smallLimits,
        pieces,
        async (texts, between, limits, cuts) => {
          const { parts, gaps } = await readBytes(texts.join(between), limits, { pieces: cuts })
          expect(gaps).toEqual([])
          for (const [i, one] of texts.entries()) {
            const own = parts.filter(({ record }) => (record ?? 0) === i)
            expect(plain(gather(own))).toEqual(plain(entriesOf(JSON.parse(one))))
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('any bytes give gaps and parts, and an end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), smallLimits, async (bytes, limits) => {
        const { parts, gaps } = await readBytes(bytes, limits)
        expect(parts.length + gaps.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  test('other members come with the last part, and lists beside a long one keep their indexes', async () => {
    const value = { Account: '1', Groups: [{ i: 0 }, { i: 1 }, { i: 2 }], Small: [7], Next: 't' }
    const { parts } = await readBytes(JSON.stringify(value), { wholeBytes: 20, partBytes: 12 })
    expect(parts.map((part) => [part.value, part.firstIndex, part.last])).toEqual([
      [{ Groups: [{ i: 0 }, { i: 1 }] }, 0, false],
      [{ Groups: [{ i: 2 }] }, 2, false],
      [{ Groups: [], Account: '1', Small: [7], Next: 't' }, 0, true],
    ])
  })
})

/** Within one record, the first index of a part is the number of elements that came before it. */
function expectIndexes(parts: readonly DocumentPart[]): void {
  const counts = new Map<string, number>()
  for (const { value, firstIndex } of parts) {
    const members = entriesOf(value)
    for (const [name, member] of members) {
      if (!Array.isArray(member)) continue
      const before = counts.get(name) ?? 0
      if (member.length > 0) expect(firstIndex).toBe(before)
      counts.set(name, before + member.length)
    }
  }
}

/** Comparable whatever names the members have and whatever their order. */
const plain = (members: Map<string, unknown>): string[] =>
  [...members].map(([name, value]) => JSON.stringify([name, value])).sort()

const none = Symbol('none')
function parseOrNone(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return none
  }
}
