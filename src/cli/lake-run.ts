/** `portreeve lake status`, `aside` and `export`. */
import {
  type ActivityFormat,
  type ActivityReport,
  renderActivity,
} from '../report/activity/section.ts'
import { escapeText, jsonText } from '../report/escape.ts'
import { plural } from '../report/words.ts'
import type { LakeStatus, TableStatus } from '../store/catalogue/status.ts'
import type { Lake } from '../store/lake/lake.ts'
import { column, count, instant, iso, readInstant, size } from './activity-columns.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { type ExportKind, exportKinds } from './export-kinds.ts'
import { writeFault } from './files.ts'
import { openExisting } from './lake-folder.ts'
import { version } from './version.ts'

export interface StatusArguments {
  readonly lake: string
  readonly format: ActivityFormat
}

export const runStatus = ({ lake, format }: StatusArguments, edges: Edges): Promise<ExitCode> =>
  withLake(lake, edges, async (open) => {
    await show(statusReport(await open.status()), format, edges)
  })

export interface AsideArguments extends StatusArguments {
  readonly limit: number
}

export const runAside = (
  { lake, format, limit }: AsideArguments,
  edges: Edges,
): Promise<ExitCode> =>
  withLake(lake, edges, async (open) => {
    const { total, events } = await open.aside(limit)
    const shown = events.length < total ? `, the first ${events.length} are shown` : ''
    await show(
      {
        window: null,
        headline: total === 0 ? 'Nothing is aside.' : `${plural(total, 'event')} aside${shown}`,
        sections: [
          {
            id: 'aside',
            title: 'Events outside all trends',
            columns: [
              column('reason', 'WHY'),
              column('kind', 'KIND'),
              column('document', 'DOCUMENT'),
              count('line', 'LINE'),
              count('packet', 'PACKET'),
              column('time', 'TIME', iso),
            ],
            rows: events.map((one) => [
              one.reason,
              one.kind,
              one.document,
              one.line,
              one.packet,
              one.time,
            ]),
            nothing: 'All events have times that can be right.',
          },
        ],
      },
      format,
      edges,
    )
  })

export interface ExportArguments {
  readonly lake: string
  readonly kind?: ExportKind
  readonly from?: string
  readonly to?: string
  readonly parquet?: string
}

/** The last millisecond that a calendar has. */
const forever = 8.64e15

export const runExport = (
  { lake, kind, from, to, parquet }: ExportArguments,
  edges: Edges,
): Promise<ExitCode> => {
  const window = {
    from: from === undefined ? 0 : readInstant('--from', from),
    to: to === undefined ? forever : readInstant('--to', to),
  }
  if (window.from >= window.to) throw new UsageError('--from must be before --to')
  return withLake(lake, edges, async (open) => {
    for (const one of kind ? [kind] : exportKinds) {
      const asked = { kind: one, window, version }
      if (parquet === undefined)
        await open.ocsfLines(asked, (lines) =>
          edges.out(lines.map((line) => `${jsonText(JSON.parse(line))}\n`).join('')),
        )
      else {
        const rows = await intoFolder(parquet, () => open.ocsfParquet(asked, parquet))
        await edges.out(`${escapeText(parquet)}/${one}.parquet: ${plural(rows, 'event')}\n`)
      }
    }
  })
}

async function intoFolder<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    const isFile = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const why = isFile ? 'this is a file, a folder is wanted' : writeFault(cause)
    throw new UsageError(`--parquet ${folder}: ${why}`, { cause })
  }
}

async function withLake(
  folder: string,
  edges: Edges,
  work: (lake: Lake) => Promise<void>,
): Promise<ExitCode> {
  const lake = await openExisting(folder, edges)
  try {
    await work(lake)
    return 0
  } finally {
    await lake.close()
  }
}

async function show(report: ActivityReport, format: ActivityFormat, edges: Edges): Promise<void> {
  const { colour, columns: width } = edges
  const options = { version, time: edges.now(), colour, width, showAll: true }
  for (const text of renderActivity[format](report, options)) await edges.out(text)
}

/** Those whose rows are events: what was transferred is part of a session. */
const isEvents = ({ table }: TableStatus): boolean =>
  !table.startsWith('rollup_') && table !== 'ftp_transfer'

function statusReport({ sources, tables, retired, gaps }: LakeStatus): ActivityReport {
  const sum = (list: readonly TableStatus[], of: 'rows' | 'files' | 'bytes') =>
    list.reduce((total, table) => total + table[of], 0)
  const events = tables.filter(isEvents)
  // Those aside have no time that can be right.
  const dated = events.filter(({ table }) => table !== 'aside')
  const between =
    dated.length === 0
      ? ''
      : ` from ${instant(Math.min(...dated.map(({ first }) => first)))} to ${instant(Math.max(...dated.map(({ newest }) => newest)))}`
  return {
    window: null,
    headline: `${plural(sum(events, 'rows'), 'event')}${between}, of ${plural(sources.complete + sources.unfinished, 'source')}; ${plural(sum(tables, 'files') + retired.files, 'file')}, ${size(sum(tables, 'bytes') + retired.bytes)}`,
    sections: [
      {
        id: 'sources',
        title: 'Sources',
        columns: [count('complete', 'COMPLETE'), count('unfinished', 'UNFINISHED')],
        rows: [[sources.complete, sources.unfinished]],
        nothing: '',
      },
      {
        id: 'tables',
        title: 'Events and hourly counts',
        columns: [
          column('table', 'TABLE'),
          count('rows', 'ROWS'),
          count('files', 'FILES'),
          count('bytes', 'BYTES', size),
          column('first', 'FIRST', iso),
          column('newest', 'NEWEST', iso),
        ],
        rows: tables.map(({ table, rows, files, bytes, first, newest }) => {
          const times = table === 'aside' ? [null, null] : [first, newest]
          return [table, rows, files, bytes, ...times]
        }),
        nothing: 'The lake is empty: nothing was ingested yet.',
      },
      {
        id: 'retired',
        title: 'Files that wait for their last reader',
        columns: [count('files', 'FILES'), count('bytes', 'BYTES', size)],
        rows: retired.files === 0 ? [] : [[retired.files, retired.bytes]],
        nothing: 'None.',
      },
      {
        id: 'gaps',
        title: 'What could not be known',
        columns: [column('reason', 'WHY'), count('sources', 'SOURCES'), count('times', 'TIMES')],
        rows: gaps.map(({ reason, sources: of, times }) => [reason, of, times]),
        nothing: 'No gap is known.',
      },
    ],
  }
}
