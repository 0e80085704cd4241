/** The files that a scan writes beside its checkpoint, with failures in one line: what it prints, and what it found so far. */
import { escapeText } from '../report/escape.ts'
import type { Journal } from '../scan/journal.ts'
import type { ScanSystem } from '../scan/system.ts'
import { type Edges, type TextSink, UsageError } from './edges.ts'
import { writeFault } from './files.ts'

/** To the file, or to standard output where none is named. */
export async function openSink(output: string | undefined, edges: Edges): Promise<TextSink> {
  if (output === undefined)
    return {
      write: (text) => (text === '' ? Promise.resolve() : edges.out(text)),
      close: async () => {},
    }
  const told = telling(output)
  const file = await edges.openText(output).catch(told)
  return {
    write: (text) => (text === '' ? Promise.resolve() : file.write(text).catch(told)),
    close: () => file.close().catch(told),
  }
}

/** Null where no state can be kept, which is said, unless the user named the place. */
export async function openJournal(
  statePath: string,
  keep: number,
  isWanted: boolean,
  edges: Edges,
  system: ScanSystem,
): Promise<Journal | null> {
  const path = `${statePath}.found`
  const told = telling(path)
  try {
    const journal = await system.journal(path, keep)
    return {
      ...journal,
      append: (sighting) => journal.append(sighting).catch(told),
      sync: () => journal.sync().catch(told),
    }
  } catch (cause) {
    const why = cause instanceof RangeError ? cause.message : `${path}: ${writeFault(cause)}`
    if (isWanted || keep > 0) throw new UsageError(why, { cause })
    edges.err(`portreeve: ${escapeText(why)}: this scan cannot be resumed (see --checkpoint)\n`)
    return null
  }
}

const telling =
  (path: string) =>
  (cause: unknown): never => {
    throw new UsageError(`${path}: ${writeFault(cause)}`, { cause })
  }
