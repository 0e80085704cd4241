/** `portreeve ingest`: captures and logs in, observations out: printed, judged, kept in the lake. */

import { ftpSink } from '../capture/ftp/sink.ts'
import { readCapture } from '../capture/read.ts'
import type { ServiceCheck } from '../checks/check.ts'
import { chooseServiceChecks } from '../checks/choose.ts'
import { type GuessingSeen, guessingCheckId, guessingFinding } from '../checks/guessing-seen.ts'
import type { LogContext } from '../logs/log.ts'
import { readParquet } from '../logs/parquet.ts'
import { type LogOptions, readLog, recogniseHead } from '../logs/read.ts'
import { noCompanions } from '../logs/read-companions.ts'
import { type Address, parseAddress } from '../model/address.ts'
import type { Severity } from '../model/finding.ts'
import type { Observation, SourceContext } from '../model/observation.ts'
import { isPort } from '../model/port-set.ts'
import { escapeText } from '../report/escape.ts'
import { findingLine, observationLine } from '../report/observations/json.ts'
import type { ObservationList } from '../store/lake/ingest.ts'
import type { Lake } from '../store/lake/lake.ts'
import {
  type LakeSource,
  type MeaningfulOptions,
  sourceKey,
  streamKey,
  type Witness,
} from '../store/lake/source.ts'
import { channel } from './channel.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { chunksOf, type EvidenceFile, examine, examineStream } from './evidence-input.ts'
import { tallyOf } from './ingest-tally.ts'
import { openOrMake } from './lake-folder.ts'

export interface IngestArguments {
  readonly paths: readonly string[]
  readonly format: 'table' | 'json'
  readonly lake: string
  readonly store: boolean
  readonly server?: string
  readonly network: string
  readonly vantage?: string
  readonly timezone?: string
  readonly year?: number
  readonly type?: string
  readonly hashes: boolean
  readonly flows: boolean
  readonly guessFailures: string
  readonly guessWindow: string
  readonly only: readonly string[]
  readonly failOn: Severity | 'never'
}

type Input = EvidenceFile & { readonly chunks?: AsyncIterable<Uint8Array> }

export async function runIngest(asked: IngestArguments, edges: Edges): Promise<ExitCode> {
  const system = await edges.network()
  const checks = chosen(asked.only)
  const settings = readSettings(asked, system.host)
  const inputs: Input[] = []
  for (const path of asked.paths)
    inputs.push(
      path === '-'
        ? await examineStream(chunksOf('-', edges.documents))
        : await examine(path, edges.documents),
    )
  const lake = asked.store ? await openOrMake(asked.lake, edges) : null
  const tally = tallyOf(checks, settings.context)
  const run: Run = { asked, edges, settings, tally, lake, checks, seed: system.name() }
  try {
    const captures = inputs.filter(({ kind }) => kind === 'capture')
    if (captures.length > 0) await takeCaptures(captures, run)
    for (const log of orderOf(
      inputs.filter(({ kind }) => kind !== 'capture'),
      run,
    ))
      await takeLog(log, run)
  } finally {
    await lake?.close()
  }
  for (const { finding, origin } of tally.transferFindings()) {
    tally.note(finding)
    if (asked.format === 'json')
      await edges.out(findingLine(finding, { ...settings.context, origin }))
  }
  if (asked.format === 'table') await edges.out(tally.text(asked.store ? asked.lake : null))
  if (tally.understood() === 0) {
    edges.err('portreeve: nothing could be read: no capture, and no log format that is known\n')
    return 2
  }
  return asked.failOn !== 'never' && tally.failsAt(asked.failOn) ? 1 : 0
}

interface Settings {
  readonly server: { readonly address: Address; readonly port: number | null } | null
  readonly context: Omit<SourceContext, 'origin'>
  readonly guessing: { readonly failures: number; readonly window: number }
}
interface Run {
  readonly asked: IngestArguments
  readonly edges: Edges
  readonly settings: Settings
  readonly tally: ReturnType<typeof tallyOf>
  readonly lake: Lake | null
  readonly checks: readonly ServiceCheck[]
  readonly seed: string
}

function readSettings(asked: IngestArguments, host: string): Settings {
  const server = asked.server === undefined ? null : readServer(asked.server)
  const [failures, minutes] = [Number(asked.guessFailures), Number(asked.guessWindow)]
  if (!(Number.isInteger(failures) && failures > 0) || !(minutes > 0))
    throw new UsageError('--guess-failures and --guess-window are numbers above 0')
  return {
    server,
    context: { network: asked.network, vantage: asked.vantage ?? host },
    guessing: { failures, window: minutes * 60_000 },
  }
}

/** `203.0.113.5`, `203.0.113.5:2121`, `2001:db8::5` or `[2001:db8::5]:2121`. */
function readServer(text: string): NonNullable<Settings['server']> {
  const whole = parseAddress(text)
  if (whole) return { address: whole, port: null }
  const [, host = '', digits] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  const address = parseAddress(host)
  const port = Number(digits)
  if (!address || !isPort(port) || port === 0)
    throw new UsageError(`--server: not an address, nor address:port: ${JSON.stringify(text)}`)
  return { address, port }
}

/** Captures of one call are one: their key is that of all of them, in their order. */
async function takeCaptures(inputs: readonly Input[], run: Run): Promise<void> {
  const { asked, settings, tally, checks, edges } = run
  const found = channel<Observation>()
  let guessed: readonly GuessingSeen[] = []
  let document = inputs[0]?.path ?? ''
  const sink = ftpSink((observation) => found.push(observation), {
    fileHashes: asked.hashes ? 'on' : 'off',
    guessing: settings.guessing,
    document: () => document,
  })
  async function* paced(input: Input): AsyncGenerator<Uint8Array> {
    for await (const bytes of input.chunks ?? chunksOf(input.path, run.edges.documents)) {
      yield bytes
      await found.drained()
    }
  }
  const { vantage } = settings.context
  const read = () =>
    readCapture(
      inputs.map((input) => ({ kind: 'stream', document: input.path, chunks: paced(input) })),
      sink,
      {
        onDocument: (name) => {
          document = name
        },
        ...(asked.flows && {
          flows: {
            observer: { kind: 'sensor', id: vantage } as const,
            emit: (flow, at) => found.push({ kind: 'flow', flow, at: [at] }),
          },
        }),
      },
    ).then(
      (summary) => {
        sink.finish()
        for (const one of summary.gaps) found.push({ kind: 'gap', gap: one })
        found.push(summary.coverage)
        guessed = sink.summary().guessing
        tally.capture(summary.packets, sink.summary())
        found.close()
      },
      (error: unknown) => found.close(error),
    )
  /** Begun when the first observation is asked for: a source that is known is not read again. */
  async function* observed(): AsyncGenerator<readonly Observation[]> {
    const reading = read()
    yield* found.items()
    await reading
  }
  const keys = inputs.map(({ sha256 }) => sha256)
  const meaning = {
    network: asked.network,
    flows: asked.flows,
    hashes: asked.hashes,
    ...settings.guessing,
  }
  const context: SourceContext = { ...settings.context, origin: 'capture' }
  await keep(
    observed(),
    {
      key: keyOf(keys, meaning, run),
      name: inputs.map(({ path }) => path).join(', '),
      witness: 'capture',
      context,
    },
    run,
  )
  const check = checks.find(({ id }) => id === guessingCheckId)
  if (!check) return
  for (const seen of guessed) {
    const finding = guessingFinding(check, seen, { run: 'ingest', ...settings.context })
    tally.note(finding)
    if (asked.format === 'json') await edges.out(findingLine(finding, context))
  }
}

async function takeLog(input: ReturnType<typeof orderOf>[number], run: Run): Promise<void> {
  const { asked, settings, tally, edges } = run
  const chunks = input.chunks ?? chunksOf(input.path, edges.documents)
  async function* observed(): AsyncGenerator<ObservationList> {
    const options: LogOptions = {
      // What is printed has to be words.
      flows: asked.format === 'json' ? 'observations' : 'columns',
      ...(asked.type && { format: asked.type }),
    }
    const events =
      input.kind === 'parquet'
        ? readParquet(input.path, input.context, options)
        : readLog(chunks, input.context, options)
    for await (const event of events) {
      if (event.kind === 'observations') yield event.observations
      if (event.kind === 'flows') yield event.batch
      if (event.kind === 'end') {
        tally.log(event.summary)
        for (const { line, reason, sample } of event.summary.samples)
          edges.err(
            `portreeve: ${escapeText(`${input.path}:${line}: ${reason}${sample === null ? '' : `: ${sample}`}`)}\n`,
          )
      }
    }
  }
  const meaning = {
    network: asked.network,
    server: asked.server ?? null,
    timezone: asked.timezone ?? null,
    year: asked.year ?? null,
    type: asked.type ?? null,
  }
  const kept = await keep(
    observed(),
    {
      key: keyOf([input.sha256], meaning, run),
      name: input.path,
      witness: witnessOf(input.id),
      context: { ...settings.context, origin: 'log' },
    },
    run,
  )
  // It adds nothing, but others of this call may ask what it tells of them.
  if (kept === 'known' && input.rank === 0)
    for await (const _ of readLog(chunksOf(input.path, edges.documents), input.context));
}

/** Prints, judges and stores, in one pass over what comes. */
async function keep(
  lists: AsyncIterable<ObservationList>,
  source: LakeSource,
  { asked, edges, tally, lake }: Run,
): Promise<'known' | 'kept'> {
  async function* told(): AsyncGenerator<ObservationList> {
    for await (const list of lists) {
      if ('rows' in list) tally.flows(list.rows)
      else
        for (const observation of list) {
          const findings = tally.take(observation, source.context.origin)
          if (asked.format === 'json') {
            await edges.out(observationLine(observation, source.context))
            for (const finding of findings) await edges.out(findingLine(finding, source.context))
          } else if (observation.kind === 'gap')
            edges.err(`portreeve: ${escapeText(observation.gap.message)}\n`)
        }
      yield list
    }
  }
  if (!lake) {
    for await (const _ of told());
    return 'kept'
  }
  const result = await lake.ingest(source, told())
  tally.stored(result.observations, result.kind === 'known')
  if (result.kind === 'added') return 'kept'
  edges.err(`portreeve: ${escapeText(source.name)}: known, nothing was added\n`)
  return 'known'
}

const keyOf = (
  hashes: readonly (string | null)[],
  meaning: MeaningfulOptions,
  { seed }: Run,
): string =>
  hashes.every((hash) => hash !== null)
    ? sourceKey(hashes.join('+'), meaning)
    : streamKey(seed, meaning)

/** Logs that tell of what others have come first, and share what they know. */
function orderOf(inputs: readonly Input[], { asked, settings }: Run) {
  const companions = noCompanions()
  return inputs
    .map((input) => {
      const context: LogContext = {
        server: settings.server?.address ?? null,
        serverPort: settings.server?.port ?? null,
        network: asked.network,
        timezone: asked.timezone ?? null,
        year: asked.year ?? null,
        document: input.path,
        companions,
      }
      const format = recogniseHead(
        input.head,
        context,
        asked.type ? { format: asked.type } : {},
      )?.format
      return { ...input, context, id: format?.id ?? null, rank: format?.tells === 'others' ? 0 : 1 }
    })
    .sort((a, b) => a.rank - b.rank)
}

const witnessOf = (format: string | null): Witness =>
  format === null
    ? 'server-log'
    : /^(zeek|suricata)/.test(format)
      ? 'monitor'
      : /flow/.test(format)
        ? 'flow-log'
        : 'server-log'

function chosen(only: readonly string[]): readonly ServiceCheck[] {
  try {
    return chooseServiceChecks(only)
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(`--only: ${cause.message}`, { cause })
    throw cause
  }
}
