/** The tables of the catalogue: which files the lake is made of, and what they came from. */
import type { Generated } from 'kysely'
import type { TableName } from '../lake/columns.ts'

export interface CatalogueSchema {
  readonly state: {
    readonly id: number
    readonly generation: number
    /** yyyymmdd: of the days before, raw events were deleted. */
    readonly events_from: number | null
    /** The same of rollups, never later than that of events. */
    readonly rollups_from: number | null
  }
  readonly batch: {
    readonly id: Generated<number>
    readonly work: 'ingest' | 'compaction' | 'retention'
    readonly state: 'pending' | 'committed'
    /** Milliseconds since the epoch. */
    readonly planned: number
    readonly committed: number | null
  }
  /** Events and rollups alike: `kind` is the table of the lake. */
  readonly file: {
    readonly id: Generated<number>
    readonly batch: number
    readonly kind: TableName
    /** Below the folder of the lake. */
    readonly path: string
    /** yyyymmdd; 0 for events without a believable time. */
    readonly day: number
    readonly state: 'pending' | 'live' | 'retired'
    readonly rows: number
    readonly bytes: number
    readonly min_time: number
    readonly max_time: number
    /** The first generation that does without it. */
    readonly retired: number | null
  }
  readonly source: {
    readonly id: Generated<number>
    readonly key: string
    readonly name: string
    readonly witness: string
    /** Of a file that grows: the hash of the options that change what its bytes mean. */
    readonly meaning: string | null
    /** Of a file that grows: the source that read its beginning. */
    readonly lineage: number | null
    readonly complete: 0 | 1
  }
  /** What of a source is in the lake: records by ordinal, bytes where it is a file that grows. */
  readonly source_range: {
    /** In the order in which they were entered. */
    readonly rowid: Generated<number>
    readonly source: number
    readonly batch: number
    readonly first_record: number
    /** One past the last. */
    readonly end_record: number
    readonly end_offset: number | null
    /** Of all bytes before that offset. */
    readonly hash_before: string | null
    /** Lines that begin before are told. */
    readonly told_offset: number | null
    /** Hash of the first of those bytes, by which marks are looked up. */
    readonly head: string | null
    /** Reading ended there. */
    readonly ended: 0 | 1 | null
  }
  /** One for each origin that saw a session; those of one `uid` are the same session. */
  readonly session_key: {
    readonly uid: number
    /** Network and both addresses. */
    readonly ends: string
    /** 0 where the origin does not tell. */
    readonly client_port: number
    readonly server_port: number
    /** Milliseconds since the epoch, as this origin tells it. */
    readonly start: number
    readonly end: number
    /** Whether this origin saw the connection open; goes before `precedence`. */
    readonly start_seen: 0 | 1
    /** Lower wins. */
    readonly precedence: number
    readonly source: number
    readonly record: number
    /** JSON of what the rollups count of it. */
    readonly share: string
    /** Of a file that grows: its lineage and the byte where the session begins, which no other session of it has. */
    readonly lineage: number | null
    readonly place: number | null
  }
  readonly coverage: {
    readonly source: number
    readonly batch: number
    readonly network: string
    readonly witness: string
    readonly start: number | null
    readonly end: number | null
    readonly complete: 0 | 1
    readonly sampled: number | null
    readonly dropped: number | null
  }
  readonly gap: {
    readonly source: number
    readonly key: string
    readonly reason: string
    readonly message: string
    readonly place: string | null
    readonly times: number
  }
  /** A reader at work: files retired after its generation stay until it is done or its lease runs out. */
  readonly lease: {
    readonly id: Generated<number>
    readonly generation: number
    readonly expires: number
  }
}
