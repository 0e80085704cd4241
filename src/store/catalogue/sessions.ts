/**
 * One session, seen by several origins, has one key: network, both ends, start within two seconds. Where both tell both
 * ports, it is enough that they overlap: whoever did not see the connection open tells a later start, and no connection
 * can be twice at a time.
 */
import type { Selectable } from 'kysely'
import type { Share } from '../lake/share.ts'
import type { Db } from './catalogue.ts'
import type { CatalogueSchema } from './schema.ts'

/** How far the clocks of two origins may tell different starts, in milliseconds. */
const tolerance = 2000
/** Origins of one session tell starts that are less far apart than this, in milliseconds. */
export const furthestStarts = 24 * 3_600_000
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
  /** Whether this origin saw the connection open. */
  readonly startSeen: boolean
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

export interface Sighting extends Seen {
  readonly uid: number
}

export const endsOf = (network: string, client: string, server: string): string =>
  JSON.stringify([network, client, server])

/**
 * Finds or makes the key of each. Two sessions of one source, or of one file that grows, are never one, unless they begin
 * at the same byte of it. Those of one batch are matched in the order of their starts, each with the earliest that fits and
 * is free: whoever took the nearest would leave others of a burst without one.
 */
export async function recogniseSessions(
  db: Db,
  sessions: readonly Seen[],
): Promise<readonly Recognised[]> {
  const known = new Known(await sightingsOf(db, sessions))
  let uid = await lastUid(db)
  const recognise = (seen: Seen): Recognised => {
    const fitting = known.fitting(seen)
    const best = fitting === undefined ? null : known.best(fitting)
    const mine: Sighting = { ...seen, uid: fitting ?? ++uid }
    known.add(mine)
    if (best && !counts(mine, best)) return { seen, uid: mine.uid, removed: null, added: null }
    return { seen, uid: mine.uid, removed: best?.share ?? null, added: seen.share }
  }
  const order = [...sessions.entries()].sort(([, a], [, b]) => a.start - b.start)
  const recognised = order.map(([at, seen]) => [at, recognise(seen)] as const)
  return recognised.sort(([a], [b]) => a - b).map(([, one]) => one)
}

/** The one that counts. */
export const bestOf = (sightings: readonly Sighting[]): Sighting | null =>
  sightings.reduce<Sighting | null>((a, b) => (a === null || counts(b, a) ? b : a), null)

/**
 * Whether `a` counts rather than `b`: whoever saw the connection open before who came later, then by precedence, then what
 * came last, since a file that has grown tells more.
 */
function counts(a: Sighting, b: Sighting): boolean {
  if (a.startSeen !== b.startSeen) return a.startSeen
  if (a.precedence !== b.precedence) return a.precedence < b.precedence
  return a.source === b.source ? a.record > b.record : a.source > b.source
}

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
    return bestOf(this.#members.get(uid) ?? [])
  }

  fitting(seen: Seen): number | undefined {
    const told = seen.place ? this.#places.get(placeKey(seen.place)) : undefined
    if (told !== undefined) return told
    let best: { readonly uid: number; readonly guessed: number; readonly start: number } | null =
      null
    for (const by of [-1, 0, 1])
      for (const { uid, start, ...other } of this.#pieces.get(piece(seen, by)) ?? []) {
        if (Math.abs(seen.start - start) > tolerance) continue
        const guessed = guessedPorts(seen, other)
        if (guessed === null) continue
        const isBetter =
          best === null ||
          guessed < best.guessed ||
          (guessed === best.guessed && start < best.start)
        if (isBetter && this.#takes(uid, seen)) best = { uid, guessed, start }
      }
    return best?.uid ?? this.#overlapping(seen)
  }

  #overlapping(seen: Seen): number | undefined {
    if (!isTold(seen)) return undefined
    let [best, distance]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
    for (const other of this.#connections.get(connectionKey(seen)) ?? []) {
      const away = Math.abs(seen.start - other.start)
      const isOne = seen.start < other.end && other.start < seen.end
      if (isOne && away < distance && this.#takes(other.uid, seen))
        [best, distance] = [other.uid, away]
    }
    return best
  }

  #takes(uid: number, seen: Seen): boolean {
    const { source, place, start } = seen
    return (this.#members.get(uid) ?? []).every(
      (member) =>
        member.source !== source &&
        guessedPorts(seen, member) !== null &&
        (place === null || member.place?.lineage !== place.lineage) &&
        Math.abs(start - member.start) < furthestStarts,
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

type Ports = Pick<Seen, 'clientPort' | 'serverPort'>

/** How many of both ports one of two does not tell; null where they tell different ones. */
function guessedPorts(a: Ports, b: Ports): number | null {
  let guessed = 0
  for (const [mine, other] of [
    [a.clientPort, b.clientPort],
    [a.serverPort, b.serverPort],
  ])
    if (mine !== other) {
      if (mine !== 0 && other !== 0) return null
      guessed++
    }
  return guessed
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
          .where('start', '>=', (part[0]?.start ?? 0) - furthestStarts)
          .where('start', '<=', latestOf(part) + tolerance)
          .where('end', '>=', (part[0]?.start ?? 0) - tolerance),
      )
      .execute()
    for (const row of [...rows, ...(await toldBefore(db, part))])
      out.set(`${row.source} ${row.record}`, sightingFrom(row))
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

export function sightingFrom({
  client_port,
  server_port,
  share,
  lineage,
  place,
  start_seen,
  ...row
}: Selectable<CatalogueSchema['session_key']>): Sighting {
  return {
    ...row,
    clientPort: client_port,
    serverPort: server_port,
    startSeen: start_seen === 1,
    share: JSON.parse(share) as Share, // written by `enterSessions`
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
          start_seen: seen.startSeen ? 1 : 0,
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
