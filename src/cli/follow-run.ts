/** `portreeve ingest --follow`: what the follower needs of the world, and what it tells on the way. */
import type { LogContext } from '../logs/log.ts'
import { recogniseHead } from '../logs/read.ts'
import type { SourceContext } from '../model/observation.ts'
import { escapeText } from '../report/escape.ts'
import { plural } from '../report/words.ts'
import type { ScanSystem } from '../scan/system.ts'
import type { Lake } from '../store/lake/lake.ts'
import { meaningKey } from '../store/lake/source.ts'
import type { Edges } from './edges.ts'
import { followLogs } from './follow.ts'
import type { Keeper } from './ingest-growing.ts'
import { type IngestArguments, meaningOf, optionsOf, witnessOf } from './ingest-settings.ts'
import { progressLine } from './progress.ts'

export interface FollowWorld {
  readonly edges: Edges
  readonly system: Pick<ScanSystem, 'timer' | 'onInterrupt' | 'exit'>
  readonly lake: Lake | null
  readonly contextOf: (path: string) => LogContext
  readonly context: SourceContext
  readonly keeperOf: (path: string, onBatch: (observations: number) => void) => Keeper
}

const pollMilliseconds = 200
const paintMilliseconds = 1000

/** Ends at the first Ctrl-C, at once at the second. */
export async function runFollow(asked: IngestArguments, world: FollowWorld): Promise<void> {
  const { edges, system, lake, contextOf, context, keeperOf } = world
  const meaning = meaningOf(asked)
  // Lines of JSON on the same terminal would run into it.
  const progress = asked.format === 'json' ? null : progressLine(edges)
  const named = new Set(asked.paths).size
  const clock = interruptible(system)
  // Who reads the lines has enough of them.
  const deaf =
    asked.format === 'json' ? (await edges.watch()).onOutputClosed(clock.stop) : () => undefined
  let [added, painting] = [0, 0]
  const onBatch = (path: string, observations: number): void => {
    added += observations
    if (observations > 0 && !edges.errIsTerminal)
      edges.err(`portreeve: ${escapeText(`${path}: ${plural(observations, 'event')} added`)}\n`)
  }
  try {
    await followLogs(asked.paths, {
      ...{ lake, documents: edges.documents },
      year: asked.year ?? null,
      meaningIn: (year) => meaningKey({ ...meaning, year }),
      now: () => edges.now().getTime(),
      isStopped: clock.isStopped,
      pause() {
        const now = edges.now().getTime()
        if (now >= painting) {
          const kept = lake === null ? '' : `: ${added.toLocaleString('en')} events added`
          progress?.say(`following ${plural(named, 'log')}${kept}; Ctrl-C ends it`)
          painting = now + paintMilliseconds
        }
        return clock.pause()
      },
      say: (line) => edges.err(`portreeve: ${escapeText(line)}\n`),
      recognise(path, head) {
        const format = recogniseHead(head, contextOf(path), optionsOf(null, asked))?.format
        if (!format) return null
        if (format.kind === 'document')
          return `${path}: it is one JSON document, which is read as a whole: give it to ingest without --follow when it is complete`
        return {
          context: contextOf(path),
          options: optionsOf(format.id, asked),
          source: { name: path, witness: witnessOf(format.id), context },
        }
      },
      keeperOf: (path) => keeperOf(path, (observations) => onBatch(path, observations)),
    })
  } finally {
    clock.close()
    deaf()
    progress?.end()
  }
}

/** Lines stand above the one of progress. */
export const aboveProgress = (edges: Edges): Edges =>
  edges.errIsTerminal
    ? { ...edges, err: (text) => edges.err(text.startsWith('\r') ? text : `\r\u001b[K${text}`) }
    : edges

/** Pauses that end when the program is interrupted. */
function interruptible({ timer, onInterrupt, exit }: FollowWorld['system']) {
  let isStopped = false
  const waiting = new Set<() => void>()
  const stop = (): void => {
    isStopped = true
    for (const end of [...waiting]) end()
  }
  const deaf = onInterrupt(() => {
    if (isStopped) exit(130)
    stop()
  })
  return {
    stop,
    isStopped: () => isStopped,
    pause: () =>
      new Promise<void>((resolve) => {
        const off = timer(isStopped ? 0 : pollMilliseconds, end)
        waiting.add(end)
        function end(): void {
          off()
          waiting.delete(end)
          resolve()
        }
      }),
    close: deaf,
  }
}
