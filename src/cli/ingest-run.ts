/** `portreeve ingest`: captures and logs in, observations out: printed, judged, kept in the lake. */

import { ftpSink } from '../capture/ftp/sink.ts'
import { readCapture } from '../capture/read.ts'
import type { ServiceCheck } from '../checks/check.ts'
import { chooseServiceChecks } from '../checks/choose.ts'
import { type GuessingSeen, guessingCheckId, guessingFinding } from '../checks/guessing-seen.ts'
import { companionsIn } from '../logs/companion-logs.ts'
import { readParquet } from '../logs/parquet.ts'
import { type LogOptions, type LogSummary, readLog, recogniseHead } from '../logs/read.ts'
import { decompressed } from '../logs/read-bytes.ts'
import type { Gap } from '../model/gap.ts'
import type { Observation, SourceContext } from '../model/observation.ts'
import { documentOf, formatSource } from '../model/source.ts'
import { escapeText } from '../report/escape.ts'
import { findingLine, observationLine } from '../report/observations/json.ts'
import { LakeBusyError } from '../store/catalogue/lock.ts'
import { type IngestOptions, type ObservationList, OvertakenError } from '../store/lake/ingest.ts'
import type { Lake } from '../store/lake/lake.ts'
import {
  type LakeSource,
  type MeaningfulOptions,
  meaningKey,
  streamKey,
} from '../store/lake/source.ts'
import { type HashedCapture, keyOf, newCaptures, rememberCaptures } from './capture-sources.ts'
import { channel } from './channel.ts'
import { checkFollowed } from './check-followed.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { chunksOf, type EvidenceFile, examine, hashOf } from './evidence-input.ts'
import { aboveProgress, runFollow } from './follow-run.ts'
import { ReplacedError } from './growing-log.ts'
import { type Keeper, keepToEnd } from './ingest-growing.ts'
import {
  contextFor,
  type IngestArguments,
  meaningOf,
  optionsOf,
  readSettings,
  type Settings,
  witnessOf,
} from './ingest-settings.ts'
import { tallyOf } from './ingest-tally.ts'
import { openOrMake, writeFault } from './lake-folder.ts'

export async function runIngest(asked: IngestArguments, given: Edges): Promise<ExitCode> {
  const edges = asked.follow ? aboveProgress(given) : given
  const system = await edges.network()
  const checks = chosen(asked.only)
  const settings = readSettings(asked, system.host)
  const inputs: EvidenceFile[] = []
  for (const path of asked.follow ? [] : asked.paths)
    inputs.push(await examine(path, edges.documents))
  if (asked.follow) await checkFollowed(asked.paths, edges.documents)
  const lake = asked.store ? await openOrMake(asked.lake, edges) : null
  const tally = tallyOf(checks, settings.context, settings.guessing)
  const name = system.name()
  let readings = 0
  const reading = () => `${name} ${readings++}`
  const run: Run = { asked, edges, settings, tally, lake, checks, reading }
  try {
    if (asked.follow)
      await runFollow(asked, {
        ...{ edges, system, lake },
        contextOf: contextFor(asked, settings),
        context: { ...settings.context, origin: 'log' },
        keeperOf: (path, onBatch) => keeperOf(path, run, onBatch),
      })
    const captures = inputs.filter(({ kind }) => kind === 'capture')
    if (captures.length > 0) await takeCaptures(captures, run)
    const logs = orderOf(
      inputs.filter(({ kind }) => kind !== 'capture'),
      run,
    )
    for (const log of logs) await takeLog(log, logs, run)
  } catch (cause) {
    throw inWords(cause, asked)
  } finally {
    await lake?.close()
  }
  for (const { finding, origin } of tally.endFindings()) {
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

interface Run {
  readonly asked: IngestArguments
  readonly edges: Edges
  readonly settings: Settings
  readonly tally: ReturnType<typeof tallyOf>
  readonly lake: Lake | null
  readonly checks: readonly ServiceCheck[]
  /** An id that no other reading has. */
  readonly reading: () => string
}

/** Two at one thing: nothing is lost, and nothing is twice. */
function inWords(cause: unknown, { lake }: IngestArguments): unknown {
  if (cause instanceof OvertakenError)
    return new UsageError(`${cause.message}: run this again when it is done`, { cause })
  if (cause instanceof ReplacedError)
    return new UsageError(`${cause.message}: it was replaced while it was read: run this again`, {
      cause,
    })
  if (cause instanceof LakeBusyError)
    return new UsageError(`--lake ${lake}: ${cause.message}: run this again when it is done`, {
      cause,
    })
  const fault = cause instanceof UsageError ? null : writeFault(cause)
  return fault === null ? cause : new UsageError(`--lake ${lake}: ${fault}`, { cause })
}

/** Captures of one call are one: their key is that of all of them, in their order. */
async function takeCaptures(given: readonly EvidenceFile[], run: Run): Promise<void> {
  const { asked, settings, tally, checks, edges, lake } = run
  const meaning = { network: asked.network, flows: asked.flows }
  const context: SourceContext = { ...settings.context, origin: 'capture' }
  const hashed: (EvidenceFile & HashedCapture)[] = []
  for (const input of given) {
    const isRead = lake !== null && !input.chunks
    const sha256 = isRead ? await hashOf(input.path, edges.documents) : null
    hashed.push({ ...input, sha256 })
  }
  const inputs = lake === null ? hashed : await newCaptures(lake, hashed, meaning)
  for (const { path } of hashed.filter((one) => !inputs.includes(one))) {
    tally.stored(0, true)
    edges.err(
      `portreeve: ${escapeText(path)}: known, left out; what goes on from it in another file begins there\n`,
    )
  }
  if (inputs.length === 0) return
  const found = channel<Observation>()
  let guessed: readonly GuessingSeen[] = []
  let document = inputs[0]?.path ?? ''
  const sink = ftpSink((observation) => found.push(observation), {
    fileHashes: asked.hashes ? 'on' : 'off',
    guessing: settings.guessing,
    document: () => document,
  })
  async function* paced(input: EvidenceFile): AsyncGenerator<Uint8Array> {
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
        // Without flows nobody can say later who did not come.
        for (const one of summary.coverage)
          found.push({ ...one, complete: one.complete && asked.flows })
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
  await keep(
    observed(),
    {
      key: keyOf(inputs, meaning) ?? streamKey(run.reading(), meaning),
      name: inputs.map(({ path }) => path).join(', '),
      witness: 'capture',
      context,
    },
    run,
  )
  if (lake) await rememberCaptures(lake, inputs, meaning, { witness: 'capture', context })
  const check = checks.find(({ id }) => id === guessingCheckId)
  if (!check) return
  for (const seen of guessed) {
    const finding = guessingFinding(check, seen, { run: 'ingest', ...settings.context })
    tally.note(finding)
    if (asked.format === 'json') await edges.out(findingLine(finding, context))
  }
}

async function takeLog(
  input: ReturnType<typeof orderOf>[number],
  call: ReturnType<typeof orderOf>,
  run: Run,
): Promise<void> {
  const { asked, settings, lake, edges } = run
  const { path, context } = input
  const options = optionsOf(input.id, asked)
  const source = {
    name: path,
    witness: witnessOf(input.id),
    context: { ...settings.context, origin: 'log' },
  } as const
  const meaning = { ...meaningOf(asked), ...companionsOf(input, call) }
  let kept: 'known' | 'kept'
  if (lake !== null && input.kind === 'log' && input.shape === 'lines' && !input.chunks) {
    const open = () => decompressed(chunksOf(path, edges.documents))
    const log = { context, options, source, meaning: meaningKey(meaning), open }
    kept = await keepToEnd(lake, log, keeperOf(path, run))
    if (kept === 'known') run.tally.stored(0, true)
    if (kept === 'known') edges.err(`portreeve: ${escapeText(path)}: known, nothing was added\n`)
  } else {
    // What nobody can read is told and not kept: a later version may.
    const isForeign = input.kind === 'log' && input.shape === null && !input.chunks
    const hash = lake === null || input.chunks ? null : await hashOf(path, edges.documents)
    const key = keyOf([{ path, sha256: hash }], meaning) ?? streamKey(run.reading(), meaning)
    kept = await keep(
      observedOf(input, options, run),
      { ...source, key },
      isForeign ? { ...run, lake: null } : run,
    )
  }
  // It adds nothing, but others of this call may ask what it tells of them.
  if (kept === 'known' && input.rank === 0)
    for await (const _ of readLog(chunksOf(path, edges.documents), context, options));
}

/**
 * What the other logs of the call change of the meaning of this one: read with them it is another source. Not with their bytes:
 * they grow with it.
 */
function companionsOf(
  input: ReturnType<typeof orderOf>[number],
  call: ReturnType<typeof orderOf>,
): MeaningfulOptions {
  const ids = new Set(companionsIn(input, call).map(({ id }) => id))
  return ids.size === 0 ? {} : { companions: [...ids].sort().join(' ') }
}

const keeperOf = (path: string, run: Run, onBatch?: IngestOptions['onBatch']): Keeper => ({
  reading: run.reading,
  keep: (lists, source, options) =>
    keep(lists, source, run, { ...options, ...(onBatch && { onBatch }) }),
  onEnd: (summary, from) => tellEnd(summary, path, run, from),
})

async function* observedOf(
  { kind, path, chunks, context }: ReturnType<typeof orderOf>[number],
  options: LogOptions,
  run: Run,
): AsyncGenerator<ObservationList> {
  const events =
    kind === 'parquet'
      ? readParquet(path, context, options)
      : readLog(chunks ?? chunksOf(path, run.edges.documents), context, options)
  for await (const event of events) {
    if (event.kind === 'observations') yield event.observations
    if (event.kind === 'flows') yield event.batch
    if (event.kind === 'end') tellEnd(event.summary, path, run)
  }
}

/** Bad lines before `from`, in bytes, were told when they were new. */
function tellEnd(summary: LogSummary, path: string, { tally, edges }: Run, from = 0): void {
  tally.log(summary)
  for (const { line, offset, reason, sample } of summary.samples)
    if (offset >= from)
      edges.err(
        `portreeve: ${escapeText(`${path}:${line}: ${reason}${sample === null ? '' : `: ${sample}`}`)}\n`,
      )
}

/** Prints, judges and stores, in one pass over what comes. */
async function keep(
  lists: AsyncIterable<ObservationList>,
  source: LakeSource,
  { asked, edges, tally, lake }: Run,
  options: IngestOptions = {},
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
            edges.err(`portreeve: ${escapeText(gapText(observation.gap))}\n`)
        }
      yield list
    }
  }
  if (!lake) {
    for await (const _ of told());
    return 'kept'
  }
  const onBatch = (observations: number): void => {
    tally.stored(observations, false)
    options.onBatch?.(observations)
  }
  const result = await lake.ingest(source, told(), { ...options, onBatch })
  if (result.kind === 'added') return 'kept'
  tally.stored(0, true)
  edges.err(`portreeve: ${escapeText(source.name)}: known, nothing was added\n`)
  return 'known'
}

/** Names the file, where the message does not. */
const gapText = ({ message, source }: Gap): string =>
  source === null || message.startsWith(`${documentOf(source).document}:`)
    ? message
    : `${formatSource(source)}: ${message}`

/** Logs that tell of what others have come first, and share what they know. */
function orderOf(inputs: readonly EvidenceFile[], { asked, settings }: Run) {
  const contextOf = contextFor(asked, settings)
  return inputs
    .map((input) => {
      const context = contextOf(input.path)
      const format = recogniseHead(
        input.head,
        context,
        asked.type ? { format: asked.type } : {},
      )?.format
      const rank = format?.tells === 'others' ? 0 : 1
      return { ...input, context, id: format?.id ?? null, shape: format?.kind ?? null, rank }
    })
    .sort((a, b) => a.rank - b.rank)
}

function chosen(only: readonly string[]): readonly ServiceCheck[] {
  try {
    return chooseServiceChecks(only)
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(`--only: ${cause.message}`, { cause })
    throw cause
  }
}
