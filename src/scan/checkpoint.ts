/**
 * How far a scan came, so that it goes on after Ctrl-C or a crash. Promise: nothing is lost; what was emitted before the
 * last checkpoint is not emitted again; what was emitted after it may come again (at least once), with the same stable id.
 */
import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { toCidrs } from '../model/address-set.ts'
import { formatPorts, type PortSet } from '../model/port-set.ts'
import { type Block, probeOutcomes, readBlock, settledCells } from './block.ts'
import { blockPairsLimit, hostsIn, type Order } from './order.ts'
import type { Counts } from './progress.ts'
import type { Targets } from './targets.ts'

export interface Checkpoint {
  readonly run: string
  /** Of the plan: another plan has another. */
  readonly plan: string
  readonly seed: number
  /** Milliseconds since the epoch at which the run began. */
  readonly started: number
  /** Blocks that were begun, in their order; all of them are finished but the open ones. */
  readonly begun: number
  readonly open: readonly OpenBlock[]
  readonly counts: Counts
  /** A gap is told once, also over interruptions. */
  readonly gapKeys: readonly string[]
}
export interface OpenBlock {
  readonly number: number
  readonly cells: Uint8Array
  /** Slots of hosts that shut us out, and of those that answer on everything. */
  readonly banned: readonly number[]
  readonly collapsed: readonly number[]
}

export const openBlockOf = (
  block: Block,
  banned: readonly number[],
  collapsed: readonly number[],
): OpenBlock => ({ number: block.number, cells: settledCells(block), banned, collapsed })

/** What makes two plans the same: who is asked what, by which names, and anything else that changes answers. */
export function planHash(targets: Targets, ports: PortSet, options: unknown): string {
  const hash = createHash('sha256')
  for (const cidr of toCidrs(targets.addresses)) hash.update(`${cidr}\n`)
  hash.update(`${formatPorts(ports)}\n`)
  const names = [...targets.names].sort(([a], [b]) => (a < b ? -1 : 1))
  hash.update(`${JSON.stringify(names)}\n${JSON.stringify(options)}\n`)
  return hash.digest('hex')
}

const format = 'portreeve-scan-checkpoint'
const version = 1
/** More than a scan ever has open: what was written elsewhere cannot fill the memory. */
const openBlocksLimit = 64

export function writeCheckpoint(state: Checkpoint): string {
  const open = state.open.map(({ cells, ...block }) => ({
    ...block,
    cells: deflateRawSync(cells, { level: 1 }).toString('base64'),
  }))
  return `${JSON.stringify({ format, version, ...state, open })}\n`
}

export type CheckpointRead =
  | { readonly kind: 'read'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'wrong'; readonly message: string }

export function readCheckpoint(text: string): CheckpointRead {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return wrong('it is no JSON')
  }
  if (!isRecord(value) || value['format'] !== format) return wrong('it is no checkpoint of a scan')
  if (value['version'] !== version)
    return wrong(
      `its version is ${JSON.stringify(value['version'])}, this program reads ${version}`,
    )
  const { run, plan, seed, started, begun, open, counts, gapKeys } = value
  const blocks = readOpen(open)
  if (
    typeof run !== 'string' ||
    typeof plan !== 'string' ||
    !isCount(seed) ||
    !isCount(started) ||
    !isCount(begun) ||
    !blocks ||
    !isCounts(counts) ||
    !isTexts(gapKeys)
  )
    return wrong('a field is missing or is not what it should be')
  return {
    kind: 'read',
    checkpoint: { run, plan, seed, started, begun, open: blocks, counts, gapKeys },
  }
}

export interface Resumed {
  readonly block: Block
  readonly banned: readonly number[]
  readonly collapsed: readonly number[]
}

/** The blocks of a checkpoint, or why it does not fit the plan. */
export function resumeBlocks(
  checkpoint: Checkpoint,
  plan: string,
  order: Order,
):
  | { readonly kind: 'blocks'; readonly blocks: readonly Resumed[] }
  | { readonly kind: 'wrong'; readonly message: string } {
  if (checkpoint.plan !== plan)
    return wrong(
      'it belongs to another scan: targets (or what their names resolve to now), scope, ports or options differ',
    )
  if (checkpoint.begun > order.blocks) return wrong('it is further than the scan is long')
  const blocks: Resumed[] = []
  for (const { number, cells, banned, collapsed } of checkpoint.open) {
    const block =
      number < checkpoint.begun
        ? readBlock(number, hostsIn(order, number), order.ports, cells)
        : undefined
    if (!block || blocks.some((other) => other.block.number === number))
      return wrong(`block ${number} does not fit the scan`)
    blocks.push({ block, banned, collapsed })
  }
  return { kind: 'blocks', blocks }
}

const wrong = (why: string) => ({
  kind: 'wrong' as const,
  message: `the checkpoint cannot be used: ${why}`,
})

function readOpen(value: unknown): readonly OpenBlock[] | undefined {
  if (!Array.isArray(value) || value.length > openBlocksLimit) return undefined
  const blocks: OpenBlock[] = []
  for (const item of value) {
    if (!isRecord(item)) return undefined
    const { number, banned, collapsed } = item
    if (
      !isCount(number) ||
      typeof item['cells'] !== 'string' ||
      !isCountList(banned) ||
      !isCountList(collapsed)
    )
      return undefined
    try {
      const packed = Buffer.from(item['cells'], 'base64')
      const cells = inflateRawSync(packed, { maxOutputLength: blockPairsLimit })
      blocks.push({ number, cells: new Uint8Array(cells), banned, collapsed })
    } catch {
      return undefined
    }
  }
  return blocks
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0
const isCountList = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isCount)
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
const isCounts = (value: unknown): value is Counts =>
  isRecord(value) &&
  isCount(value['services']) &&
  isCount(value['attempts']) &&
  isRecord(value['outcomes']) &&
  probeOutcomes.every(
    (outcome) => isRecord(value['outcomes']) && isCount(value['outcomes'][outcome]),
  )
