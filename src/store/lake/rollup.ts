/** Rollups: parts of one key are added up, whether they come from one batch or from many files. */
import { columnsOf, measures, type RollupName } from './columns.ts'
import { subjects } from './share.ts'
import { type Staging, stagedName } from './staging.ts'

/** One row for each key of what `from` (a relation with its name) holds; keys of which nothing is left are dropped. */
export function merged(table: RollupName, from: string): string {
  const columns = columnsOf(table)
  const keys = columns.filter(({ name }) => !measures.has(name) && !follows(name))
  const sums = columns.filter(({ name }) => measures.has(name)).map(({ name }) => name)
  const shown = columns.map(({ name }) => {
    if (measures.has(name)) return `CAST(sum(${name}) AS BIGINT) AS ${name}`
    return follows(name) ? `min(${name}) AS ${name}` : name
  })
  const left = sums.map((name) => `sum(${name}) <> 0`).join(' OR ')
  return `SELECT ${shown.join(', ')} FROM ${from} GROUP BY ${keys.map(({ name }) => name).join(', ')} HAVING ${left}`
}

/** Numbers of an address are what its text is. */
const follows = (name: string): boolean => /_ip(4|6_hi|6_lo)$/.test(name)

/** Adds the accepted flows of a batch to the staged rollups. Numbers of texts stay numbers: both are staged. */
export async function extendByFlows(staging: Staging): Promise<void> {
  const end = (role: 'service' | 'client', column: string) => {
    const [opened, other] = role === 'service' ? ['src', 'dst'] : ['dst', 'src']
    return `CASE WHEN initiator_id = 2 THEN ${opened}_${column} ELSE ${other}_${column} END`
  }
  const address = (prefix: string, role: 'service' | 'client') =>
    ['ip', 'ip4', 'ip6_hi', 'ip6_lo'].map(
      (column) => [`${prefix}_${column}`, end(role, column)] as const,
    )
  const values = Object.fromEntries([
    ['time', 'time - mod(time, 3600000)'],
    ...address('dst', 'service'),
    ['dst_port', end('service', 'port')],
    ...address('src', 'client'),
    ['subject_id', String(subjects.acceptedFlow)],
    ['events', '1'],
    ['anonymous', '0'],
    ['active_channels', '0'],
    ['passive_channels', '0'],
    ['traffic_bytes', 'coalesce(traffic_bytes, 0)'],
  ])
  const counted = (table: RollupName, from: string, by: Readonly<Record<string, string>>) => {
    const columns = columnsOf(table).map(({ name }) => `${by[name] ?? name} AS ${name}`)
    return merged(table, `(SELECT ${columns.join(', ')} FROM ${from} f) c`)
  }
  const flows = `(SELECT * FROM ${stagedName('flow')} WHERE action_id = 1)`
  await staging.extend('rollup_client', counted('rollup_client', flows, values))
  const clients = `(SELECT * FROM ${stagedName('rollup_client')} WHERE subject_id = ${subjects.acceptedFlow})`
  const none = { active_channels: '0', passive_channels: '0' }
  await staging.extend('rollup_hour', counted('rollup_hour', clients, none))
}
