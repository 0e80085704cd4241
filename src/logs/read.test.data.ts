/** Reading texts in tests. */
import { formatAddress } from '../model/address.ts'
import type { FlowBatch } from '../model/flow-batch.ts'
import type { Endpoint, Flow, FtpSession, Observation } from '../model/observation.ts'
import type { Service } from '../model/service.ts'
import type { LogContext } from './log.ts'
import { type LogEvent, type LogOptions, type LogSummary, openLog } from './read.ts'

export const bareContext: LogContext = {
  server: null,
  network: 'site',
  timezone: null,
  year: null,
  document: 'log',
}

export interface ReadLog {
  readonly format: string | null
  readonly syslog: 'wrapped' | 'plain' | null
  readonly observations: readonly Observation[]
  readonly flows: readonly Flow[]
  readonly sessions: readonly FtpSession[]
  readonly services: readonly Service[]
  readonly coverage: readonly (Observation & { kind: 'coverage' })[]
  /** Reasons. */
  readonly gaps: readonly string[]
  readonly batches: readonly FlowBatch[]
  readonly summary: LogSummary
}

export function gathered(events: readonly LogEvent[]): ReadLog {
  const observations = events.flatMap((event) =>
    event.kind === 'observations' ? event.observations : [],
  )
  const format = events.find((event) => event.kind === 'format')
  const last = events.at(-1)
  if (last?.kind !== 'end') throw new Error('a log ends with its summary')
  return {
    format: format?.id ?? null,
    syslog: format?.syslog ?? null,
    observations,
    flows: observations.flatMap((one) => (one.kind === 'flow' ? [one.flow] : [])),
    sessions: observations.flatMap((one) => (one.kind === 'ftp-session' ? [one.session] : [])),
    services: observations.flatMap((one) => (one.kind === 'service' ? [one.service] : [])),
    coverage: observations.filter((one) => one.kind === 'coverage'),
    gaps: observations.flatMap((one) => (one.kind === 'gap' ? [one.gap.reason] : [])),
    batches: events.flatMap((event) => (event.kind === 'flows' ? [event.batch] : [])),
    summary: last.summary,
  }
}

/** `cuts` are sizes of pieces, used in turn. */
export function readBytes(
  bytes: Uint8Array,
  context: Partial<LogContext> = {},
  options: LogOptions = {},
  cuts: readonly number[] = [Number.POSITIVE_INFINITY],
): ReadLog {
  const log = openLog({ ...bareContext, ...context }, options)
  const events: LogEvent[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, cuts[turn % cuts.length] ?? 1)
    events.push(...log.push(bytes.subarray(at, at + size)))
    at += size
  }
  return gathered([...events, ...log.end()])
}

export const readText = (
  text: string,
  context: Partial<LogContext> = {},
  options: LogOptions = {},
): ReadLog => readBytes(new TextEncoder().encode(text), context, options)

export const written = ({ address, port }: Endpoint): string =>
  `${address.family === 6 ? `[${formatAddress(address)}]` : formatAddress(address)}:${port}`

/** A flow in one line, for tables of what is expected. */
export const line = (flow: Flow): string =>
  [
    flow.observer.id,
    `${written(flow.src)}>${written(flow.dst)}`,
    flow.transport,
    `${flow.packets}p ${flow.bytes}b`,
    flow.action,
    `by ${flow.initiator}`,
  ].join(' ')

export const time = (text: string): number => Date.parse(text)
