/** What else a source tells: what it covered, and what could not be known. */
import type { Gap } from '../../model/gap.ts'
import { formatSource } from '../../model/source.ts'
import type { LakeSource } from '../lake/source.ts'
import type { Catalogue, Db } from './catalogue.ts'

export interface CoverageNote {
  readonly from: number | null
  readonly to: number | null
  readonly complete: boolean
  readonly sampled: number | null
  readonly dropped: number | null
}
export interface GapNote {
  readonly gap: Gap
  readonly times: number
}

export async function enterNotes(
  db: Db,
  source: LakeSource,
  sourceId: number,
  batch: number,
  coverage: readonly CoverageNote[],
  gaps: readonly GapNote[],
): Promise<void> {
  for (const { from, to, complete, sampled, dropped } of coverage)
    await db
      .insertInto('coverage')
      .values({
        source: sourceId,
        batch,
        network: source.context.network,
        witness: source.witness,
        start: from,
        end: to,
        complete: complete ? 1 : 0,
        sampled,
        dropped,
      })
      .execute()
  for (const { gap, times } of gaps)
    await db
      .insertInto('gap')
      .values({
        source: sourceId,
        key: gap.key.toWellFormed(),
        reason: gap.reason,
        message: gap.message.toWellFormed(),
        place: gap.source && formatSource(gap.source).toWellFormed(),
        times,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['source', 'key'])
          .doUpdateSet((eb) => ({ times: eb('gap.times', '+', eb.ref('excluded.times')) })),
      )
      .execute()
}

export interface KnownGap {
  readonly source: string
  readonly reason: string
  readonly message: string
  readonly place: string | null
  readonly times: number
}

/** At most a thousand gaps of all sources, newest sources first. */
export const knownGaps = (catalogue: Catalogue): Promise<readonly KnownGap[]> =>
  catalogue.run((db) =>
    db
      .selectFrom('gap')
      .innerJoin('source', 'source.id', 'gap.source')
      .select(['source.name as source', 'reason', 'message', 'place', 'times'])
      .orderBy('source.id', 'desc')
      .orderBy('gap.key')
      .limit(1000)
      .execute(),
  )
