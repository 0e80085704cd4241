/** Who used an exposure: what must be known before a fix closes it. */
import type { Endpoint } from '../../model/observation.ts'
import { addressText } from '../lake/address-cells.ts'
import { witnesses } from '../lake/source.ts'
import { number, oneObserver, text } from './activity.ts'
import { readings } from './asking.ts'
import { anyOf, type Dialect } from './dialect.ts'
import type { EventTables } from './events.ts'
import { connections, longestOpen, relation } from './relations.ts'
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
  /** Hours in which the first and last of them began; a connection may be open since before the window. */
  readonly first: number
  readonly last: number
}

/**
 * `seen` says whether the whole window was watched; `none-seen` is said only where it was, by sources that saw the address
 * before: what watches a network may stand where traffic of the target never passes.
 */
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
      readonly reason: 'empty-lake' | 'not-covered' | 'address-not-seen'
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
    if (!covered || (await mayStay(events, question, window)))
      return { kind: 'unknown', reason: 'not-covered', window, newest }
    return (await isAddressSeen(events, question, window))
      ? { kind: 'none-seen', window }
      : { kind: 'unknown', reason: 'address-not-seen', window, newest }
  })

async function usesOf(
  events: EventTables,
  { limit = defaultLimit, ...question }: ExposureQuestion,
  read: Reading,
  window: Window,
): Promise<readonly Use[]> {
  const { dialect: sql } = events
  const from = await connections(events, read, window)
  // One observer tells both directions of a connection under two networks: which one it is of was asked already.
  const used = `(SELECT time, '' AS network, dst_ip, dst_port, src_ip, protocol_num, subject_id, observer_uid, events, traffic_bytes
    FROM ${from} u WHERE ${isOfTarget(question, sql)})`
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

type Target = Pick<ExposureQuestion, 'targets' | 'protocol' | 'network'>

function isOfTarget({ targets, protocol, network }: Target, sql: Dialect): string {
  const networks = anyOf('network', [sql.text(network), sql.text('internet')])
  return `protocol_num = ${sql.whole(protocol)} AND ${networks} AND ${isEnd(targets, sql)}`
}

function isEnd(targets: readonly Endpoint[], sql: Dialect): string {
  const ends = targets.map(
    ({ address, port }) =>
      `(dst_ip = ${sql.text(addressText(address))} AND dst_port = ${sql.whole(port)})`,
  )
  return ends.length === 0 ? 'false' : `(${ends.join(' OR ')})`
}

/** Whether rollups alone know of connections that came before the window: they do not tell how long those stayed. */
async function mayStay(events: EventTables, question: Target, { from }: Window): Promise<boolean> {
  const gone = { from: from - longestOpen, to: Math.min(from, await events.wholeFrom()) }
  if (events.rollup === null || gone.to <= gone.from) return false
  const came = await relation(events, 'clients', 'rollup', ['ftpSession', 'acceptedFlow'], gone)
  return isAny(events, `${came} c WHERE ${isOfTarget(question, events.dialect)}`)
}

/**
 * Whether whoever sees connections ever saw one of the target, up to the end of the window: as any end of a flow, refused
 * or not, or as the server of a session that was overheard. The log of a server sees none but its own.
 */
async function isAddressSeen(
  events: EventTables,
  { targets, network }: Target,
  { to }: Window,
): Promise<boolean> {
  const { dialect: sql } = events
  const always = { from: 0, to }
  const addresses = targets.map(({ address }) => sql.text(addressText(address)))
  const isNamed = `(${anyOf('src_ip', addresses)} OR ${anyOf('dst_ip', addresses)})`
  const site = `= ${sql.text(network)}`
  const overheard = sql.whole(witnesses.indexOf('monitor'))
  const flows = await events.table('flow', always)
  if (await isAny(events, `${flows} f WHERE site ${site} AND ${isNamed}`)) return true
  const sessions = await events.table('ftp_session', always)
  const isServer = `precedence <= ${overheard} AND ${isEnd(targets, sql)}`
  if (await isAny(events, `${sessions} s WHERE site ${site} AND ${isServer}`)) return true
  if (events.rollup === null) return false
  const counted = await relation(events, 'clients', 'rollup', ['acceptedFlow'], always)
  return isAny(events, `${counted} c WHERE network ${site} AND ${isNamed}`)
}

async function isAny(events: EventTables, from: string): Promise<boolean> {
  const rows = await events.rows(`SELECT 1 AS one FROM ${from} ${events.dialect.first(1)}`)
  return rows.length > 0
}
