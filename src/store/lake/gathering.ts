/** Observations of one source on their way into one batch. */
import { type FlowBatch, observationAt } from '../../model/flow-batch.ts'
import type { Gap } from '../../model/gap.ts'
import { gap } from '../../model/gap.ts'
import type { Observation } from '../../model/observation.ts'
import { lineSource } from '../../model/source.ts'
import type { CoverageNote, GapNote } from '../catalogue/notes.ts'
import type { TableName } from './columns.ts'
import { eventCells, networkOf } from './event-row.ts'
import { type FlowColumns, flowColumns } from './flow-columns.ts'
import { writeFlow } from './flow-row.ts'
import { serviceRow } from './service-row.ts'
import type { SessionObservation } from './session-row.ts'
import { type Share, serviceShare } from './share.ts'
import type { LakeSource } from './source.ts'
import type { Staging } from './staging.ts'
import { absurdity } from './time.ts'

/** Gaps of one source that are told apart in a batch; the rest are one gap that counts them. */
const toldGaps = 1000

export interface Gathering {
  readonly source: LakeSource
  readonly staging: Staging
  readonly flows: FlowColumns
  readonly sessions: { readonly record: number; readonly observation: SessionObservation }[]
  readonly shares: Share[]
  readonly coverage: CoverageNote[]
  readonly gaps: Map<string, GapNote>
  readonly first: number
  end: number
  rows: number
  /** Of what waits outside the staging, an estimate. */
  bytes: number
  /** Events put aside. */
  aside: number
}

export const gathering = (source: LakeSource, staging: Staging, first: number): Gathering => ({
  source,
  staging,
  flows: flowColumns(staging, source),
  sessions: [],
  shares: [],
  coverage: [],
  gaps: new Map(),
  first,
  end: first,
  rows: 0,
  bytes: 0,
  aside: 0,
})

/** Takes one observation; the table whose chunk is full and must be flushed, if any. */
export function gather(
  to: Gathering,
  observation: Observation,
  now: number,
): TableName | undefined {
  const record = to.end++
  const { source, staging } = to
  switch (observation.kind) {
    case 'flow': {
      const { start, end } = observation.flow
      const why = absurdity(start, now) ?? absurdity(end, now)
      if (why) return putAside(to, record, start, observation, why)
      to.rows++
      const full = staging.write('flow', (columns, row) =>
        writeFlow(columns, row, source, record, observation),
      )
      return full ? 'flow' : undefined
    }
    case 'ftp-session': {
      const { start, end, opaqueFrom } = observation.session
      const why =
        absurdity(start, now) ?? absurdity(end, now) ?? absurdity(opaqueFrom ?? start, now)
      if (why) return putAside(to, record, start, observation, why)
      to.sessions.push({ record, observation })
      to.rows += rowsOf(observation)
      to.bytes += weightOf(observation)
      return undefined
    }
    case 'service': {
      const { service } = observation
      const why = absurdity(service.seen, now)
      if (why) return putAside(to, record, service.seen, observation, why)
      if (service.recognition === 'not-ftp')
        to.shares.push(serviceShare(service, networkOf(service.address, source.context.network)))
      to.rows++
      const row = serviceRow(source, record, observation)
      to.bytes += row.detail?.length ?? 0
      return staging.put('service', row) ? 'service' : undefined
    }
    case 'coverage': {
      to.coverage.push(observation)
      return undefined
    }
    case 'gap': {
      note(to, observation.gap)
      return undefined
    }
  }
}

/** Takes rows [from, to) of a batch; they are looked at one by one only where a time cannot be right. */
export async function gatherFlows(
  to: Gathering,
  batch: FlowBatch,
  from: number,
  end: number,
  now: number,
): Promise<void> {
  if (isSane(batch, from, end, now)) {
    await to.flows(batch, from, end, to.end)
    to.end += end - from
    to.rows += end - from
    return
  }
  for (let row = from; row < end; row++) {
    const full = gather(to, observationAt(batch, row), now)
    if (full) await to.staging.flush(full)
  }
}

function isSane({ start, end }: FlowBatch, from: number, to: number, now: number): boolean {
  for (let row = from; row < to; row++)
    if (absurdity(start[row] as number, now) || absurdity(end[row] as number, now)) return false
  return true
}

const rowsOf = ({ session }: SessionObservation): number =>
  1 + (session.dataChannels?.length ?? 0) + (session.files?.length ?? 0)

/** What a session takes in memory while it waits for the end of its batch, roughly. */
function weightOf(observation: SessionObservation): number {
  const { banner, users, dataChannels, files, commands } = observation.session
  const texts = [
    banner,
    ...(users ?? []),
    ...(dataChannels ?? []).map(({ argument }) => argument),
    ...(files ?? []).flatMap(({ name, nameBase64 }) => [name, nameBase64]),
    ...Object.keys(commands ?? {}),
  ]
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 1024 * rowsOf(observation))
}

function putAside(
  to: Gathering,
  record: number,
  time: number,
  observation: Exclude<Observation, { kind: 'coverage' | 'gap' }>,
  why: NonNullable<ReturnType<typeof absurdity>>,
): TableName | undefined {
  to.rows++
  to.aside++
  const [place] = observation.at
  note(
    to,
    gap(
      'absurd-time',
      `${place?.document ?? to.source.name}: events with a time that cannot be right (${why}) are kept aside, outside all trends; check the clock of the source`,
      lineSource(place?.document ?? to.source.name, place?.line ?? 1, null),
      why,
    ),
    `absurd-time|${why}|${place?.document}`,
  )
  const row = {
    ...eventCells(to.source, record, 0, to.source.context.network, observation.at),
    // A time that has no 64 bits is in the observation alone.
    time: Number.isSafeInteger(Math.floor(time)) ? time : null,
    day: 0,
    kind: observation.kind,
    reason: why,
    observation: JSON.stringify(observation),
  }
  return to.staging.put('aside', row) ? 'aside' : undefined
}

function note(to: Gathering, what: Gap, key = what.key): void {
  const known = to.gaps.get(key)
  if (known) to.gaps.set(key, { ...known, times: known.times + 1 })
  else if (to.gaps.size < toldGaps) to.gaps.set(key, { gap: what, times: 1 })
  else {
    const rest = gap('more-gaps', `${to.source.name}: more gaps than are told one by one`, null)
    const more = to.gaps.get(rest.key)
    to.gaps.set(rest.key, { gap: rest, times: (more?.times ?? 0) + 1 })
  }
}
