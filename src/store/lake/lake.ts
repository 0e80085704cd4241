/** The event lake: a folder with a catalogue in SQLite and events in Parquet files by table and day. */
import { type KnownGap, knownGaps } from '../catalogue/notes.ts'
import { isComplete, lastMarks, marksOf } from '../catalogue/sources.ts'
import { type LakeStatus, lakeStatus } from '../catalogue/status.ts'
import { type OcsfExport, ocsfLines, ocsfParquet } from '../ocsf/export.ts'
import { lakeEvents } from '../queries/lake-events.ts'
import { type LakeQueries, lakeQueries } from '../queries/queries.ts'
import { type Compacted, type CompactionOptions, compact } from './compaction.ts'
import { type Ingested, type IngestOptions, ingest, type Observations } from './ingest.ts'
import { openParts } from './open-parts.ts'
import { type AsideEvents, readAside } from './read-aside.ts'
import { type EventRange, readEvents } from './read-events.ts'
import { type Retained, type Retention, retain } from './retention.ts'
import { headsOf, type KnownMark, type LakeSource, longestHead, type Marks } from './source.ts'
import type { LakeWorld } from './world.ts'

export interface Lake {
  /** Adds a source exactly once; see `ingest`. */
  readonly ingest: (
    source: LakeSource,
    observations: Observations,
    options?: IngestOptions,
  ) => Promise<Ingested>
  /** Whether all of the source with this key was added. */
  readonly knows: (key: string) => Promise<boolean>
  readonly queries: LakeQueries
  /** Events as they were put in, in order of time. */
  readonly events: (
    kind: Parameters<typeof readEvents>[1],
    range: EventRange,
  ) => ReturnType<typeof readEvents>
  /** How far files were read that may be this one: read with the same options (`meaningKey`), and beginning so. */
  readonly marks: (meaning: string, start: Uint8Array) => Promise<Marks>
  /** How far the two files were read that had this name last. */
  readonly lastMarks: (meaning: string, name: string) => Promise<readonly KnownMark[]>
  readonly gaps: () => Promise<readonly KnownGap[]>
  /** What it holds, at a glance. */
  readonly status: () => Promise<LakeStatus>
  /** Events that are kept outside all trends, at most so many. */
  readonly aside: (limit: number) => Promise<AsideEvents>
  /** Events in OCSF, as lines of JSON that are handed to `take`, or as one file in a folder. */
  readonly ocsfLines: (
    asked: OcsfExport,
    take: (lines: readonly string[]) => Promise<void>,
  ) => Promise<void>
  readonly ocsfParquet: (asked: OcsfExport, folder: string) => Promise<number>
  readonly compact: (options?: CompactionOptions) => Promise<Compacted>
  readonly retain: (retention: Retention) => Promise<Retained>
  readonly close: () => Promise<void>
}

/** Opens the lake of a folder, or makes one; undoes what a process that died left half done. */
export async function openLake(folder: string, world: LakeWorld): Promise<Lake> {
  const { parts, close } = await openParts(folder, world)
  return {
    ingest: (source, observations, options) => ingest(parts, source, observations, options),
    knows: (key) => parts.catalogue.run((db) => isComplete(db, key)),
    queries: lakeQueries(lakeEvents(parts)),
    events: (kind, range) => readEvents(parts, kind, range),
    marks: (meaning, start) =>
      parts.catalogue.run((db) => marksOf(db, meaning, headsOf(start.subarray(0, longestHead)))),
    lastMarks: (meaning, name) => parts.catalogue.run((db) => lastMarks(db, meaning, name)),
    gaps: () => knownGaps(parts.catalogue),
    status: () => parts.catalogue.transact(lakeStatus),
    aside: (limit) => readAside(parts, limit),
    ocsfLines: (asked, take) => ocsfLines(parts, asked, take),
    ocsfParquet: (asked, folder) => ocsfParquet(parts, asked, folder),
    compact: (options) => compact(parts, options),
    retain: (retention) => retain(parts, retention),
    close,
  }
}
