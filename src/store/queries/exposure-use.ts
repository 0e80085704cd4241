/** Who used an exposure: what must be known before a fix closes it. */
import type { Endpoint } from '../../model/observation.ts'
import type { Db } from '../catalogue/catalogue.ts'
import { addressText } from '../lake/address-cells.ts'
import { rowsOf } from '../lake/duck.ts'
import { type LakeParts, withConnection } from '../lake/parts.ts'
import { reading } from '../lake/reading.ts'
import { number, oneObserver, text } from './activity.ts'
import { newestOf } from './asking.ts'
import { anyOf, dialects } from './dialect.ts'
import { relation } from './relations.ts'
import { type Reading, rawHours, type Window, windowOf } from './window.ts'

export interface ExposureQuestion {
  /** Under every address by which it may be seen: its public one and its own. */
  readonly targets: readonly Endpoint[]
  /** IP protocol number: 6 is TCP. */
  readonly protocol: number
  /** The site or VPC that it is of: its sources tell what was covered. */
  readonly network: string
  readonly days: number
  readonly asOf: number | 'newest'
  readonly read?: Reading | 'auto'
  readonly limit?: number
}

export interface Use {
  readonly client: string
  /** Accepted connections, by the observer that saw the most in each hour. */
  readonly connections: number
  readonly bytes: number
  /** Hours of the first and last. */
  readonly first: number
  readonly last: number
}

/** `seen` says whether the whole window was watched; `none-seen` is said only where it was. */
export type ExposureUse =
  | {
      readonly kind: 'seen'
      readonly window: Window
      readonly clients: readonly Use[]
      readonly covered: boolean
    }
  | { readonly kind: 'none-seen'; readonly window: Window }
  | {
      readonly kind: 'unknown'
      readonly reason: 'empty-lake' | 'not-covered'
      readonly window: Window | null
      readonly newest: number | null
    }

const sql = dialects.duckdb
const defaultLimit = 10_000
/** Flow logs gather for up to ten minutes before they write: pauses that short between two sources are none. */
const tolerated = 600_000

export const exposureUse = (parts: LakeParts, question: ExposureQuestion): Promise<ExposureUse> =>
  reading(parts, async () => {
    const newest = await newestOf(parts)
    const asOf = question.asOf === 'newest' ? newest : question.asOf
    if (asOf === null) return { kind: 'unknown', reason: 'empty-lake', window: null, newest }
    const window = windowOf(question.days * 24, asOf)
    const covered = await parts.catalogue.run((db) =>
      isCovered(db, question.network, { from: window.from, to: asOf }),
    )
    const clients = await usesOf(parts, question, window)
    if (clients.length > 0) return { kind: 'seen', window, clients, covered }
    return covered
      ? { kind: 'none-seen', window }
      : { kind: 'unknown', reason: 'not-covered', window, newest }
  })

async function usesOf(
  parts: LakeParts,
  { targets, protocol, network, days, read = 'auto', limit = defaultLimit }: ExposureQuestion,
  window: Window,
): Promise<readonly Use[]> {
  const reading = read === 'auto' ? (days * 24 <= rawHours ? 'raw' : 'rollup') : read
  const from = await relation(parts, 'clients', reading, ['ftpSession', 'acceptedFlow'], window)
  const target = targets.map(
    ({ address, port }) =>
      `(dst_ip = ${sql.text(addressText(address))} AND dst_port = ${sql.whole(port)})`,
  )
  if (target.length === 0) return []
  const networks = anyOf('network', [sql.text(network), sql.text('internet')])
  const used = `(SELECT * FROM ${from} u WHERE protocol_num = ${sql.whole(protocol)} AND ${networks} AND (${target.join(' OR ')}))`
  const rows = await withConnection(parts, (connection) =>
    rowsOf(
      connection,
      `SELECT src_ip, ${sql.total('events')} AS connections, ${sql.total('bytes')} AS bytes, min(time) AS first, max(time) AS last
       FROM ${oneObserver(used)} s GROUP BY src_ip ORDER BY connections DESC, src_ip ${sql.first(limit)}`,
    ),
  )
  return rows.map((row) => ({
    client: text(row, 'src_ip'),
    connections: number(row, 'connections'),
    bytes: number(row, 'bytes'),
    first: number(row, 'first'),
    last: number(row, 'last'),
  }))
}

/**
 * Whether sources that see every connection of the network watched all of the window, with nothing sampled or dropped.
 * A server's own log sees one server and does not count; what a source does not tell does not count either.
 */
async function isCovered(db: Db, network: string, { from, to }: Window): Promise<boolean> {
  const rows = await db
    .selectFrom('coverage')
    .select(['start', 'end', 'dropped'])
    .where('network', '=', network)
    .where('witness', 'in', ['capture', 'monitor', 'flow-log'])
    .where('complete', '=', 1)
    .where('sampled', '=', 1)
    .where('start', '<=', to)
    .where('end', '>=', from)
    .orderBy('start')
    .execute()
  let reached = from
  for (const { start, end, dropped } of rows) {
    if (start === null || end === null || (dropped ?? 0) > 0) continue
    if (start > reached + tolerated) return false
    reached = Math.max(reached, end)
  }
  return rows.length > 0 && reached + tolerated >= to
}
