/** `portreeve scan`: plan, engine, looks; what is found goes through the journal to the report and to the checks. */
import { chooseServiceChecks } from '../checks/choose.ts'
import type { Severity } from '../model/finding.ts'
import { noPorts } from '../model/port-set.ts'
import type { Look, Sighting } from '../model/sighting.ts'
import { protocols } from '../protocols/index.ts'
import { escapeText } from '../report/escape.ts'
import type { ScanFormatName, ScanOptions } from '../report/services/format.ts'
import { scanFormats } from '../report/services/index.ts'
import { saveWhole } from '../scan/checkpoint-file.ts'
import { CheckpointMismatch, type ScanEnd, startScan } from '../scan/engine.ts'
import type { Found, Journal } from '../scan/journal.ts'
import { look } from '../scan/look.ts'
import { defaultPacing, loopbackPacing } from '../scan/pacing.ts'
import { ftpPorts, listenOnlyPorts } from '../scan/ports.ts'
import { recognitionTimes } from '../scan/recognise.ts'
import type { ScanSystem } from '../scan/system.ts'
import { defaultTimeouts } from '../scan/timeouts.ts'
import { readAssessment } from './assessment.ts'
import { type Edges, type ExitCode, type TextSink, UsageError } from './edges.ts'
import { readExemptions } from './exemptions-file.ts'
import { readFile, writeFault } from './files.ts'
import { type Plan, type PlanArguments, readPlan } from './scan-plan.ts'
import { scanProgress } from './scan-progress.ts'
import { readState, type ScanState, writeState } from './scan-state.ts'
import { tellerOf } from './scan-teller.ts'
import { version } from './version.ts'

export interface ScanArguments extends PlanArguments {
  readonly rate?: number
  readonly perHost?: number
  readonly inFlight: number
  /** Milliseconds. */
  readonly timeout: number
  readonly checkpoint?: string
  readonly resume?: string
  readonly assess: boolean
  readonly points: readonly string[]
  readonly credentials?: string
  readonly tlsVersions: boolean
  readonly sniff: boolean
  readonly maxFiles: number
  readonly depth: number
  readonly bounceAddress?: string
  readonly proveWritable: boolean
  readonly lockout: boolean
  readonly active: boolean
  readonly fragile: boolean
  readonly format: ScanFormatName
  readonly details: boolean
  readonly all: boolean
  readonly only: readonly string[]
  readonly exemptions?: string
  readonly output?: string
  readonly failOn: Severity | 'never'
  readonly network: string
}

/** How long what is under way may take to end after Ctrl-C, and how often the state is saved; milliseconds. */
const grace = 3000
const saveEvery = 5000

export async function runScan(given: ScanArguments, edges: Edges): Promise<ExitCode> {
  const system = await edges.network()
  const resumed = given.resume === undefined ? null : await readState(given.resume, edges)
  if (resumed && given.targets.length > 0)
    throw new UsageError('--resume goes on with the targets it was begun with: name none')
  const asked = resumed?.arguments ?? given
  const checks = chosen(asked.only)
  const accepted =
    asked.exemptions === undefined
      ? []
      : readExemptions(asked.exemptions, await readFile(asked.exemptions, edges))
  const assessment = await readAssessment(asked, edges, system)
  const plan = await readPlan(asked, edges, system)
  const run = resumed?.checkpoint.run ?? system.name()
  const statePath = given.resume ?? asked.checkpoint ?? `portreeve-scan-${run}.checkpoint`
  const seen: Look = { run, network: asked.network, vantage: resumed?.vantage ?? system.host }
  const journal = await openedJournal(statePath, resumed?.journal ?? 0, asked, edges, system)
  const teller = tellerOf(
    {
      look: seen,
      checks,
      accepted,
      today: edges.now().toISOString().slice(0, 10),
    },
    scanFormats[asked.format].start(seen, optionsOf(asked, edges)),
    await openedSink(asked.output, edges),
  )
  const { tell } = teller
  const from = resumed?.checkpoint.started ?? edges.now().getTime()
  if (journal && resumed) for await (const found of journal.read()) await tell(found)
  else
    for (const one of plan.gaps) {
      const found: Found = { kind: 'gap', gap: one }
      await journal?.append(found)
      await tell(found)
    }
  const ended = await scanAll(
    { asked, plan, run, seen, resumed, statePath, journal, tell, assessment },
    edges,
    system,
  )
  const isStopped = ended.kind === 'stopped'
  const to = edges.now().getTime()
  await teller.end({ from, to, stopped: isStopped ? 'interrupted' : null })
  for (const notice of teller.notices()) edges.err(`portreeve: ${escapeText(notice)}\n`)
  if (isStopped) {
    edges.err(
      journal
        ? `portreeve: interrupted; go on with: portreeve scan --resume ${statePath}\n`
        : 'portreeve: interrupted\n',
    )
    await journal?.close()
    return 2
  }
  if (journal) {
    await journal.remove()
    await system.remove(statePath)
  }
  return asked.failOn !== 'never' && teller.failsAt(asked.failOn) ? 1 : 0
}

interface Running {
  readonly asked: ScanArguments
  readonly plan: Plan
  readonly run: string
  readonly seen: Look
  readonly resumed: ScanState | null
  readonly statePath: string
  readonly journal: Journal | null
  tell(sighting: Sighting): Promise<void>
  readonly assessment: Awaited<ReturnType<typeof readAssessment>>
}

/** The groups of the plan one after the other; the last end, or that of the one that was stopped. */
async function scanAll(running: Running, edges: Edges, system: ScanSystem): Promise<ScanEnd> {
  const { plan, resumed } = running
  const stop = new AbortController()
  let interrupts = 0
  const deaf = system.onInterrupt(() => {
    stop.abort()
    if (++interrupts > 1) system.exit(130)
    edges.err('\nportreeve: stopping; once more to stop at once\n')
  })
  const progress = scanProgress(edges, system, plan)
  try {
    let ended: ScanEnd | null = null
    for (let group = resumed?.group ?? 0; group < plan.groups.length; group++) {
      const from = group === resumed?.group ? resumed.checkpoint : null
      ended = await scanGroup(running, group, from, stop.signal, progress.watch, edges, system)
      if (ended.kind === 'stopped') break
    }
    if (!ended) throw new UsageError('this checkpoint is of a scan with more groups of targets')
    return ended
  } finally {
    progress.end()
    deaf()
  }
}

async function scanGroup(
  { asked, plan, run, seen, statePath, journal, tell, assessment }: Running,
  group: number,
  from: ScanState['checkpoint'] | null,
  signal: AbortSignal,
  watch: (scan: ReturnType<typeof startScan>, group: number) => void,
  edges: Edges,
  system: ScanSystem,
): Promise<ScanEnd> {
  const { targets, ports } = plan.groups[group] as Plan['groups'][number]
  const pacing = plan.isLoopback ? loopbackPacing : defaultPacing
  const times = { ...recognitionTimes, connect: Math.min(recognitionTimes.connect, asked.timeout) }
  try {
    const scan = startScan(
      {
        run,
        scope: plan.scope,
        targets,
        ports,
        seed: system.seed(),
        pacing: {
          ...pacing,
          rate: asked.rate ?? pacing.rate,
          perHostRate: asked.perHost ?? pacing.perHostRate,
          inFlight: asked.inFlight,
        },
        timeouts: {
          floor: Math.min(defaultTimeouts.floor, asked.timeout),
          initial: Math.min(defaultTimeouts.initial, asked.timeout),
          ceiling: asked.timeout,
        },
        retries: 1,
        listenOnly: asked.fragile ? noPorts : listenOnlyPorts,
        kept: ftpPorts,
        checkpointMilliseconds: saveEvery,
        graceMilliseconds: grace,
        options: assessment.summary,
      },
      {
        reachOf: (target) => system.reachOf(target, signal),
        look: (request) =>
          look(request, {
            protocols,
            times,
            assessment: assessment.of,
            now: () => edges.now().getTime(),
          }),
        emit: async (sighting) => {
          if (sighting.kind !== 'coverage') await journal?.append(sighting)
          await tell(sighting)
        },
        save: journal
          ? async (checkpoint) => {
              const state = { arguments: asked, vantage: seen.vantage, group, checkpoint }
              await saveWhole(statePath, writeState({ ...state, journal: await journal.sync() }))
            }
          : null,
        clock: system.clock,
        now: () => edges.now().getTime(),
        timer: system.timer,
        signal,
      },
      from,
    )
    watch(scan, group)
    return await scan.done
  } catch (cause) {
    if (cause instanceof CheckpointMismatch)
      throw new UsageError(`--resume: ${cause.message}`, { cause })
    throw cause
  }
}

function chosen(only: readonly string[]) {
  try {
    return chooseServiceChecks(only)
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(`--only: ${cause.message}`, { cause })
    throw cause
  }
}

const optionsOf = (asked: ScanArguments, edges: Edges): ScanOptions => ({
  version,
  time: edges.now(),
  colour: edges.colour && asked.output === undefined,
  width: edges.columns,
  showAll: asked.all,
  commandLine: edges.commandLine,
  details: asked.details,
  guidance: ({ guidance }) => guidance,
})

/** Null where no state can be kept, which is said, unless the user named the place. */
async function openedJournal(
  statePath: string,
  keep: number,
  { checkpoint }: ScanArguments,
  edges: Edges,
  system: ScanSystem,
): Promise<Journal | null> {
  const path = `${statePath}.found`
  try {
    return await system.journal(path, keep)
  } catch (cause) {
    const why = cause instanceof RangeError ? cause.message : `${path}: ${writeFault(cause)}`
    if (checkpoint !== undefined || keep > 0) throw new UsageError(why, { cause })
    edges.err(`portreeve: ${escapeText(why)}: this scan cannot be resumed (see --checkpoint)\n`)
    return null
  }
}

async function openedSink(output: string | undefined, edges: Edges): Promise<TextSink> {
  if (output === undefined)
    return {
      write: (text) => (text === '' ? Promise.resolve() : edges.out(text)),
      close: async () => {},
    }
  try {
    const file = await edges.openText(output)
    return { ...file, write: (text) => (text === '' ? Promise.resolve() : file.write(text)) }
  } catch (cause) {
    throw new UsageError(`${output}: ${writeFault(cause)}`, { cause })
  }
}
