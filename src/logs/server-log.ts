/**
 * What the logs of FTP servers have in common: they are written by the server, so they often leave out which address and port
 * it has, nearly always the client's port, and mostly the zone of their times. What is left out is asked for by a gap.
 */
import { type Address, parseAddress, unmapped } from '../model/address.ts'
import { type Gap, gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import type { Product } from '../model/service.ts'
import { documentSource } from '../model/source.ts'
import { products } from '../protocols/ftp/products.ts'
import { productOf } from '../protocols/software.ts'
import { instantAfter, type LocalTime, parseZone, type Zone } from './local-time.ts'
import { type BadLine, bad, type LineAbout, type LogContext } from './log.ts'

/** The port of the server where the user says it; logs of one server do not tell. */
export interface ServerContext extends LogContext {
  readonly serverPort?: number | null
}

/** Stands for a port that nobody tells: no connection has it (RFC 6335 §6), and stores take it for one that fits any. */
export const portUntold = 0

/** Undefined for host names. */
export function parseClient(text: string): Address | undefined {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, ''))
  return address && unmapped(address)
}

/** The product whose log it is, by the log alone. `name` as in the table of products. */
export function productOfLog(name: string, version: string | null): Product | null {
  const known = products.find((product) => product.name === name)
  if (!known) return null
  const named = {
    vendor: known.vendor,
    name: known.name,
    cpe: known.cpe && { vendor: known.cpe.vendor, product: known.cpe.product },
  }
  return productOf(named, version, null, 0.9, ['log'])
}

/** Milliseconds since the epoch of a wall clock's reading; null where the zone is not known or no calendar has the date. */
export type Clock = (local: LocalTime) => number | null

export interface Lacks {
  readonly zone: Zone | null
  readonly clock: Clock
  /** Tells a gap once. */
  tell(reason: keyof typeof lacking): void
  /** Gaps that were told since the last call. */
  take(): readonly Observation[]
}

const lacking = {
  'server-unknown':
    'the log does not say which server wrote it, so its sessions are left out: give --server ADDRESS',
  'server-port-untold':
    'neither the log nor --server says the port of the server: it is written as 0, which fits any',
  'timezone-unknown':
    'the times of the log name no zone, so its lines are left out: give --timezone, as Europe/Berlin or +01:00',
  'timezone-not-understood':
    'the zone given is neither an IANA name nor an offset such as +01:00, so lines without a zone are left out',
  'year-unknown': 'the times of the log name no year, so its lines are left out: give --year',
  'time-untold':
    'lines of the log have no time, so they are left out: let the server write one before each line',
  'date-order-unknown':
    'dates such as 1/2/2026 do not say which number is the month, and no line of the log tells: those lines are left out',
  'client-not-an-address':
    'clients are written as names, which may mean other addresses by now, so those lines are left out: turn reverse look-ups off in the server',
  'client-port-untold': 'the log does not say the ports of its clients: they are written as 0',
  'files-beyond-limit':
    'a session moved more files than are kept of one session: the further ones are left out',
} as const

/** What a log lacks, told once each. */
export function lacksOf(context: LogContext): Lacks {
  const told = new Set<string>()
  let waiting: Observation[] = []
  const zone = context.timezone === null ? null : (parseZone(context.timezone) ?? null)
  const tell = (reason: keyof typeof lacking) => {
    if (told.has(reason)) return
    told.add(reason)
    waiting.push({ kind: 'gap', gap: gapOf(context, reason) })
  }
  let before = Number.NEGATIVE_INFINITY
  const clock: Clock = (local) => {
    if (zone) {
      const instant = instantAfter(local, zone, before)
      if (instant !== null) before = Math.max(before, instant)
      return instant
    }
    tell(context.timezone === null ? 'timezone-unknown' : 'timezone-not-understood')
    return null
  }
  const take = () => {
    const taken = waiting
    waiting = []
    return taken
  }
  return { zone, clock, tell, take }
}

/** The time of a line that has none of its own: that of its syslog wrapper. */
export function timeOfWrapper(
  { syslog }: LineAbout,
  context: LogContext,
  lacks: Lacks,
): number | 'skip' | BadLine {
  if (syslog === null) {
    lacks.tell('time-untold')
    return 'skip'
  }
  if (syslog.time !== null) return syslog.time
  if (context.year !== null && lacks.zone !== null) return bad('no-time')
  if (context.year === null) lacks.tell('year-unknown')
  else lacks.tell(context.timezone === null ? 'timezone-unknown' : 'timezone-not-understood')
  return 'skip'
}

/** What a line is whose time is no instant: a date that no calendar has, or nothing known where the zone is not. */
export const untimed = ({ zone }: Lacks): 'skip' | BadLine =>
  zone === null ? 'skip' : bad('no-time')

/** A line that syslog has from another program, or from the modules that check passwords for one. */
export const isOfOther = ({ syslog }: LineAbout, program: string, text: string): boolean =>
  /^pam_\w+\(/.test(text) || (syslog?.program != null && !syslog.program.endsWith(program))

const gapOf = (context: LogContext, reason: keyof typeof lacking): Gap =>
  gap(reason, lacking[reason], documentSource(context.document))

/** How many of the lines fit, from 0 to 1; the last may be cut, and blank ones do not count. */
export function shareOf(lines: readonly string[], fits: (line: string) => boolean): number {
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines
  const told = whole.filter((line) => line.trim() !== '')
  return told.length === 0 ? 0 : told.filter((line) => fits(line)).length / told.length
}

/** The certainty of a format from the share of lines that fit it. */
export const certaintyOf = (share: number, most: number): number | null =>
  share === 0 ? null : Math.round(most * (0.5 + share / 2) * 100) / 100
