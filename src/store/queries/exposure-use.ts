/** Who used an exposure: what must be known before a fix closes it. */
import type { Endpoint } from '../../model/observation.ts'
import { addressText } from '../lake/address-cells.ts'
import { number, oneObserver, text } from './activity.ts'
import { readings } from './asking.ts'
import { anyOf } from './dialect.ts'
import type { EventTables } from './events.ts'
import { relation } from './relations.ts'
import { type Reading, type Window, windowOf } from './window.ts'

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

const defaultLimit = 10_000

export const exposureUse = (
  events: EventTables,
  question: ExposureQuestion,
): Promise<ExposureUse> =>
  events.reading(async () => {
    const newest = await events.newest()
    const asOf = question.asOf === 'newest' ? newest : question.asOf
    if (asOf === null) return { kind: 'unknown', reason: 'empty-lake', window: null, newest }
    const window = windowOf(question.days * 24, asOf)
    const [read] = await readings(events, { ...question, hours: question.days * 24 }, window)
    const clients = await usesOf(events, question, read, window)
    // Asked last: what retention takes meanwhile is not taken for nobody.
    const covered = await events.covers(question.network, { from: window.from, to: asOf }, read)
    if (clients.length > 0) return { kind: 'seen', window, clients, covered }
    return covered
      ? { kind: 'none-seen', window }
      : { kind: 'unknown', reason: 'not-covered', window, newest }
  })

async function usesOf(
  events: EventTables,
  { targets, protocol, network, limit = defaultLimit }: ExposureQuestion,
  read: Reading,
  window: Window,
): Promise<readonly Use[]> {
  const { dialect: sql } = events
  const from = await relation(events, 'clients', read, ['ftpSession', 'acceptedFlow'], window)
  const target = targets.map(
    ({ address, port }) =>
      `(dst_ip = ${sql.text(addressText(address))} AND dst_port = ${sql.whole(port)})`,
  )
  if (target.length === 0) return []
  const networks = anyOf('network', [sql.text(network), sql.text('internet')])
  const used = `(SELECT * FROM ${from} u WHERE protocol_num = ${sql.whole(protocol)} AND ${networks} AND (${target.join(' OR ')}))`
  const rows = await events.rows(
    `SELECT src_ip, ${sql.total('events')} AS connections, ${sql.total('bytes')} AS bytes, min(time) AS first, max(time) AS last
       FROM ${oneObserver(used, sql)} s GROUP BY src_ip ORDER BY connections DESC, src_ip ${sql.first(limit)}`,
  )
  return rows.map((row) => ({
    client: text(row, 'src_ip'),
    connections: number(row, 'connections'),
    bytes: number(row, 'bytes'),
    first: number(row, 'first'),
    last: number(row, 'last'),
  }))
}
