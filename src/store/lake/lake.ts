/** The event lake: a folder with a catalogue in SQLite and events in Parquet files by table and day. */
import { type KnownGap, knownGaps } from '../catalogue/notes.ts'
import { type Reached, reachedOf } from '../catalogue/sources.ts'
import { type LakeQueries, lakeQueries } from '../queries/queries.ts'
import { type Compacted, type CompactionOptions, compact } from './compaction.ts'
import { type Ingested, type IngestOptions, ingest, type Observations } from './ingest.ts'
import { openParts } from './open-parts.ts'
import { type EventRange, readEvents } from './read-events.ts'
import { type Retained, type Retention, retain } from './retention.ts'
import type { LakeSource } from './source.ts'
import type { LakeWorld } from './world.ts'

export interface Lake {
  /** Adds a source exactly once; see `ingest`. */
  readonly ingest: (
    source: LakeSource,
    observations: Observations,
    options?: IngestOptions,
  ) => Promise<Ingested>
  readonly queries: LakeQueries
  /** Events as they were put in, in order of time. */
  readonly events: (
    kind: Parameters<typeof readEvents>[1],
    range: EventRange,
  ) => ReturnType<typeof readEvents>
  /** How far the file with this head was read: go on there if the hash before still holds, else from its beginning. */
  readonly reached: (head: string) => Promise<Reached | null>
  readonly gaps: () => Promise<readonly KnownGap[]>
  readonly compact: (options?: CompactionOptions) => Promise<Compacted>
  readonly retain: (retention: Retention) => Promise<Retained>
  readonly close: () => Promise<void>
}

/** Opens the lake of a folder, or makes one; undoes what a process that died left half done. */
export async function openLake(folder: string, world: LakeWorld): Promise<Lake> {
  const { parts, close } = await openParts(folder, world)
  return {
    ingest: (source, observations, options) => ingest(parts, source, observations, options),
    queries: lakeQueries(parts),
    events: (kind, range) => readEvents(parts, kind, range),
    reached: (head) => parts.catalogue.run((db) => reachedOf(db, head)),
    gaps: () => knownGaps(parts.catalogue),
    compact: (options) => compact(parts, options),
    retain: (retention) => retain(parts, retention),
    close,
  }
}
