import type { Limits } from './limits.ts'
import { type Run, readRuns } from './runs.ts'
import { parseSlice, type Slices } from './slice.ts'
import { type End, type Fault, findFault, type Oversized, scanValue } from './whole.ts'

/** What is met on the way through one value. */
export type Met =
  | Run
  | {
      readonly kind: 'member'
      readonly name: string
      readonly value: unknown
      readonly bytes: number
    }
  | Oversized
/** Walks through the array or object that begins at a position: elements in runs, members one by one. */
export function walkValue(slices: Slices, at: number, limits: Limits): AsyncGenerator<Met, End> {
  return slices.window.byteAt(at) === 0x5b
    ? readRuns(slices, at + 1, null, limits)
    : walkObject(slices, at + 1, limits)
}

async function* walkObject(
  slices: Slices,
  start: number,
  limits: Limits,
): AsyncGenerator<Met, End> {
  const { window } = slices
  let at = start
  let isFirst = true
  for (;;) {
    at = await window.findToken(at)
    if (isFirst && window.startsWith(at, 0x7d)) return { kind: 'complete', at: at + 1 }
    isFirst = false
    if (at === window.end) return { kind: 'cut-off' }
    if (!window.startsWith(at, 0x22)) return { kind: 'unexpected', at }
    const afterName = await scanValue(slices, at, limits)
    if (afterName.kind === 'oversized') return { kind: 'unexpected', at }
    if (afterName.kind !== 'complete') return afterName
    const name = parseOrFault(slices, at, afterName.at)
    if (name.kind !== 'parsed') return name

    at = await window.findToken(afterName.at)
    if (at === window.end) return { kind: 'cut-off' }
    if (!window.startsWith(at, 0x3a)) return { kind: 'unexpected', at }
    at = await window.findToken(at + 1)
    if (at === window.end) return { kind: 'cut-off' }

    const end = yield* walkMember(slices, at, String(name.value), limits)
    if (end.kind !== 'complete') return end
    at = await window.findToken(end.at)
    if (at === window.end) return { kind: 'cut-off' }
    if (window.startsWith(at, 0x7d)) return { kind: 'complete', at: at + 1 }
    if (!window.startsWith(at, 0x2c)) return { kind: 'unexpected', at }
    at++
  }
}

async function* walkMember(
  slices: Slices,
  at: number,
  name: string,
  limits: Limits,
): AsyncGenerator<Met, End> {
  if (slices.window.startsWith(at, 0x5b)) return yield* readRuns(slices, at + 1, name, limits)
  const scanned = await scanValue(slices, at, limits)
  if (scanned.kind === 'oversized') {
    yield { kind: 'oversized', place: scanned.place }
    return scanned.end
  }
  if (scanned.kind !== 'complete') return scanned
  const parsed = parseOrFault(slices, at, scanned.at)
  if (parsed.kind !== 'parsed') return parsed
  yield { kind: 'member', name, value: parsed.value, bytes: scanned.at - at }
  return scanned
}

function parseOrFault(
  slices: Slices,
  from: number,
  to: number,
): { readonly kind: 'parsed'; readonly value: unknown } | Fault {
  try {
    return { kind: 'parsed', value: parseSlice(slices, from, to) }
  } catch {
    return findFault(slices.window, from)
  }
}
