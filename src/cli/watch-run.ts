/** `portreeve watch`: a live capture through the analysis, told as it goes. */
import { ftpSink } from '../capture/ftp/sink.ts'
import type { WatchSystem } from '../capture/live.ts'
import { CaptureFault, InterfaceCapture } from '../capture/live-interface.ts'
import type { LiveCapture, LiveEvents } from '../capture/live-source.ts'
import { StreamCapture } from '../capture/live-stream.ts'
import { type CaptureSummary, readCapture } from '../capture/read.ts'
import { assessServices } from '../checks/assess-services.ts'
import { type GuessingSeen, guessingCheckId, guessingFinding } from '../checks/guessing-seen.ts'
import { serviceChecks } from '../checks/index.ts'
import type { Finding } from '../model/audit.ts'
import type { Observation, SourceContext } from '../model/observation.ts'
import type { Look } from '../model/sighting.ts'
import { escapeText } from '../report/escape.ts'
import { findingLine, observationLine } from '../report/observations/json.ts'
import { durationPhrase, grouped } from '../report/services/words.ts'
import type { Lake } from '../store/lake/lake.ts'
import { type Channel, channel } from './channel.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { transfersTally } from './transfers-tally.ts'
import { WatchTally } from './watch-tally.ts'
import { counted, paintWatch, type WatchScreen } from './watch-view.ts'

export interface WatchArguments {
  /** `-`; null where an interface is named. */
  readonly source: string | null
  readonly interface?: string
  readonly filter?: string
  readonly promiscuous: boolean
  readonly network: string
  readonly vantage?: string
  readonly format?: 'view' | 'json'
  readonly flows: boolean
  readonly hashes: boolean
  readonly lake?: string
}

export async function runWatch(asked: WatchArguments, edges: Edges): Promise<ExitCode> {
  checkArguments(asked)
  const system = await edges.watch()
  const isView = asked.format !== 'json' && system.screen() !== null
  if (asked.format === 'view' && !isView)
    throw new UsageError('--format view needs a terminal: use --format json')
  const context: SourceContext = {
    origin: 'capture',
    network: asked.network,
    vantage: asked.vantage ?? system.host,
  }
  const tally = new WatchTally()
  const found = channel<Observation>()
  const gaps: string[] = []
  const look = { run: 'watch', network: context.network, vantage: context.vantage }
  const transfers = transfersTally(serviceChecks, look)
  const observe = (observation: Observation): void => {
    tally.see(observation, system.now())
    if (observation.kind === 'ftp-session')
      transfers.see(
        observation.session,
        observation.session.files ?? [],
        observation.at,
        context.origin,
      )
    if (observation.kind === 'gap') keepGap(gaps, observation.gap.message)
    found.push(observation)
  }
  const live = liveCapture(asked, system, {
    say(line) {
      tally.say(line, system.now())
      if (!isView) edges.err(`portreeve: ${escapeText(line)}\n`)
    },
    gap: (gap) => observe({ kind: 'gap', gap }),
  })
  let screen: WatchScreen | null = null
  let interrupts = 0
  const deaf = [
    system.onInterrupt(() => {
      live.stop()
      if (++interrupts > 1) void (screen?.end() ?? Promise.resolve()).then(() => system.exit(130))
    }),
    system.onOutputClosed(() => live.stop()),
  ]
  let lake: Lake | null = null
  try {
    lake = await openedLake(asked, edges)
    if (live instanceof InterfaceCapture) await opened(live)
    const began = system.clock()
    const sink = ftpSink(observe, {
      fileHashes: asked.hashes ? 'on' : 'off',
      servers: 'early',
    })
    let packets = 0
    const reading = analyse(asked, system, live, sink, found, observe, (count) => {
      packets = count
    })
    // Its fault reaches whoever takes what was found.
    reading.catch(() => {})
    if (isView)
      screen = paintWatch(edges, system, tally, () => ({
        source: live.document,
        packets,
        dropped: live.dropped(),
        guessing: sink.summary().guessing.length,
      }))
    const lists = isView ? found.items() : printed(found.items(), look, context, edges)
    await keep(lists, asked, system, live, context, lake)
    const summary = await reading
    await screen?.end()
    // Who reads the lines has them there.
    if (isView) for (const gap of gaps) edges.err(`portreeve: ${escapeText(gap)}\n`)
    const { guessing } = sink.summary()
    for (const finding of [
      ...transfers.findings().map(({ finding }) => finding),
      ...guessingFindings(guessing, look),
    ])
      if (isView) edges.err(`portreeve: ${escapeText(findingPhrase(finding))}\n`)
      else await edges.out(findingLine(finding, context))
    const elapsed = system.clock() - began
    edges.err(`portreeve: ${escapeText(closing(live, summary, tally, guessing.length, elapsed))}\n`)
    return live.fault() === null ? 0 : 2
  } finally {
    live.stop()
    for (const off of deaf) off()
    await screen?.end()
    await lake?.close()
  }
}

async function analyse(
  { flows, filter, interface: name }: WatchArguments,
  system: WatchSystem,
  live: LiveCapture,
  sink: ReturnType<typeof ftpSink>,
  found: Channel<Observation>,
  observe: (observation: Observation) => void,
  onProgress: (packets: number) => void,
): Promise<CaptureSummary> {
  let isComplete = true
  const from = system.now()
  /** What is slow to be taken slows the capture: the program drops packets then, and counts them; memory stays. */
  async function* paced(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of live.chunks()) {
      yield chunk
      await found.drained()
    }
    isComplete = live.isWhole()
  }
  try {
    const summary = await readCapture(
      [{ kind: 'stream', document: live.document, chunks: paced() }],
      sink,
      {
        onProgress,
        ...(flows && {
          flows: {
            observer: { kind: 'interface', id: live.document } as const,
            emit: (flow, at) => observe({ kind: 'flow', flow, at: [at] }),
          },
        }),
      },
    )
    sink.finish()
    for (const gap of summary.gaps) observe({ kind: 'gap', gap })
    // An interface is watched between its packets too; of a stream nobody knows.
    const span = name === undefined ? {} : { from, to: system.now() }
    // Nobody can say later who did not come where no flows are kept, or only those that a filter let by.
    const isKept = flows && filter === undefined
    for (const coverage of summary.coverage)
      observe({ ...coverage, ...span, complete: coverage.complete && isComplete && isKept })
    found.close()
    return summary
  } catch (error) {
    found.close(error)
    throw error
  }
}

/** A line an observation, and one a finding when it is new. */
async function* printed(
  lists: AsyncIterable<readonly Observation[]>,
  look: Look,
  context: SourceContext,
  edges: Edges,
): AsyncGenerator<readonly Observation[], void, undefined> {
  const told = new Set<string>()
  for await (const list of lists) {
    for (const observation of list) {
      await edges.out(observationLine(observation, context))
      if (observation.kind !== 'service') continue
      for (const finding of assessServices([observation.service], look, {
        checks: serviceChecks,
      })) {
        const { check, resource, status } = finding
        const key = `${check.id} ${resource.id}`
        // Passive evidence tells what was seen, never what is absent: it makes no finding pass.
        if (status !== 'fail' || told.has(key) || told.size >= mostFindings) continue
        told.add(key)
        await edges.out(findingLine(finding, context))
      }
    }
    yield list
  }
}
const mostFindings = 100_000

/** One for each client at each server; known for sure only when all was seen. */
function guessingFindings(seen: readonly GuessingSeen[], look: Look): readonly Finding[] {
  const check = serviceChecks.find(({ id }) => id === guessingCheckId)
  return check ? seen.map((one) => guessingFinding(check, one, look)) : []
}

const findingPhrase = ({ check, resource, because = [] }: Finding): string =>
  `${check.title}: ${resource.id}${because[0] ? ` (${because[0].text})` : ''}`

async function keep(
  lists: AsyncIterable<readonly Observation[]>,
  { network, flows, hashes }: WatchArguments,
  system: WatchSystem,
  live: LiveCapture,
  context: SourceContext,
  lake: Lake | null,
): Promise<void> {
  if (lake === null) {
    for await (const _ of lists);
    return
  }
  const { streamKey } = await import('../store/lake/source.ts')
  const key = streamKey(system.name(), { network, flows, hashes })
  await lake.ingest({ key, name: live.document, witness: 'capture', context }, lists)
}

/** The lake's libraries are large: they are loaded where one is asked for. */
async function openedLake({ lake }: WatchArguments, edges: Edges): Promise<Lake | null> {
  if (lake === undefined) return null
  const { openOrMake } = await import('./lake-folder.ts')
  return openOrMake(lake, edges)
}

function checkArguments({ source, interface: name, filter, promiscuous }: WatchArguments): void {
  if (source !== null && source !== '-')
    throw new UsageError(
      `watch reads standard input (-) or an interface (--interface NAME), not ${JSON.stringify(source)}`,
    )
  if ((source === null) === (name === undefined))
    throw new UsageError('watch wants one of: --interface NAME, or - for standard input')
  if (source !== null && (filter !== undefined || !promiscuous))
    throw new UsageError('--filter and --no-promiscuous are for --interface')
  for (const [option, text] of [
    ['--interface', name],
    ['--filter', filter],
  ])
    if (text !== undefined && (text === '' || text.includes('\0') || text.length > longestText))
      throw new UsageError(`${option}: a text of 1 to ${longestText} characters is wanted`)
}
const longestText = 4096

const liveCapture = (
  { interface: name, filter, promiscuous }: WatchArguments,
  system: WatchSystem,
  events: LiveEvents,
): InterfaceCapture | StreamCapture =>
  name === undefined
    ? new StreamCapture(system, events)
    : new InterfaceCapture(
        { interface: name, filter: filter ?? null, promiscuous: promiscuous ? 'on' : 'off' },
        system,
        events,
      )

async function opened(live: InterfaceCapture): Promise<void> {
  try {
    await live.open()
  } catch (cause) {
    if (cause instanceof CaptureFault)
      throw new UsageError(`${cause.message} (see portreeve watch --help)`, { cause })
    throw cause
  }
}

const mostGaps = 20
/** What is printed when the view is gone. */
function keepGap(gaps: string[], message: string): void {
  if (gaps.length < mostGaps) gaps.push(message)
  else if (gaps.length === mostGaps) gaps.push('more gaps than these: see --format json')
}

function closing(
  live: LiveCapture,
  { packets, dropped }: CaptureSummary,
  tally: WatchTally,
  guessing: number,
  elapsed: number,
): string {
  const name = live.document === '-' ? 'standard input' : live.document
  const drops = dropped === null ? 'drops not told' : `${grouped(dropped)} dropped`
  const seen = `watched ${name} for ${durationPhrase(elapsed)}: ${counted(packets, 'packet')} (${drops}), ${counted(tally.serverCount, 'server')}, ${counted(tally.sessions, 'FTP session')}`
  return guessing === 0 ? seen : `${seen}, ${counted(guessing, 'client')} guessing passwords`
}
