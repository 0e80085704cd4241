/** `portreeve scan`: plan, engine, looks; what is found goes through the journal to the report and to the checks. */
import { chooseServiceChecks } from '../checks/choose.ts'
import { parseAddress } from '../model/address.ts'
import { contains } from '../model/address-set.ts'
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
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { readExemptions } from './exemptions-file.ts'
import { readFile } from './files.ts'
import { openJournal, openSink } from './scan-files.ts'
import { type Plan, type PlanArguments, readPlan } from './scan-plan.ts'
import { scanProgress } from './scan-progress.ts'
import { type Covered, readState, type ScanState, writeState } from './scan-state.ts'
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

/** An option that stands on the command line: as it is written, and the argument that it makes. */
export interface Named {
  readonly flag: string
  readonly argument: string
}

/** `named` are the options of the command line, which must not change what a resumed scan was begun with. */
export async function runScan(
  given: ScanArguments,
  named: readonly Named[],
  edges: Edges,
): Promise<ExitCode> {
  const system = await edges.network()
  const resumed = given.resume === undefined ? null : await readState(given.resume, edges)
  if (resumed) sameAsBegun(given, named, resumed.arguments)
  const asked = resumed?.arguments ?? given
  const checks = chosen(asked.only)
  const accepted =
    asked.exemptions === undefined
      ? []
      : readExemptions(asked.exemptions, await readFile(asked.exemptions, edges))
  const assessment = await readAssessment(asked, edges, system)
  const plan = await readPlan(asked, edges, system)
  checkBounce(asked.bounceAddress, plan)
  const run = resumed?.checkpoint.run ?? system.name()
  const statePath = given.resume ?? asked.checkpoint ?? `portreeve-scan-${run}.checkpoint`
  const seen: Look = { run, network: asked.network, vantage: resumed?.vantage ?? system.host }
  const isWanted = asked.checkpoint !== undefined
  const journal = await openJournal(statePath, resumed?.journal ?? 0, isWanted, edges, system)
  const saved = { states: 0 }
  const goOn = () => escapeText(`portreeve scan --resume ${statePath}`)
  try {
    const teller = tellerOf(
      {
        look: seen,
        checks,
        accepted,
        today: edges.now().toISOString().slice(0, 10),
      },
      scanFormats[asked.format].start(seen, optionsOf(asked, edges)),
      await openSink(asked.output, edges),
    )
    const { tell } = teller
    const done = [...(resumed?.done ?? [])]
    const from = done[0]?.from ?? resumed?.checkpoint.started ?? edges.now().getTime()
    if (journal && resumed) for await (const found of journal.read()) await tell(found)
    else
      for (const one of plan.gaps) {
        const found: Found = { kind: 'gap', gap: one }
        await journal?.append(found)
        await tell(found)
      }
    for (const covered of done) await tell(covered)
    const ended = await scanAll(
      { asked, plan, run, seen, resumed, done, saved, statePath, journal, tell, assessment },
      edges,
      system,
    )
    const isStopped = ended.kind === 'stopped'
    const to = edges.now().getTime()
    await teller.end({ from, to, stopped: isStopped ? 'interrupted' : null })
    for (const notice of teller.notices()) edges.err(`portreeve: ${escapeText(notice)}\n`)
    if (isStopped) {
      edges.err(`portreeve: interrupted${journal ? `; go on with: ${goOn()}` : ''}\n`)
      await journal?.close()
      return 2
    }
    if (journal) {
      await journal.remove()
      await system.remove(statePath)
    }
    return asked.failOn !== 'never' && teller.failsAt(asked.failOn) ? 1 : 0
  } catch (cause) {
    // What was found stays only where something can go on from it.
    if (saved.states > 0) edges.err(`portreeve: what was found is kept; go on with: ${goOn()}\n`)
    else if (!resumed) await journal?.remove().catch(() => {})
    throw cause
  }
}

function sameAsBegun(given: ScanArguments, named: readonly Named[], begun: ScanArguments): void {
  const rule = '--resume goes on with the targets and options it was begun with'
  if (given.targets.length > 0) throw new UsageError(`${rule}: name no target`)
  const [now, then] = [new Map(Object.entries(given)), new Map(Object.entries(begun))]
  for (const { flag, argument } of named) {
    if (argument === 'resume' || (argument === 'checkpoint' && given.resume === given.checkpoint))
      continue
    if (JSON.stringify(now.get(argument)) !== JSON.stringify(then.get(argument)))
      throw new UsageError(`${rule}: leave out ${flag}, which is another now`)
  }
}

interface Running {
  readonly asked: ScanArguments
  readonly plan: Plan
  readonly run: string
  readonly seen: Look
  readonly resumed: ScanState | null
  /** What closed the groups that are done, in their order; grows. */
  readonly done: Covered[]
  /** How often the state was saved. */
  readonly saved: { states: number }
  readonly statePath: string
  readonly journal: Journal | null
  tell(sighting: Sighting): Promise<void>
  readonly assessment: Awaited<ReturnType<typeof readAssessment>>
}

/** The groups of the plan one after the other; the last end, or that of the one that was stopped. */
async function scanAll(running: Running, edges: Edges, system: ScanSystem): Promise<ScanEnd> {
  const { asked, plan, resumed, done } = running
  const stop = new AbortController()
  let interrupts = 0
  const deaf = system.onInterrupt(() => {
    stop.abort()
    if (++interrupts > 1) system.exit(130)
    // A terminal shows ^C first.
    edges.err(`${edges.errIsTerminal ? '\n' : ''}portreeve: stopping; once more to stop at once\n`)
  })
  const unheard = system.onOutputClosed(() => {
    if (asked.output !== undefined || stop.signal.aborted) return
    edges.err('portreeve: nobody reads the output any more; stopping\n')
    stop.abort()
  })
  const progress = scanProgress(edges, system, plan)
  try {
    let ended: ScanEnd | null = null
    const first = done.length
    for (let group = first; group < plan.groups.length; group++) {
      const from = group === first ? (resumed?.checkpoint ?? null) : null
      ended = await scanGroup(running, group, from, stop.signal, progress.watch, edges, system)
      if (ended.kind === 'stopped') break
    }
    if (!ended) throw new UsageError('this checkpoint is of a scan with more groups of targets')
    return ended
  } finally {
    progress.end()
    unheard()
    deaf()
  }
}

async function scanGroup(
  { asked, plan, run, seen, done, saved, statePath, journal, tell, assessment }: Running,
  group: number,
  from: ScanState['checkpoint'] | null,
  signal: AbortSignal,
  watch: (scan: ReturnType<typeof startScan>, group: number) => void,
  edges: Edges,
  system: ScanSystem,
): Promise<ScanEnd> {
  const { targets, ports } = plan.groups[group] as Plan['groups'][number]
  const pacing = plan.isLoopback ? loopbackPacing : defaultPacing
  const closing: Covered[] = []
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
          if (sighting.kind === 'coverage') closing.push(sighting)
          else await journal?.append(sighting)
          await tell(sighting)
        },
        save: journal
          ? async (checkpoint) => {
              const state = { arguments: asked, vantage: seen.vantage, done, checkpoint }
              await saveWhole(statePath, writeState({ ...state, journal: await journal.sync() }))
              saved.states++
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
    const ended = await scan.done
    if (ended.kind === 'completed') done.push(...closing)
    return ended
  } catch (cause) {
    if (cause instanceof CheckpointMismatch)
      throw new UsageError(`--resume: ${cause.message}`, { cause })
    throw cause
  }
}

/** A server is asked to connect there: it must be one of the addresses that may be scanned. */
function checkBounce(text: string | undefined, { scope }: Plan): void {
  const address = text === undefined ? undefined : parseAddress(text)
  if (address && !contains(scope.admitted, address))
    throw new UsageError(`--bounce-address: ${text} is not in the scope`)
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
