/** `portreeve report`: questions to the lake, answers as sections. */
import { parseAddress, unmapped } from '../model/address.ts'
import type { Endpoint } from '../model/observation.ts'
import { isPort } from '../model/port-set.ts'
import {
  type ActivityFormat,
  type ActivityReport,
  renderActivity,
  type Section,
  type Value,
} from '../report/activity/section.ts'
import { escapeText } from '../report/escape.ts'
import { plural } from '../report/words.ts'
import { ForeignLakeError, openForeign } from '../store/ocsf/foreign.ts'
import type { ExposureUse } from '../store/queries/exposure-use.ts'
import type { LakeQueries } from '../store/queries/queries.ts'
import type { Answer, Asked } from '../store/queries/window.ts'
import { column, count, instant, iso, readInstant, size, yes } from './activity-columns.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { openExisting } from './lake-folder.ts'
import type { ReportName } from './report-names.ts'
import { version } from './version.ts'

export interface ReportArguments {
  readonly name: ReportName
  readonly lake: string
  /** A lake in OCSF that others wrote, asked instead. */
  readonly ocsfLake?: string
  /** Hours. */
  readonly last: number
  readonly asOf: string
  readonly target?: string
  readonly network: string
  readonly limit: number
  readonly format: ActivityFormat
}

export async function runReport(asked: ReportArguments, edges: Edges): Promise<ExitCode> {
  const asOf = readTime(asked.asOf, edges)
  const target = asked.name === 'exposure-use' ? readTarget(asked.target) : null
  const lake = asked.ocsfLake
    ? await openOthers(asked.ocsfLake, asked, edges)
    : await openExisting(asked.lake, edges)
  try {
    const report = target
      ? await exposureReport(lake, asked, asOf, target)
      : await activityReport(lake, asked, { asOf, hours: asked.last })
    const options = {
      version,
      time: edges.now(),
      colour: edges.colour,
      width: edges.columns,
      showAll: true,
    }
    for (const text of renderActivity[asked.format](report, options)) await edges.out(text)
    return 0
  } catch (cause) {
    throw asked.ocsfLake ? othersFault(asked.ocsfLake, cause) : cause
  } finally {
    await lake.close()
  }
}

/** What is asked: the lake, or one of others. */
interface AskedLake {
  readonly queries: LakeQueries
}

async function openOthers(
  path: string,
  { network }: ReportArguments,
  edges: Edges,
): Promise<AskedLake & { readonly close: () => Promise<void> }> {
  let lake: Awaited<ReturnType<typeof openForeign>> | null = null
  try {
    lake = await openForeign(path, { now: () => edges.now().getTime(), network })
    const { events, leftOut } = await lake.counts()
    if (leftOut > 0)
      edges.err(
        `portreeve: ${escapeText(path)}: ${leftOut} of ${plural(events, 'event')} count nowhere: they name no addresses, or no time that can be right\n`,
      )
    return lake
  } catch (cause) {
    await lake?.close()
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
    if (code !== null)
      throw new UsageError(`--ocsf-lake ${path}: it cannot be read (${code})`, { cause })
    throw othersFault(path, cause)
  }
}

const othersFault = (path: string, cause: unknown): unknown =>
  cause instanceof ForeignLakeError
    ? new UsageError(`--ocsf-lake ${path}: ${cause.message}`, { cause })
    : cause

function readTime(text: string, edges: Edges): number | 'newest' {
  if (text === 'newest') return 'newest'
  if (text === 'now') return edges.now().getTime()
  return readInstant('--as-of', text, 'now or newest is wanted')
}

function readTarget(text: string | undefined): Endpoint {
  const match = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text ?? '')
  const address = parseAddress(match?.[1] ?? '')
  const port = Number(match?.[2])
  if (!address || !isPort(port))
    throw new UsageError('exposure-use needs --target address:port, or [IPv6]:port')
  return { address: unmapped(address), port }
}

async function activityReport(
  lake: AskedLake,
  { name, limit }: ReportArguments,
  asked: Asked,
): Promise<ActivityReport> {
  const isAll = name === 'ftp-activity'
  const counts = await lake.queries.partyCount(asked)
  const newest = await lake.queries.newest()
  const sections: Section[] = []
  for (const one of sectionMakers)
    if (isAll || one.name === name) sections.push(await one.make(lake, { ...asked, limit }))
  return {
    window: counts.window,
    headline: headlineOf(counts, newest),
    sections: newest === null ? [] : sections,
  }
}

function headlineOf(
  counts: Answer<{ clients: number; servers: number; services: number; sessions: number }>,
  newest: number | null,
): string {
  if (newest === null) return 'The lake is empty: nothing was ingested yet.'
  const { window } = counts
  const between = window ? `${instant(window.from)} to ${instant(window.to)}` : 'the window'
  const [row] = counts.kind === 'found' ? counts.rows : []
  if (!row)
    return `No FTP session lies in ${between}; the newest event of the lake is of ${instant(newest)}.`
  return `${plural(row.sessions, 'FTP session')} of ${plural(row.clients, 'client')} with ${plural(row.services, 'service')} on ${plural(row.servers, 'server')}, ${between}`
}

type Limits = Asked & { readonly limit: number }
interface SectionMaker {
  readonly name: ReportName
  make(lake: AskedLake, asked: Limits): Promise<Section>
}

const rowsOf = <T>(answer: Answer<T>, read: (row: T) => readonly Value[]) =>
  answer.kind === 'found' ? answer.rows.map(read) : []
/** One line here is one more section and report. */
const sectionMakers: readonly SectionMaker[] = [
  {
    name: 'ftp-trend',
    make: async ({ queries }, asked) => ({
      id: 'ftpTrend',
      title: 'FTP on custom ports, and what else is on port 21, by hour',
      columns: [
        column('hour', 'HOUR', iso),
        count('customSessions', 'CUSTOM PORTS'),
        count('customServers', 'SERVERS'),
        count('otherSightings', 'NOT FTP ON 21'),
        count('otherServers', 'SERVERS'),
      ],
      rows: rowsOf(await queries.ftpTrend(asked), ({ hour, ftpOnCustomPorts, otherOnPort21 }) => [
        hour,
        ftpOnCustomPorts.sessions,
        ftpOnCustomPorts.servers,
        otherOnPort21.sightings,
        otherOnPort21.servers,
      ]),
      nothing: 'No FTP on other ports than 21 and 990, and nothing else on 21, was seen.',
    }),
  },
  {
    name: 'server-ports',
    make: async ({ queries }, asked) => ({
      id: 'serverPorts',
      title: 'Servers and their ports',
      columns: [
        column('network', 'NETWORK'),
        column('server', 'SERVER'),
        count('port', 'PORT'),
        column('custom', 'CUSTOM', yes),
        count('sessions', 'SESSIONS'),
        count('anonymous', 'ANONYMOUS'),
        count('active', 'ACTIVE'),
        count('passive', 'PASSIVE'),
        count('bytes', 'BYTES', size),
        column('last', 'LAST HOUR', iso),
      ],
      rows: rowsOf(await queries.serverPorts(asked), (row) => [
        row.network,
        row.server,
        row.port,
        row.custom,
        row.sessions,
        row.anonymous,
        row.active,
        row.passive,
        row.bytes,
        row.last,
      ]),
      nothing: 'No FTP server was seen at work.',
    }),
  },
  {
    name: 'clients',
    make: async ({ queries }, asked) =>
      partySection('clients', 'Clients', 'SERVERS', await queries.clientsSeen(asked)),
  },
  {
    name: 'servers',
    make: async ({ queries }, asked) =>
      partySection('servers', 'Servers', 'CLIENTS', await queries.serversSeen(asked)),
  },
  {
    name: 'anonymous-logins',
    make: async ({ queries }, asked) => ({
      id: 'anonymousLogins',
      title: 'Anonymous logins',
      columns: [
        column('network', 'NETWORK'),
        column('server', 'SERVER'),
        count('port', 'PORT'),
        column('client', 'CLIENT'),
        count('sessions', 'SESSIONS'),
        column('last', 'LAST HOUR', iso),
      ],
      rows: rowsOf(await queries.anonymousLogins(asked), (row) => [
        row.network,
        row.server,
        row.port,
        row.client,
        row.sessions,
        row.last,
      ]),
      nothing: 'No anonymous login was seen.',
    }),
  },
  {
    name: 'file-types',
    make: async ({ queries }, asked) => ({
      id: 'fileTypes',
      title: 'Kinds of files transferred',
      columns: [
        column('category', 'CATEGORY'),
        column('type', 'TYPE'),
        column('direction', 'DIRECTION'),
        count('files', 'FILES'),
        count('bytes', 'BYTES', size),
      ],
      rows: rowsOf(await queries.fileKinds(asked), (row) => [
        row.category,
        row.type,
        row.direction,
        row.files,
        row.bytes,
      ]),
      nothing: 'No transfer was seen.',
    }),
  },
  {
    name: 'top-talkers',
    make: async ({ queries }, asked) =>
      talkerSection(
        'topTalkers',
        'Who moved the most by FTP',
        'SESSIONS',
        await queries.topTalkers({ ...asked, of: 'sessions' }),
      ),
  },
  {
    name: 'top-talkers',
    make: async ({ queries }, asked) =>
      talkerSection(
        'topConnections',
        'Who moved the most, by accepted flows',
        'FLOWS',
        await queries.topTalkers({ ...asked, of: 'flows' }),
      ),
  },
]

type TalkerAnswer = Awaited<ReturnType<LakeQueries['topTalkers']>>
const talkerSection = (
  id: string,
  title: string,
  events: string,
  answer: TalkerAnswer,
): Section => ({
  id,
  title,
  columns: [
    column('client', 'CLIENT'),
    column('server', 'SERVER'),
    count('port', 'PORT'),
    count(events.toLowerCase(), events),
    count('bytes', 'BYTES', size),
  ],
  rows: rowsOf(answer, (row) => [row.client, row.server, row.port, row.events, row.bytes]),
  nothing: 'Nobody was seen.',
})

type PartyAnswer = Awaited<ReturnType<LakeQueries['clientsSeen']>>
const partySection = (
  id: string,
  title: string,
  partners: string,
  answer: PartyAnswer,
): Section => ({
  id,
  title,
  columns: [
    column('network', 'NETWORK'),
    column('address', 'ADDRESS'),
    count('partners', partners),
    count('sessions', 'SESSIONS'),
    count('anonymous', 'ANONYMOUS'),
    count('bytes', 'BYTES', size),
    column('last', 'LAST HOUR', iso),
  ],
  rows: rowsOf(answer, (row) => [
    row.network,
    row.address,
    row.partners,
    row.sessions,
    row.anonymous,
    row.bytes,
    row.last,
  ]),
  nothing: 'Nobody was seen.',
})

const whyUnknown: Readonly<Record<UnknownUse['reason'], (between: string) => string>> = {
  'empty-lake': () => 'the lake is empty',
  'not-covered': (between) => `not all of the time${between} was watched, and nothing was seen`,
  'address-not-seen': () => 'none of the sources that see connections ever saw this address',
}
type UnknownUse = Extract<ExposureUse, { kind: 'unknown' }>

async function exposureReport(
  lake: AskedLake,
  { network, last, limit }: ReportArguments,
  asOf: number | 'newest',
  target: Endpoint,
): Promise<ActivityReport> {
  const use = await lake.queries.exposureUse({
    targets: [target],
    protocol: 6,
    network,
    days: Math.max(1, Math.ceil(last / 24)),
    asOf,
    limit: limit + 1,
  })
  const between = use.window ? ` from ${instant(use.window.from)} to ${instant(use.window.to)}` : ''
  const all = use.kind === 'seen' ? use.clients : []
  const clients = all.slice(0, limit)
  const counted = `${all.length > limit ? 'more than ' : ''}${plural(clients.length, 'client')}`
  const headline = {
    seen: `${counted} used it${between}`,
    'none-seen': `Nobody used it${between}, and all of that time was watched.`,
    unknown: `Nobody knows: ${use.kind === 'unknown' ? whyUnknown[use.reason](between) : ''}.`,
  }[use.kind]
  const isPartial = use.kind === 'seen' && !use.covered
  return {
    window: use.window,
    headline: isPartial
      ? `${headline}; not all of that time was watched, so there may be more`
      : headline,
    sections:
      use.kind === 'seen'
        ? [
            {
              id: 'clients',
              title: 'Clients',
              columns: [
                column('client', 'CLIENT'),
                count('connections', 'CONNECTIONS'),
                count('bytes', 'BYTES', size),
                column('first', 'FIRST HOUR', iso),
                column('last', 'LAST HOUR', iso),
              ],
              rows: clients.map((row) => [
                row.client,
                row.connections,
                row.bytes,
                row.first,
                row.last,
              ]),
              nothing: 'Nobody was seen.',
            },
          ]
        : [],
  }
}
