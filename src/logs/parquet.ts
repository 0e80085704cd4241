/**
 * AWS VPC flow logs as Parquet (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html#flow-logs-s3-parquet),
 * read by DuckDB in the process. Columns have the names of the fields with `_` for `-`; one with nothing to tell is null or `-`.
 * A place's line is the number of the row from 1, its offset that number less 1: rows have no bytes of their own.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { parseAddress } from '../model/address.ts'
import { emptyBatch, type FlowBatch, observationsOf } from '../model/flow-batch.ts'
import { gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import { documentSource } from '../model/source.ts'
import { isFieldName, missingFields, nameOf } from './aws-fields.ts'
import { flowSpan } from './flow-span.ts'
import type { LogContext } from './log.ts'
import type { LogEvent, LogOptions } from './read.ts'

const format = 'aws-vpc-flow'

/** Never throws for what is in the file: that is a gap. */
export async function* readParquet(
  path: string,
  context: LogContext,
  options: LogOptions = {},
): AsyncGenerator<LogEvent> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '512MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      yield* readFlows(connection, path, context, options)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

async function* readFlows(
  connection: DuckDBConnection,
  path: string,
  context: LogContext,
  options: LogOptions,
): AsyncGenerator<LogEvent> {
  const file = literal(path)
  const counts = { lines: 0, understood: 0, skipped: 0, bad: 0 }
  const end = (known: string | null): LogEvent => ({
    kind: 'end',
    summary: { format: known, ...counts, samples: [] },
  })
  let columns: ReadonlyMap<string, string>
  try {
    columns = await columnsOf(connection, file)
  } catch (error) {
    yield gapEvent(
      context,
      'unreadable-parquet',
      `it is no Parquet that can be read (${messageOf(error)})`,
    )
    yield end(null)
    return
  }
  const names = [...columns.keys()]
  const missing = missingFields(names)
  const isFlowLog =
    names.some((name) => /addr$/.test(name)) && names.filter(isFieldName).length >= 5
  if (!isFlowLog || missing.length > 0) {
    yield isFlowLog
      ? gapEvent(
          context,
          'flow-fields-missing',
          `its records are no flows, because the log's format leaves out ${missing.join(', ')}; add these fields to the flow log`,
        )
      : gapEvent(
          context,
          'unknown-log-format',
          'it is Parquet, but no flow log of AWS; nothing of it was read',
        )
    yield end(isFlowLog ? format : null)
    return
  }
  yield { kind: 'format', id: format, title: 'AWS VPC flow log', confidence: 0.95, syslog: 'plain' }

  const span = flowSpan()
  const skippedSpans: Observation[] = []
  let skippedIntervals = 0
  const tell = (batch: FlowBatch): LogEvent =>
    options.flows === 'columns'
      ? { kind: 'flows', batch }
      : { kind: 'observations', observations: observationsOf(batch) }
  try {
    const result = await connection.stream(queryOf(columns, file))
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) break
      const values = wanted.map((_, i) => chunk.getColumnValues(i))
      const batch = emptyBatch(context.document, chunk.rowCount, 'interface', 1)
      for (let i = 0; i < chunk.rowCount; i++) {
        counts.lines++
        const row = values.map((column) => column[i])
        const outcome = take(batch, row, counts.lines)
        if (outcome === 'flow') {
          counts.understood++
          span.add(batch.start[batch.rows - 1] ?? 0, batch.end[batch.rows - 1] ?? 0)
        } else if (outcome === 'bad') {
          counts.bad++
          span.spoil()
        } else {
          counts.skipped++
          span.add(outcome.from, outcome.to)
          if (!outcome.skipped) continue
          skippedIntervals++
          span.spoil()
          if (skippedSpans.length < maxSpans)
            skippedSpans.push({
              kind: 'coverage',
              from: outcome.from,
              to: outcome.to,
              complete: false,
              sampled: 1,
              dropped: null,
              at: [{ document: context.document, line: counts.lines, offset: counts.lines - 1 }],
            })
        }
      }
      if (batch.rows > 0) yield tell(batch)
    }
  } catch (error) {
    span.spoil()
    yield gapEvent(
      context,
      'broken-parquet',
      `it breaks off (${messageOf(error)}); what came before was read`,
    )
  }
  yield {
    kind: 'observations',
    observations: [...skippedSpans, ...span.coverage(1, true, [{ document: context.document }])],
  }
  if (skippedIntervals > 0)
    yield gapEvent(
      context,
      'flow-records-skipped',
      `AWS left records out of ${skippedIntervals} intervals (SKIPDATA): what is not in the log may have happened`,
    )
  if (counts.bad > 0)
    yield gapEvent(
      context,
      'bad-log-lines',
      `${counts.bad} of ${counts.lines} rows could not be read and were passed over`,
    )
  yield end(format)
}

const maxSpans = 1000

/** Numbers come as doubles: whole ones are exact up to 2⁵³, and no BigInt is made for each. */
const wanted = [
  { name: 'interface-id', as: 'VARCHAR' },
  { name: 'srcaddr', as: 'VARCHAR' },
  { name: 'dstaddr', as: 'VARCHAR' },
  { name: 'pkt-srcaddr', as: 'VARCHAR' },
  { name: 'pkt-dstaddr', as: 'VARCHAR' },
  { name: 'srcport', as: 'DOUBLE' },
  { name: 'dstport', as: 'DOUBLE' },
  { name: 'protocol', as: 'DOUBLE' },
  { name: 'packets', as: 'DOUBLE' },
  { name: 'bytes', as: 'DOUBLE' },
  { name: 'start', as: 'DOUBLE' },
  { name: 'end', as: 'DOUBLE' },
  { name: 'tcp-flags', as: 'DOUBLE' },
  { name: 'action', as: 'VARCHAR' },
  { name: 'log-status', as: 'VARCHAR' },
] as const

/** Field names as in the header of the text, and what the file calls them. */
async function columnsOf(
  connection: DuckDBConnection,
  file: string,
): Promise<ReadonlyMap<string, string>> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${file})`)
  return new Map(
    described.getRows().map(([column]) => [nameOf(String(column)), String(column)] as const),
  )
}

function queryOf(columns: ReadonlyMap<string, string>, file: string): string {
  const selected = wanted.map(({ name, as }) => {
    const column = columns.get(name)
    return column === undefined
      ? `CAST(NULL AS ${as})`
      : `TRY_CAST("${column.replaceAll('"', '""')}" AS ${as})`
  })
  return `SELECT ${selected.join(', ')} FROM read_parquet(${file})`
}

/** One file and no pattern: what a glob would take for one stands in brackets. */
const literal = (path: string): string =>
  `'${path.replace(/[*?[\]]/g, (sign) => `[${sign}]`).replaceAll("'", "''")}'`

type Interval = { readonly from: number; readonly to: number; readonly skipped: boolean }

/** The row as the next of the batch, or what it says instead. */
function take(
  batch: FlowBatch,
  values: readonly unknown[],
  line: number,
): 'flow' | 'bad' | Interval {
  const [id, src, dst, packetSrc, packetDst, srcPort, dstPort, protocol, packets, bytes] = values
  const [start, end, flags, action, status] = values.slice(10)
  const from = numberOf(start) * 1000
  const to = numberOf(end) * 1000
  if (Number.isNaN(from) || Number.isNaN(to) || to > 8.64e15 || from > 8.64e15) return 'bad'
  if (status === 'NODATA' || status === 'SKIPDATA')
    return { from, to, skipped: status === 'SKIPDATA' }
  const row = batch.rows
  const number = numberOf(protocol)
  const ports = [numberOf(srcPort), numberOf(dstPort)]
  const hasEnds =
    setAddress(batch.src4, batch.src6, row, src ?? packetSrc) &&
    setAddress(batch.dst4, batch.dst6, row, dst ?? packetDst)
  if (!hasEnds || !(number <= 255) || !ports.every((port) => port <= 0xffff)) return 'bad'
  setAddress(batch.originalSrc4, batch.originalSrc6, row, src === null ? null : packetSrc)
  setAddress(batch.originalDst4, batch.originalDst6, row, dst === null ? null : packetDst)
  batch.srcPort[row] = ports[0] ?? 0
  batch.dstPort[row] = ports[1] ?? 0
  batch.protocol[row] = number
  batch.packets[row] = numberOf(packets)
  batch.bytes[row] = numberOf(bytes)
  batch.start[row] = from
  batch.end[row] = to
  batch.action[row] = action === 'ACCEPT' ? 1 : action === 'REJECT' ? 2 : 0
  const set = numberOf(flags)
  batch.initiator[row] = number === 6 && (set & 2) !== 0 ? ((set & 16) === 0 ? 1 : 2) : 0
  batch.observer[row] = typeof id === 'string' ? id.slice(0, 256) : ''
  batch.line[row] = line
  batch.offset[row] = line - 1
  batch.rows = row + 1
  return 'flow'
}

/** NaN for what is not told: null, or below 0. */
const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : Number.NaN

function setAddress(
  four: Float64Array,
  six: (string | null)[],
  row: number,
  value: unknown,
): boolean {
  const address = typeof value === 'string' ? parseAddress(value) : undefined
  four[row] = address?.family === 4 ? address.value : Number.NaN
  six[row] = address?.family === 6 ? address.value : null
  return address !== undefined
}

const gapEvent = (context: LogContext, reason: string, message: string): LogEvent => ({
  kind: 'observations',
  observations: [{ kind: 'gap', gap: gap(reason, message, documentSource(context.document)) }],
})

/** DuckDB's first line, without the path that it read. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'unknown error').split('\n', 1)[0]?.slice(0, 200) ?? ''
