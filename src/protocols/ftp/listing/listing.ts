/** Listings from a data connection as a pure step: bounded lines, entries as they come, what nobody knows counted. */
import { type LineState, lastLine, lineStart, stepLine } from '../line.ts'
import { dos } from './dos.ts'
import { type Dialect, dialects, type Entry, type ListingParser } from './entry.ts'
import { eplf } from './eplf.ts'
import { mlsd } from './mlsd.ts'
import { os400 } from './os400.ts'
import { unix } from './unix.ts'
import { vms } from './vms.ts'

/** In this order: the first that recognises a line parses it, and no other is asked. */
export const listingParsers: readonly ListingParser[] = [mlsd, eplf, unix, dos, vms, os400]

export interface ListingState {
  readonly input: LineState
  /** A VMS name too long for its line: the rest is on the next. */
  readonly carried: string | null
  readonly entries: number
  /** Lines that no parser knew, or knew but could not read. */
  readonly unknown: number
  /** Entries beyond the limit, and lines that were too long. */
  readonly dropped: number
  readonly seen: Readonly<Record<Dialect, number>>
}
export interface ListingLimits {
  readonly line: number
  readonly entries: number
}
export const listingLimits: ListingLimits = { line: 8192, entries: 100_000 }

export const listingStart: ListingState = {
  input: lineStart,
  carried: null,
  entries: 0,
  unknown: 0,
  dropped: 0,
  seen: { mlsd: 0, eplf: 0, unix: 0, dos: 0, vms: 0, os400: 0 },
}

export interface ListingStep {
  /** The entries that this chunk completed. */
  readonly entries: readonly Entry[]
  readonly state: ListingState
}

/** All entries that `chunk` (wire text) completes. */
export function stepListing(
  state: ListingState,
  chunk: string,
  limits: ListingLimits = listingLimits,
): ListingStep {
  const gathering = gather(state, limits)
  // A listing is no Telnet stream: the byte 255 is a letter of a name. Doubled, it passes the line reader unchanged.
  let step = stepLine(state.input, chunk.replaceAll('\u00ff', '\u00ff\u00ff'), limits.line)
  for (; step.kind !== 'more'; step = stepLine(step.state, '', limits.line))
    if (step.kind === 'line') gathering.take(step.line.text)
    else gathering.drop()
  return gathering.done(step.state)
}

/** The end of the data connection: a last line may lack its end. */
export function endListing(
  state: ListingState,
  limits: ListingLimits = listingLimits,
): ListingStep {
  const gathering = gather(state, limits)
  const line = lastLine(state.input)
  if (line) gathering.take(line.text)
  gathering.flush()
  return gathering.done(lineStart)
}

/** A whole listing in hand. */
export function parseListing(wire: string, limits: ListingLimits = listingLimits): ListingStep {
  const read = stepListing(listingStart, wire, limits)
  const end = endListing(read.state, limits)
  return { entries: [...read.entries, ...end.entries], state: end.state }
}

/** One line: an entry, nothing worth a word, or unknown. Facts in a reply to MLST are such a line too. */
export function parseListingLine(line: string): Entry | 'nothing' | 'unknown' {
  if (isNoise(line)) return 'nothing'
  return listingParsers.find(({ recognises }) => recognises(line))?.parse(line) ?? 'unknown'
}

/** The dialect of most entries; null when there are none. */
export const dialectOf = ({ seen }: ListingState): Dialect | null =>
  dialects.reduce<Dialect | null>(
    (most, dialect) => (seen[dialect] > (most ? seen[most] : 0) ? dialect : most),
    null,
  )

function gather(state: ListingState, limits: ListingLimits) {
  const entries: Entry[] = []
  const seen = { ...state.seen }
  let { carried, unknown, dropped } = state
  const take = (text: string): void => {
    const line = carried === null ? text : `${carried} ${text.trimStart()}`
    carried = null
    const found = parseListingLine(line)
    if (found === 'nothing') return
    if (found === 'unknown') {
      if (isHalfOfVms(line)) carried = line
      else unknown++
    } else {
      seen[found.dialect]++
      if (state.entries + entries.length < limits.entries) entries.push(found)
      else dropped++
    }
  }
  return {
    take,
    drop: (): void => {
      dropped++
    },
    flush: (): void => {
      if (carried !== null) unknown++
      carried = null
    },
    done: (input: LineState): ListingStep => ({
      entries,
      state: { input, carried, entries: state.entries + entries.length, unknown, dropped, seen },
    }),
  }
}

const isHalfOfVms = (line: string): boolean => /^\s*[^\s;]{1,255};\d{1,5}\s*$/.test(line)

/** Headings and totals. */
const isNoise = (line: string): boolean =>
  /^\s*$/.test(line) ||
  /^total:? \d+/i.test(line) ||
  /^(?:Directory \S+:?\[|(?:Grand )?Total of \d+)/i.test(line)
