import type { Limits } from './limits.ts'
import { type Part, splitValue } from './parts.ts'
import { beginScan, scanOn } from './scan.ts'
import { parseSlice, type Slices } from './slice.ts'
import { type End, type Oversized, scanValue } from './whole.ts'
import type { Place, Window } from './window.ts'

/** What a text of one value or of several holds, in order. */
export type Item = (Part & { readonly record: number | null }) | Trouble
export type Trouble = Oversized | TextFault
type TextFault =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'unexpected'
      readonly place: Place
      readonly character: string
      /** Nothing before it could be read; it stands within a value of which parts were read; it stands between values. */
      readonly where: 'start' | 'within' | 'between'
      readonly resumes: boolean
    }
  | { readonly kind: 'cut-off'; readonly place: Place }

/** Lines of NDJSON that are broken are told one by one, but not without end. */
const maxFaults = 1000

/**
 * Reads JSON values that follow each other, with or without line breaks between them. Values up to `wholeBytes` come whole,
 * larger and broken ones in parts. Items come in batches, so that small records cost little.
 *
 * After text that is no JSON (a message between the outputs of two commands, a bad line of NDJSON) reading goes on at the next
 * line that begins with a bracket; not so after a fault further down in a value, whose own lines may begin like that.
 */
export async function* readValues(
  slices: Slices,
  limits: Limits,
  wholeBytes: number,
): AsyncGenerator<readonly Item[]> {
  const { window } = slices
  let batch: Item[] = []
  let batchBytes = 0
  let count = 0
  let faults = 0
  let at = 0
  /** The first value, if whole: whether it is one record of several shows only by what follows. */
  let first: Part | null = null
  /** A fault was told and nothing has been read since: one more would say the same. */
  let isTold = false
  for (;;) {
    at = await findValue(window, at)
    const isEnd = at === window.end
    const begins = !isEnd && beginScan(window.byteAt(at)) !== null
    if (first !== null && (isEnd || begins)) {
      batch.push({ ...first, record: begins ? 0 : null })
      first = null
    }
    if (isEnd) break

    const whole = begins ? await readWhole(slices, at, wholeBytes) : null
    if (whole !== null) {
      const part: Part = { kind: 'part', value: whole.value, firstIndex: 0, last: true }
      if (count === 0) first = part
      else batch.push({ ...part, record: count })
      count++
      isTold = false
      batchBytes += whole.end - at
      at = whole.end
      if (batchBytes < limits.partBytes) continue
      yield batch
      batch = []
      batchBytes = 0
      continue
    }

    yield batch
    batch = []
    const start = at
    let end: End = { kind: 'unexpected', at }
    let where: 'start' | 'within' | 'between' = count === 0 ? 'start' : 'between'
    if (begins) {
      const record = count === 0 ? null : count
      const pieces = readLarge(slices, at, limits)
      for (;;) {
        const next = await pieces.next()
        if (next.done) {
          end = next.value
          break
        }
        isTold = false
        where = 'within'
        yield [next.value.kind === 'part' ? { ...next.value, record } : next.value]
      }
      if (where === 'within' || end.kind === 'complete') count++
      else if (count > 0) where = 'within'
    }
    if (end.kind === 'complete') {
      at = end.at
      continue
    }
    const fault = end.kind === 'cut-off' ? cutOff(window) : unexpected(window, end.at, where)
    faults++
    const resumed =
      end.kind === 'cut-off' || faults >= maxFaults ? null : await nextRecord(window, start, end.at)
    if (first !== null) {
      batch.push({ ...first, record: resumed === null ? null : 0 })
      first = null
    }
    if (!isTold)
      batch.push(fault.kind === 'unexpected' ? { ...fault, resumes: resumed !== null } : fault)
    isTold = true
    if (resumed === null) break
    at = resumed
  }
  if (count === 0 && faults === 0) batch.push({ kind: 'empty' })
  yield batch
}

/** Past white space and byte order marks, which stand between values where files were joined. */
async function findValue(window: Window, from: number): Promise<number> {
  let at = await window.findToken(from)
  while (window.startsWith(at, 0xef)) {
    await window.fill(at, at, 3)
    if (!window.startsWith(at + 1, 0xbb) || !window.startsWith(at + 2, 0xbf)) break
    at = await window.findToken(at + 3)
  }
  return at
}

/** The value at a position if it is sound and not too large to be taken whole. */
async function readWhole(
  slices: Slices,
  at: number,
  wholeBytes: number,
): Promise<{ readonly value: unknown; readonly end: number } | null> {
  const { window } = slices
  const scan = beginScan(window.byteAt(at))
  if (scan === null) return null
  let from = at
  for (;;) {
    const limit = Math.min(window.end, at + wholeBytes)
    const result = scanOn(scan, window.bytes, from - window.base, limit - window.base)
    if (result >= 0) return parseOrNull(slices, at, result + window.base)
    from = -1 - result + window.base
    if (limit < window.end || limit === at + wholeBytes) return null
    if (await window.more(at)) continue
    return scan.kind === 'scalar' ? parseOrNull(slices, at, window.end) : null
  }
}

function parseOrNull(slices: Slices, at: number, end: number) {
  try {
    return { value: parseSlice(slices, at, end), end }
  } catch {
    return null
  }
}

async function* readLarge(
  slices: Slices,
  at: number,
  limits: Limits,
): AsyncGenerator<Part | Oversized, End> {
  const { window } = slices
  if (window.startsWith(at, 0x7b) || window.startsWith(at, 0x5b))
    return yield* splitValue(slices, at, limits)
  const scanned = await scanValue(slices, at, limits)
  if (scanned.kind === 'oversized') {
    yield scanned
    return scanned.end
  }
  if (scanned.kind !== 'complete') return scanned
  const whole = parseOrNull(slices, at, scanned.at)
  if (whole === null) return { kind: 'unexpected', at }
  yield { kind: 'part', value: whole.value, firstIndex: 0, last: true }
  return scanned
}

const cutOff = (window: Window) => ({ kind: 'cut-off', place: window.placeOf(window.end) }) as const

function unexpected(window: Window, at: number, where: 'start' | 'within' | 'between') {
  const from = at - window.base
  const to = Math.min(from + 4, window.end - window.base)
  const [character = ''] = window.bytes.toString('utf8', from, to)
  return { kind: 'unexpected', place: window.placeOf(at), character, where } as const
}

/** The next line that begins with a bracket, unless the fault is on a later line than the start of its value. */
async function nextRecord(window: Window, start: number, fault: number): Promise<number | null> {
  if (start < window.base) return null
  if (window.bytes.subarray(start - window.base, fault - window.base).includes(0x0a)) return null
  let at = fault
  for (;;) {
    const found = window.bytes.subarray(0, window.end - window.base).indexOf(0x0a, at - window.base)
    const line = found < 0 ? window.end : found + window.base + 1
    if (window.startsWith(line, 0x7b) || window.startsWith(line, 0x5b)) return line
    // The line break stays held until the byte after it is there.
    const keep = found < 0 || line < window.end ? line : line - 1
    if (line < window.end) at = line
    else if (await window.more(keep)) at = keep
    else return null
  }
}
