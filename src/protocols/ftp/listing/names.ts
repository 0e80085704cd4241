/** NLST: a name a line, and nothing else (RFC 959 §4.1.3). */
import { lastLine, lineStart, stepLine } from '../line.ts'
import { type Decoded, decodeWire } from '../wire.ts'
import { type ListingLimits, listingLimits } from './listing.ts'

export interface Names {
  readonly names: readonly Decoded[]
  /** Names beyond the limit, and lines that were too long. */
  readonly dropped: number
}

/** A whole listing in hand; empty lines are no names. */
export function parseNames(wire: string, limits: ListingLimits = listingLimits): Names {
  const names: Decoded[] = []
  let dropped = 0
  const take = (name: string): void => {
    if (name === '') return
    if (names.length < limits.entries) names.push(decodeWire(name))
    else dropped++
  }
  // No Telnet stream: the byte 255 is a letter, and passes the line reader when doubled.
  let step = stepLine(lineStart, wire.replaceAll('\u00ff', '\u00ff\u00ff'), limits.line)
  for (; step.kind !== 'more'; step = stepLine(step.state, '', limits.line))
    if (step.kind === 'line') take(step.line.text)
    else dropped++
  take(lastLine(step.state)?.text ?? '')
  return { names, dropped }
}
