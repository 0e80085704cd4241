/**
 * One session, seen by several origins, has one key: network, both ends, start within two seconds. Where both tell both
 * ports, it is enough that they overlap: whoever did not see the connection open tells a later start, and no connection
 * can be twice at a time.
 */
import type { Selectable } from 'kysely'
import type { Share } from '../lake/share.ts'
import { startOfDay } from '../lake/time.ts'
import type { Db } from './catalogue.ts'
import type { CatalogueSchema } from './schema.ts'

/** How far the clocks of two origins may tell different starts, in milliseconds. */
const tolerance = 2000
/** What began longer before is not looked at for an overlap, in milliseconds. */
const longest = 24 * 3_600_000
/** Rows in one statement; SQLite takes 32,766 values. */
const slice = 500

export interface Seen {
  /** Network and both addresses, as `endsOf` writes them. */
  readonly ends: string
  /** 0 where the origin does not tell: it then fits any. */
  readonly clientPort: number
  readonly serverPort: number
  readonly start: number
  readonly end: number
  readonly precedence: number
  readonly source: number
  readonly record: number
  readonly share: Share
  /** Of a file that grows, which tells of a session again when it knows more: where the session begins in it. */
  readonly place: { readonly lineage: number; readonly offset: number } | null
}

export interface Recognised {
  readonly seen: Seen
  readonly uid: number
  /** What the rollups take away and add because of it; several origins count as the best of them. */
  readonly removed: Share | null
  readonly added: Share | null
}

interface Sighting extends Omit<Seen, 'share'> {
  readonly uid: number
  /** Null where what was counted of it is gone: it counts no more, and nothing of it is to be taken away. */
  readonly share: Share | null
}

export const endsOf = (network: string, client: string, server: string): string =>
  JSON.stringify([network, client, server])

/**
 * Finds or makes the key of each. Two sessions of one source, or of one file that grows, are never one, unless they begin
 * at the same byte of it; of several that fit, the nearest start wins.
 */
export async function recogniseSessions(
  db: Db,
  sessions: readonly Seen[],
): Promise<readonly Recognised[]> {
  const known = new Known(await sightingsOf(db, sessions))
  let uid = await lastUid(db)
  return sessions.map((seen) => {
    const fitting = known.fitting(seen)
    const best = fitting === undefined ? null : known.best(fitting)
    const mine: Sighting = { ...seen, uid: fitting ?? ++uid }
    known.add(mine)
    if (best && !counts(mine, best)) return { seen, uid: mine.uid, removed: null, added: null }
    return { seen, uid: mine.uid, removed: best?.share ?? null, added: seen.share }
  })
}

/** Whether `a` counts rather than `b`: by precedence, then what came last, since a file that has grown tells more. */
const counts = (a: Sighting, b: Sighting): boolean =>
  a.precedence < b.precedence ||
  (a.precedence === b.precedence &&
    (a.source > b.source || (a.source === b.source && a.record > b.record)))

/** Sightings by ends and time, cut into pieces as long as the tolerance: what fits lies in the same or the next. */
class Known {
  readonly #pieces = new Map<string, Sighting[]>()
  readonly #connections = new Map<string, Sighting[]>()
  readonly #members = new Map<number, Sighting[]>()
  readonly #places = new Map<string, number>()

  constructor(sightings: readonly Sighting[]) {
    for (const sighting of sightings) this.add(sighting)
  }

  add(sighting: Sighting): void {
    append(this.#pieces, piece(sighting, 0), sighting)
    if (isTold(sighting)) append(this.#connections, connectionKey(sighting), sighting)
    append(this.#members, sighting.uid, sighting)
    if (sighting.place) this.#places.set(placeKey(sighting.place), sighting.uid)
  }

  best(uid: number): Sighting | null {
    const [first, ...others] = (this.#members.get(uid) ?? []).filter(({ share }) => share !== null)
    return first ? others.reduce((a, b) => (counts(b, a) ? b : a), first) : null
  }

  fitting(seen: Seen): number | undefined {
    const told = seen.place ? this.#places.get(placeKey(seen.place)) : undefined
    if (told !== undefined) return told
    let [best, distance]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
    for (const by of [-1, 0, 1])
      for (const other of this.#pieces.get(piece(seen, by)) ?? []) {
        const away = distanceOf(seen, other)
        if (away < distance && !this.#holds(other.uid, seen)) [best, distance] = [other.uid, away]
      }
    return best ?? this.#overlapping(seen)
  }

  #overlapping(seen: Seen): number | undefined {
    if (!isTold(seen)) return undefined
    let [best, distance]: [number | undefined, number] = [undefined, longest]
    for (const other of this.#connections.get(connectionKey(seen)) ?? []) {
      const away = Math.abs(seen.start - other.start)
      const isOne = seen.start < other.end && other.start < seen.end
      if (isOne && away < distance && !this.#holds(other.uid, seen))
        [best, distance] = [other.uid, away]
    }
    return best
  }

  #holds(uid: number, { source, place }: Seen): boolean {
    return (this.#members.get(uid) ?? []).some(
      (member) =>
        member.source === source || (place !== null && member.place?.lineage === place.lineage),
    )
  }
}

const placeKey = ({ lineage, offset }: NonNullable<Seen['place']>): string => `${lineage} ${offset}`

type Connection = Pick<Seen, 'ends' | 'clientPort' | 'serverPort'>
const isTold = ({ clientPort, serverPort }: Connection): boolean =>
  clientPort !== 0 && serverPort !== 0
const connectionKey = ({ ends, clientPort, serverPort }: Connection): string =>
  `${clientPort} ${serverPort} ${ends}`

const piece = ({ ends, start }: Pick<Seen, 'ends' | 'start'>, by: number): string =>
  `${Math.floor(start / tolerance) + by} ${ends}`

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** Equal ports are nearer than ports that nobody tells. */
function distanceOf(a: Sighting | Seen, b: Sighting | Seen): number {
  const away = Math.abs(a.start - b.start)
  if (away > tolerance) return Number.POSITIVE_INFINITY
  let guessed = 0
  for (const [mine, other] of [
    [a.clientPort, b.clientPort],
    [a.serverPort, b.serverPort],
  ])
    if (mine !== other) {
      if (mine !== 0 && other !== 0) return Number.POSITIVE_INFINITY
      guessed += tolerance + 1
    }
  return away + guessed
}

async function sightingsOf(db: Db, sessions: readonly Seen[]): Promise<readonly Sighting[]> {
  const out = new Map<string, Sighting>()
  const ordered = [...sessions].sort((a, b) => a.start - b.start)
  for (let i = 0; i < ordered.length; i += slice) {
    const part = ordered.slice(i, i + slice)
    const rows = await db
      .selectFrom('session_key')
      .selectAll()
      // All members of a key that fits.
      .where('uid', 'in', (fitting) =>
        fitting
          .selectFrom('session_key')
          .select('uid')
          .where('ends', 'in', [...new Set(part.map(({ ends }) => ends))])
          .where('start', '>=', (part[0]?.start ?? 0) - longest)
          .where('start', '<=', latestOf(part) + tolerance)
          .where('end', '>=', (part[0]?.start ?? 0) - tolerance),
      )
      .execute()
    for (const row of [...rows, ...(await toldBefore(db, part))])
      out.set(`${row.source} ${row.record}`, fromRow(row))
  }
  return [...out.values()]
}

const latestOf = (sessions: readonly Seen[]): number =>
  sessions.reduce((latest, { start, end }) => Math.max(latest, start, end), 0)

/** Whoever saw the sessions that begin where these do: more may be known of them by now, even when they began. */
async function toldBefore(db: Db, sessions: readonly Seen[]) {
  const places = sessions.flatMap(({ place }) => (place ? [place] : []))
  if (places.length === 0) return []
  return db
    .selectFrom('session_key')
    .selectAll()
    .where('uid', 'in', (told) =>
      told
        .selectFrom('session_key')
        .select('uid')
        .where('lineage', 'in', [...new Set(places.map(({ lineage }) => lineage))])
        .where(
          'place',
          'in',
          places.map(({ offset }) => offset),
        ),
    )
    .execute()
}

function fromRow({
  client_port,
  server_port,
  share,
  lineage,
  place,
  ...row
}: Selectable<CatalogueSchema['session_key']>): Sighting {
  return {
    ...row,
    clientPort: client_port,
    serverPort: server_port,
    share: JSON.parse(share) as Share | null, // written by `enterSessions` and `forgetSessions`
    place: lineage === null || place === null ? null : { lineage, offset: place },
  }
}

async function lastUid(db: Db): Promise<number> {
  const row = await db
    .selectFrom('session_key')
    .select((eb) => eb.fn.max('uid').as('uid'))
    .executeTakeFirst()
  return row?.uid ?? 0
}

export async function enterSessions(db: Db, recognised: readonly Recognised[]): Promise<void> {
  for (let i = 0; i < recognised.length; i += slice)
    await db
      .insertInto('session_key')
      .values(
        recognised.slice(i, i + slice).map(({ seen, uid }) => ({
          uid,
          ends: seen.ends,
          client_port: seen.clientPort,
          server_port: seen.serverPort,
          start: Math.floor(seen.start),
          end: Math.floor(seen.end),
          precedence: seen.precedence,
          source: seen.source,
          record: seen.record,
          share: JSON.stringify(seen.share),
          lineage: seen.place?.lineage ?? null,
          place: seen.place?.offset ?? null,
        })),
      )
      .execute()
}

/**
 * Forgets what was counted of the sessions of days of which neither events nor rollups are left: another origin that comes
 * late would take away from rollups what is not in them any more. Those of files that grow stay known, for what stood open
 * at the end of one part comes again with the next.
 */
export async function forgetSessions(db: Db): Promise<void> {
  const earliest = await db
    .selectFrom('file')
    .select((eb) => eb.fn.min('day').as('day'))
    .where('state', '=', 'live')
    .where('day', '>', 0)
    .executeTakeFirst()
  // Origins of one session may stand on both sides of midnight.
  const before =
    earliest?.day == null ? Number.MAX_SAFE_INTEGER : startOfDay(earliest.day) - 2 * tolerance
  await db
    .deleteFrom('session_key')
    .where('start', '<', before)
    .where('lineage', 'is', null)
    .execute()
  await db.updateTable('session_key').set({ share: 'null' }).where('start', '<', before).execute()
}
