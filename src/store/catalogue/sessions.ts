/** One session, seen by several origins, has one key: network, both ends, start within two seconds. */
import type { Share } from '../lake/share.ts'
import type { Db } from './catalogue.ts'

/** How far the clocks of two origins may tell different starts, in milliseconds. */
const tolerance = 2000
/** Rows in one statement; SQLite takes 32,766 values. */
const slice = 500

export interface Seen {
  /** Network and both addresses, as `endsOf` writes them. */
  readonly ends: string
  /** 0 where the origin does not tell: it then fits any. */
  readonly clientPort: number
  readonly serverPort: number
  readonly start: number
  readonly precedence: number
  readonly source: number
  readonly record: number
  readonly share: Share
}

export interface Recognised {
  readonly seen: Seen
  readonly uid: number
  /** What the rollups take away and add because of it; several origins count as the best of them. */
  readonly removed: Share | null
  readonly added: Share | null
}

interface Sighting extends Seen {
  readonly uid: number
}

export const endsOf = (network: string, client: string, server: string): string =>
  JSON.stringify([network, client, server])

/** Finds or makes the key of each. Two sessions of one source are never one; of several that fit, the nearest start wins. */
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

/** Whether `a` counts rather than `b`: by precedence, then the source that came first. */
const counts = (a: Seen, b: Seen): boolean =>
  a.precedence < b.precedence ||
  (a.precedence === b.precedence &&
    (a.source < b.source || (a.source === b.source && a.record < b.record)))

/** Sightings by ends and time, cut into pieces as long as the tolerance: what fits lies in the same or the next. */
class Known {
  readonly #pieces = new Map<string, Sighting[]>()
  readonly #members = new Map<number, Sighting[]>()

  constructor(sightings: readonly Sighting[]) {
    for (const sighting of sightings) this.add(sighting)
  }

  add(sighting: Sighting): void {
    append(this.#pieces, piece(sighting, 0), sighting)
    append(this.#members, sighting.uid, sighting)
  }

  best(uid: number): Sighting | null {
    const [first, ...others] = this.#members.get(uid) ?? []
    return first ? others.reduce((a, b) => (counts(b, a) ? b : a), first) : null
  }

  fitting(seen: Seen): number | undefined {
    let [best, distance]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
    for (const by of [-1, 0, 1])
      for (const other of this.#pieces.get(piece(seen, by)) ?? []) {
        const away = distanceOf(seen, other)
        if (away < distance && !this.#holds(other.uid, seen.source))
          [best, distance] = [other.uid, away]
      }
    return best
  }

  #holds(uid: number, source: number): boolean {
    return (this.#members.get(uid) ?? []).some((member) => member.source === source)
  }
}

const piece = ({ ends, start }: Seen, by: number): string =>
  `${Math.floor(start / tolerance) + by} ${ends}`

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** Equal ports are nearer than ports that nobody tells. */
function distanceOf(a: Seen, b: Seen): number {
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
      .where('ends', 'in', [...new Set(part.map(({ ends }) => ends))])
      // Twice, so that all members of a key that fits are there.
      .where('start', '>=', (part[0]?.start ?? 0) - 2 * tolerance)
      .where('start', '<=', (part.at(-1)?.start ?? 0) + 2 * tolerance)
      .execute()
    for (const { client_port, server_port, share, ...row } of rows)
      out.set(`${row.source} ${row.record}`, {
        ...row,
        clientPort: client_port,
        serverPort: server_port,
        share: JSON.parse(share) as Share, // written by `enterSessions`
      })
  }
  return [...out.values()]
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
          precedence: seen.precedence,
          source: seen.source,
          record: seen.record,
          share: JSON.stringify(seen.share),
        })),
      )
      .execute()
}
