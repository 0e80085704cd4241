import type { Limits } from './limits.ts'
import { beginScan, scanOn } from './scan.ts'
import { learnSeparator, type Separator } from './separator.ts'
import { parseRun, parseSlice, type Slices } from './slice.ts'
import { type End, type Fault, findFault, type Oversized, scanValue } from './whole.ts'
import type { Place, Window } from './window.ts'

/** Some neighbouring elements of an array. */
export interface Run {
  readonly kind: 'run'
  /** The member that holds the array; null for an array of its own. */
  readonly name: string | null
  readonly elements: readonly unknown[]
  readonly firstIndex: number
  /** `closing` is the last run of an array that is complete; each such array has just one, maybe empty. */
  readonly place: 'inner' | 'closing'
}

/** The elements of an array in runs of about the size of a part; `start` is the position after its bracket. */
export async function* readRuns(
  slices: Slices,
  start: number,
  name: string | null,
  limits: Limits,
): AsyncGenerator<Run | Oversized, End> {
  const { window } = slices
  let held: Run = { kind: 'run', name, elements: [], firstIndex: 0, place: 'inner' }
  let index = 0
  let border: Border = { separator: null, tries: maxTries }
  let expected: 'element-or-end' | 'element' | 'separator' = 'element-or-end'
  let at = start
  for (;;) {
    at = await window.findToken(at, at - 1)
    if (window.startsWith(at, 0x5d) && expected !== 'element') {
      yield { ...held, place: 'closing' }
      return { kind: 'complete', at: at + 1 }
    }
    let fault: Fault | null = null
    if (at === window.end) fault = { kind: 'cut-off' }
    else if (expected === 'separator') {
      if (window.startsWith(at, 0x2c)) {
        expected = 'element'
        at++
        continue
      }
      fault = { kind: 'unexpected', at }
    } else {
      await window.fill(at, at - 1, limits.partBytes)
      if (border.separator === null && border.tries > 0)
        border = { separator: learnFrom(window, at), tries: border.tries - 1 }
      const read = guessRun(slices, at, border, limits) ?? (await scanRun(slices, at, limits))
      if (read.elements.length > 0) {
        if (held.elements.length > 0) yield held
        held = { ...held, elements: read.elements, firstIndex: index }
        index += read.elements.length
      }
      if (read.oversizedAt !== null) {
        if (held.elements.length > 0) yield held
        yield { kind: 'oversized', place: read.oversizedAt }
        index++
        held = { ...held, elements: [], firstIndex: index }
      }
      if (read.end.kind === 'complete') at = read.end.at
      else fault = read.end
      expected = read.next
    }
    if (fault !== null) {
      if (held.elements.length > 0) yield held
      return fault
    }
  }
}

/** What was found of a run; `end` is where to go on, with what `next` says. */
interface Read {
  readonly elements: readonly unknown[]
  readonly oversizedAt: Place | null
  readonly end: End
  readonly next: 'element' | 'separator'
}

interface Border {
  separator: Separator | null
  /** How often it may still be learned or prove wrong. */
  tries: number
}
const maxTries = 4

/** A run that ends at the last border within the size of a part; null where there is none or the guess was wrong. */
function guessRun(slices: Slices, at: number, border: Border, limits: Limits): Read | null {
  const { separator } = border
  const { window } = slices
  if (separator === null || window.end - at < limits.partBytes) return null
  const latest = at + limits.partBytes - window.base - separator.bytes.length
  const found = window.bytes.lastIndexOf(separator.bytes, latest)
  if (latest < 0 || found < at - window.base) return null
  try {
    const elements = parseRun(slices, at, found + window.base + separator.before)
    const next = found + window.base + separator.after
    return { elements, oversizedAt: null, end: { kind: 'complete', at: next }, next: 'element' }
  } catch {
    border.separator = null
    return null
  }
}

function learnFrom(window: Window, at: number): Separator | null {
  const element = findEnd(window, at)
  if (element === null) return null
  const comma = window.skipSpace(element)
  if (!window.startsWith(comma, 0x2c)) return null
  const next = window.skipSpace(comma + 1)
  const { base, bytes, end } = window
  return learnSeparator(bytes, element - base, next - base, end - base)
}

/** A run that ends with the part, the array or what is held, found byte by byte; a single element may read on. */
async function scanRun(slices: Slices, at: number, limits: Limits): Promise<Read> {
  const { window } = slices
  const end = findRunEnd(window, at, at + limits.partBytes)
  if (end !== null) return parseElements(slices, at, end)
  const scanned = await scanValue(slices, at, limits)
  if (scanned.kind === 'oversized')
    return { elements: [], oversizedAt: scanned.place, end: scanned.end, next: 'separator' }
  if (scanned.kind === 'complete') return parseElements(slices, at, scanned.at)
  return { elements: [], oversizedAt: null, end: scanned, next: 'separator' }
}

/** Where the last element ends that begins before a position and is held whole; null where not even the first is. */
function findRunEnd(window: Window, at: number, before: number): number | null {
  let end: number | null = null
  let element = at
  while (element < before) {
    const next = findEnd(window, element)
    if (next === null) break
    end = next
    const comma = window.skipSpace(end)
    if (!window.startsWith(comma, 0x2c)) break
    element = window.skipSpace(comma + 1)
  }
  return end
}

/** Where the element at a position ends, if it is held whole. */
function findEnd({ bytes, base, end }: Window, element: number): number | null {
  const scan = element < end ? beginScan(bytes[element - base] as number) : null
  if (scan === null) return null
  const result = scanOn(scan, bytes, element - base, end - base)
  return result < 0 ? null : result + base
}

/** All elements of a run, or those before the first that is broken. */
function parseElements(slices: Slices, at: number, end: number): Read {
  try {
    const elements = parseRun(slices, at, end)
    return { elements, oversizedAt: null, end: { kind: 'complete', at: end }, next: 'separator' }
  } catch {
    return parseUntilFault(slices, at, end)
  }
}

function parseUntilFault(slices: Slices, at: number, end: number): Read {
  const { window } = slices
  const elements: unknown[] = []
  let element = at
  while (element < end) {
    const next = findEnd(window, element) ?? end
    try {
      elements.push(parseSlice(slices, element, next))
    } catch {
      break
    }
    element = window.skipSpace(window.skipSpace(next) + 1)
  }
  return { elements, oversizedAt: null, end: findFault(window, element), next: 'separator' }
}
