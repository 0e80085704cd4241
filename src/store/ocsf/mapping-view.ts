/** The flat columns as SQL over a foreign lake in OCSF: the rows of `inward.ts` against what its files really have. */
import { DuckDBTimestampType, DuckDBTimestampTZType, type DuckDBType } from '@duckdb/node-api'
import { type ColumnType, columnsOf, type TableName } from '../lake/columns.ts'
import { quoted } from '../lake/duck.ts'
import { day, earliest } from '../lake/time.ts'
import type { Inward } from './inward.ts'
import {
  ftpInward,
  isTransfer,
  sessionGroup,
  sessionOfEvents,
  transferOfEvent,
} from './inward-ftp.ts'
import { flowInward, serviceInward } from './inward-network.ts'

export interface ForeignFiles {
  /** A relation of all of them. */
  readonly from: string
  /** What it has, by path in small letters: `src_endpoint.ip`. */
  readonly types: ReadonlyMap<string, DuckDBType>
  /** The site or VPC of what names none. */
  readonly network: string
  /** Milliseconds since the epoch: what is more than a day ahead is not believed. */
  readonly now: number
}

export interface Mapped {
  /** All events of the classes that are read. */
  readonly all: string
  /** Of them those that can be. */
  readonly understood: readonly string[]
  readonly tables: Readonly<Partial<Record<TableName, string>>>
}

export function mapped(files: ForeignFiles): Mapped {
  const flow = inwardView(flowInward, files)
  const service = inwardView(serviceInward, files)
  const ftp = inwardView(ftpInward, files)
  const classes = `${flowInward.classUid}, ${ftpInward.classUid}`
  const sessions = `(SELECT ${listOf(sessionOfEvents)} FROM ${ftp} e GROUP BY ${sessionGroup})`
  const replaced = `* REPLACE (${listOf(transferOfEvent.slice(1))}), ${listOf(transferOfEvent.slice(0, 1))}`
  const transfers = `(SELECT ${replaced} FROM ${ftp} e WHERE ${isTransfer})`
  return {
    all: `(SELECT 1 AS one FROM ${files.from} p WHERE class_uid IN (${classes}))`,
    understood: [flow, service, ftp],
    tables: {
      flow: flat('flow', flow, namesIn(flowInward), flowInward.classUid),
      service: flat('service', service, namesIn(serviceInward), serviceInward.classUid),
      ftp_session: flat('ftp_session', sessions, namesOf(sessionOfEvents), ftpInward.classUid),
      ftp_transfer: flat(
        'ftp_transfer',
        transfers,
        [...namesIn(ftpInward), ...namesOf(transferOfEvent)],
        ftpInward.classUid,
      ),
    },
  }
}

type Made = readonly (readonly [column: string, is: string])[]
const listOf = (made: Made): string => made.map(([column, is]) => `${is} AS ${column}`).join(', ')
const namesOf = (made: Made): readonly string[] => made.map(([column]) => column)
const namesIn = ({ found, made }: Inward): readonly string[] => [
  ...found.map(([name]) => name),
  ...namesOf(made),
]

/** Events of one class under the names of the flat columns and what they are made of. */
function inwardView({ classUid, found, made, where }: Inward, files: ForeignFiles): string {
  const first = found.map(([name, type, ...paths]) => {
    const values = paths.flatMap((path) => {
      const at = files.types.get(path)
      return at ? [valueAt(path, at, type)] : []
    })
    const value = values.length > 0 ? `coalesce(${values.join(', ')})` : 'NULL'
    return `CAST(${value} AS ${type}) AS ${name}`
  })
  const latest = Math.floor(files.now) + day
  return `(SELECT * FROM (SELECT *, ${listOf(made)} FROM (
      SELECT ${first.join(', ')}, ${quoted(files.network)} AS asked_site FROM ${files.from} p WHERE class_uid = ${classUid}) f
    WHERE time >= ${earliest} AND time <= ${latest}) m WHERE ${where})`
}

function valueAt(path: string, type: DuckDBType, wanted: ColumnType): string {
  const names = path.split('.').map((name) => `"${name}"`)
  const value = `p.${names.join('.')}`
  const isTime = type instanceof DuckDBTimestampType || type instanceof DuckDBTimestampTZType
  return isTime ? `epoch_ms(CAST(${value} AS TIMESTAMP))` : `TRY_CAST(${value} AS ${wanted})`
}

/** All columns of the table: what the form does not carry is null, what no other origin can tell again counts alone. */
function flat(table: TableName, from: string, names: readonly string[], classUid: number): string {
  const known = new Set(names)
  const fixed: Readonly<Record<string, number>> = {
    class_uid: classUid,
    precedence: 0,
    source_id: 0,
  }
  const columns = columnsOf(table).map(({ name, type }) => {
    const value = fixed[name] ?? (known.has(name) ? name : 'NULL')
    return `CAST(${value} AS ${type}) AS ${name}`
  })
  return `(SELECT ${columns.join(', ')} FROM ${from} w)`
}
