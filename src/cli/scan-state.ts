/** The file from which a scan goes on: its arguments, the length of its journal, where the engine stands. */
import { z } from 'zod'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../scan/checkpoint.ts'
import { type Edges, UsageError } from './edges.ts'
import { readFile } from './files.ts'
import type { ScanArguments } from './scan-run.ts'

export interface ScanState {
  readonly arguments: ScanArguments
  readonly vantage: string
  /** Of the groups of a plan, the one that is under way. */
  readonly group: number
  /** Bytes of the journal that belong to this state. */
  readonly journal: number
  readonly checkpoint: Checkpoint
}

const head = z.strictObject({
  format: z.literal('portreeve-scan'),
  version: z.literal(1),
  // Written by this program from what its own parser read; readable by its owner alone.
  arguments: z.looseObject({ targets: z.array(z.string()) }),
  vantage: z.string(),
  group: z.int().min(0),
  journal: z.int().min(0),
})

export const writeState = ({ checkpoint, ...rest }: ScanState): string =>
  `${JSON.stringify({ format: 'portreeve-scan', version: 1, ...rest })}\n${writeCheckpoint(checkpoint)}`

export async function readState(path: string, edges: Edges): Promise<ScanState> {
  const text = await readFile(path, edges)
  const end = text.indexOf('\n')
  const decoded = head.safeParse(parse(text.slice(0, Math.max(end, 0))))
  if (!decoded.success) throw new UsageError(`${path}: this is no checkpoint of a scan`)
  const read = readCheckpoint(text.slice(end + 1))
  if (read.kind === 'wrong') throw new UsageError(`${path}: ${read.message}`)
  const { arguments: given, vantage, group, journal } = decoded.data
  return {
    arguments: given as unknown as ScanArguments,
    vantage,
    group,
    journal,
    checkpoint: read.checkpoint,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
