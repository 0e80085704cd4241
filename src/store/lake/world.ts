/** What the lake is told rather than asks for. */
export interface LakeWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** For tests: called by name before and after each step that must survive being cut off. */
  readonly killPoint?: (name: KillPoint) => void
  readonly limits?: Partial<LakeLimits>
}

export interface LakeLimits {
  /** A batch ends with whichever comes first. */
  readonly batchRows: number
  readonly batchBytes: number
  readonly batchMilliseconds: number
  /** DuckDB's share of memory, in MB. */
  readonly megabytes: number
  readonly threads: number
}

export const defaultLimits: LakeLimits = {
  batchRows: 1_000_000,
  batchBytes: 64 * 1024 * 1024,
  batchMilliseconds: 5000,
  megabytes: 512,
  threads: 2,
}

export const ingestKillPoints = [
  'ingest:before-plan',
  'ingest:after-plan',
  'ingest:before-write',
  'ingest:after-write',
  'ingest:after-sync',
  'ingest:after-rename',
  'ingest:after-folder-sync',
  'ingest:before-commit',
  'ingest:after-commit',
] as const
export const compactionKillPoints = [
  'compaction:before-plan',
  'compaction:after-plan',
  'compaction:before-write',
  'compaction:after-write',
  'compaction:after-sync',
  'compaction:after-rename',
  'compaction:after-folder-sync',
  'compaction:before-commit',
  'compaction:after-commit',
  'compaction:before-delete',
  'compaction:after-delete',
  'compaction:before-forget',
  'compaction:after-forget',
] as const
export const retentionKillPoints = [
  'retention:before-plan',
  'retention:after-plan',
  'retention:before-write',
  'retention:after-write',
  'retention:after-sync',
  'retention:after-rename',
  'retention:after-folder-sync',
  'retention:before-commit',
  'retention:after-commit',
  'retention:before-delete',
  'retention:after-delete',
  'retention:before-forget',
  'retention:after-forget',
] as const
export type KillPoint =
  | (typeof ingestKillPoints)[number]
  | (typeof compactionKillPoints)[number]
  | (typeof retentionKillPoints)[number]
