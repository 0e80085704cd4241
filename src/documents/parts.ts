import type { Limits } from './limits.ts'
import type { Run } from './runs.ts'
import type { Slices } from './slice.ts'
import { walkValue } from './walk.ts'
import type { End, Oversized } from './whole.ts'

/** One part of a value, of the value's own shape. */
export interface Part {
  readonly kind: 'part'
  readonly value: unknown
  readonly firstIndex: number
  readonly last: boolean
}

/**
 * The array or object at a position in parts: each holds some elements of the array, or of one array that is a direct member
 * of the object; the other members come with the last part. What is complete before a fault is handed out, and then no part
 * is the last.
 */
export async function* splitValue(
  slices: Slices,
  at: number,
  limits: Limits,
): AsyncGenerator<Part | Oversized, End> {
  const walk = walkValue(slices, at, limits)
  let closing: Run | null = null
  let members: Member[] = []
  let memberBytes = 0
  for (;;) {
    const next = await walk.next()
    if (next.done) {
      const last = next.value.kind === 'complete'
      if (last || closing !== null || members.length > 0) yield* joinParts(closing, members, last)
      return next.value
    }
    const met = next.value
    if (met.kind === 'oversized') yield met
    else if (met.kind === 'member') {
      members.push([met.name, met.value])
      memberBytes += met.bytes
      if (memberBytes > limits.partBytes) {
        yield part(Object.fromEntries(members), 0, false)
        members = []
        memberBytes = 0
      }
    } else if (met.place === 'inner') yield part(shaped(met), met.firstIndex, false)
    else if (met.name !== null && met.firstIndex === 0) members.push([met.name, met.elements])
    else {
      if (closing !== null) yield part(shaped(closing), closing.firstIndex, false)
      closing = met
    }
  }
}

type Member = readonly [name: string, value: unknown]

/** The last run and the other members in one part, or in two where the first index cannot speak of all their lists. */
function joinParts(
  closing: Run | null,
  members: readonly Member[],
  last: boolean,
): readonly Part[] {
  if (closing === null) return [part(Object.fromEntries(members), 0, last)]
  const { name, elements, firstIndex } = closing
  if (name === null) return [part(elements, firstIndex, last)]
  if (members.every(([, value]) => !Array.isArray(value) || value.length === 0))
    return [part(Object.fromEntries([[name, elements], ...members]), firstIndex, last)]
  return [
    part(shaped(closing), firstIndex, false),
    part(Object.fromEntries([[name, []], ...members]), 0, last),
  ]
}

const shaped = ({ name, elements }: Run): unknown =>
  name === null ? elements : Object.fromEntries([[name, elements]])

const part = (value: unknown, firstIndex: number, last: boolean): Part => ({
  kind: 'part',
  value,
  firstIndex,
  last,
})
