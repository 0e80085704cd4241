/** The file from which a scan goes on: its arguments, the length of its journal, where the engine stands. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseAddresses, toCidrs, unionAll } from '../model/address-set.ts'
import { ports, toPairs } from '../model/port-set.ts'
import type { Sighting } from '../model/sighting.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../scan/checkpoint.ts'
import { type Edges, UsageError } from './edges.ts'
import { readFile } from './files.ts'
import type { ScanArguments } from './scan-run.ts'

export type Covered = Extract<Sighting, { readonly kind: 'coverage' }>

export interface ScanState {
  readonly arguments: ScanArguments
  readonly vantage: string
  /** What closed the groups of the plan that are done; the one behind them is under way. */
  readonly done: readonly Covered[]
  /** Bytes of the journal that belong to this state. */
  readonly journal: number
  readonly checkpoint: Checkpoint
}

const covered = z.strictObject({
  addresses: z.array(z.string()),
  ports: z.array(z.tuple([z.int(), z.int()])),
  from: z.int(),
  to: z.int(),
  complete: z.boolean(),
})
const head = z.strictObject({
  format: z.literal('portreeve-scan'),
  version: z.literal(1),
  // Written by this program from what its own parser read; the digest tells where somebody changed it since.
  arguments: z.record(z.string(), z.unknown()),
  digest: z.string(),
  vantage: z.string(),
  done: z.array(covered),
  journal: z.int().min(0),
})

export function writeState({ checkpoint, done, ...rest }: ScanState): string {
  const line = {
    format: 'portreeve-scan',
    version: 1,
    ...rest,
    digest: digestOf(rest.arguments),
    done: done.map(writeCovered),
  }
  return `${JSON.stringify(line)}\n${writeCheckpoint(checkpoint)}`
}

export async function readState(path: string, edges: Edges): Promise<ScanState> {
  const text = await readFile(path, edges)
  const end = text.indexOf('\n')
  const decoded = head.safeParse(parse(text.slice(0, Math.max(end, 0))))
  if (!decoded.success) throw new UsageError(`${path}: this is no checkpoint of a scan`)
  const read = readCheckpoint(text.slice(end + 1))
  if (read.kind === 'wrong') throw new UsageError(`${path}: ${read.message}`)
  const { arguments: given, digest, vantage, done, journal } = decoded.data
  if (digestOf(given) !== digest)
    throw new UsageError(`${path}: its arguments were changed by hand; begin a new scan instead`)
  return {
    arguments: given as unknown as ScanArguments,
    vantage,
    done: done.map(readCovered),
    journal,
    checkpoint: read.checkpoint,
  }
}

const digestOf = (begun: object): string =>
  createHash('sha256').update(JSON.stringify(begun)).digest('hex')

const writeCovered = ({ addresses, ports: covering, from, to, complete }: Covered) => ({
  addresses: toCidrs(addresses),
  ports: toPairs(covering),
  from,
  to,
  complete,
})

const readCovered = (line: z.infer<typeof covered>): Covered => ({
  kind: 'coverage',
  ...line,
  addresses: unionAll(line.addresses.flatMap((cidr) => parseAddresses(cidr) ?? [])),
  ports: ports(...line.ports),
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
