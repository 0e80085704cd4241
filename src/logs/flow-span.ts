/**
 * What time a log of flows covers, as far as it tells. Sources gather for up to ten minutes before they write, so a silence that
 * is longer is not known to have been watched: it parts two spans.
 */
import type { Observation, Place } from '../model/observation.ts'

const piece = 600_000
/** Records may last for longer than any source gathers; pieces of one record, at most. */
const mostPieces = 1000
const mostSpans = 1000

interface Span {
  from: number
  to: number
}

export function flowSpan() {
  /** By the number of the piece of time that they begin in. */
  const pieces = new Map<number, Span>()
  let last: Span = { from: Number.NaN, to: Number.NaN }
  let isWhole = true

  function within(index: number, from: number, to: number): void {
    const known = pieces.get(index)
    if (known) {
      known.from = Math.min(known.from, from)
      known.to = Math.max(known.to, to)
      last = known
    } else {
      last = { from, to }
      pieces.set(index, last)
    }
  }

  function spans(): readonly Span[] {
    const out: Span[] = []
    for (const { from, to } of [...pieces.values()].sort((a, b) => a.from - b.from)) {
      const before = out.at(-1)
      if (before && from <= before.to + piece) before.to = Math.max(before.to, to)
      else out.push({ from, to })
    }
    return out
  }

  return {
    /** Of one record, in milliseconds. */
    add(start: number, end: number): void {
      if (start >= last.from && end <= last.to) return
      const [first, final] = [Math.floor(start / piece), Math.floor(end / piece)]
      if (!(final - first < mostPieces)) within(first, start, Math.max(start, end))
      else
        for (let index = first; index <= Math.max(first, final); index++)
          within(
            index,
            Math.max(start, index * piece),
            Math.min(Math.max(start, end), (index + 1) * piece),
          )
    },
    /** Something that should have been understood was not. */
    spoil(): void {
      isWhole = false
    },
    coverage(sampled: number | null, complete: boolean, at: readonly Place[]): Observation[] {
      const all = spans()
      const [first, final] = [all[0], all.at(-1)]
      if (!first || !final) return []
      const isKnown = complete && isWhole && all.length <= mostSpans
      const told = isKnown ? all : [{ from: first.from, to: final.to }]
      return told.map(({ from, to }) => ({
        kind: 'coverage',
        from,
        to,
        complete: isKnown,
        sampled,
        dropped: null,
        at,
      }))
    },
  }
}
