/**
 * What retention takes of the sessions: what was counted by an origin that goes is counted by the best of those that stay,
 * as the raw events tell it then.
 */
import type { Share } from '../lake/share.ts'
import type { Db } from './catalogue.ts'
import { bestOf, type Sighting, sightingFrom } from './sessions.ts'

/** Times before which it goes, milliseconds since the epoch; that of rollups is never later. */
export interface Edges {
  readonly events: number
  readonly rollups: number
}

export interface Recounted {
  /** Null where the rollup of its day goes as a whole. */
  readonly removed: Share | null
  readonly added: Share
}

/** Sessions of which the origin that counts goes and another one stays. */
export async function recountedSessions(db: Db, edges: Edges): Promise<readonly Recounted[]> {
  const rows = await db
    .selectFrom('session_key')
    .selectAll()
    .where((eb) =>
      eb.or(
        [edges.events, edges.rollups].map((edge) => eb('uid', 'in', uidsOnBothSides(db, edge))),
      ),
    )
    .execute()
  const sessions = Map.groupBy(rows.map(sightingFrom), ({ uid }) => uid)
  return [...sessions.values()].flatMap((sightings) => recount(sightings, edges))
}

function recount(sightings: readonly Sighting[], { events, rollups }: Edges): readonly Recounted[] {
  const inEvents = sightings.filter(({ start }) => start >= events)
  const inRollups = sightings.filter(({ start }) => start >= rollups)
  const [before, after] = [bestOf(sightings), bestOf(inEvents.length > 0 ? inEvents : inRollups)]
  if (before === null || after === null || before === after) return []
  return [{ removed: before.start < rollups ? null : before.share, added: after.share }]
}

const uidsOnBothSides = (db: Db, edge: number) =>
  db
    .selectFrom('session_key')
    .select('uid')
    .groupBy('uid')
    .having((eb) => eb.fn.min('start'), '<', edge)
    .having((eb) => eb.fn.max('start'), '>=', edge)

/**
 * Forgets the origins that count no more: another one that comes late would take away from rollups what is not in them.
 * Of what is in the rollups alone, the origin that is counted stays known.
 */
export async function forgetSessions(db: Db, { events, rollups }: Edges): Promise<void> {
  await db.deleteFrom('session_key').where('start', '<', rollups).execute()
  await db
    .deleteFrom('session_key')
    .where('start', '<', events)
    .where('uid', 'in', uidsOnBothSides(db, events))
    .execute()
}
