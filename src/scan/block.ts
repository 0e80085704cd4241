/**
 * What is known of the pairs of one block of hosts: a byte a pair, so that a block costs the same whatever comes. A cell is
 * to be tried (with the number of the attempt), under way, or has its end; an end may have been told or not yet.
 */
import { type PortSet, ports } from '../model/port-set.ts'
import type { ProbeOutcome } from '../model/service.ts'

export interface Block {
  readonly number: number
  readonly hosts: number
  readonly ports: number
  /** By host slot, then by index of the port. */
  readonly cells: Uint8Array
}

export const attemptsLimit = 16
const underWay = 16
const ends = 32
const toldBit = 64
/** In the order of the codes. */
export const probeOutcomes = [
  'open',
  'closed',
  'filtered',
  'unreachable',
  'banned',
  'not-probed',
  'error',
] as const satisfies readonly ProbeOutcome[]
/** Open, and told by a service sighting. */
const serviceEnd = ends + probeOutcomes.length

export const newBlock = (number: number, hosts: number, portCount: number): Block => ({
  number,
  hosts,
  ports: portCount,
  cells: new Uint8Array(hosts * portCount),
})

export type Cell =
  | { readonly kind: 'to-try'; readonly attempt: number }
  | { readonly kind: 'under-way'; readonly attempt: number }
  | { readonly kind: 'ended'; readonly end: ProbeOutcome | 'service'; readonly told: boolean }

export function cellAt(block: Block, slot: number, port: number): Cell {
  const code = codeAt(block, slot, port)
  if (code < underWay) return { kind: 'to-try', attempt: code }
  if (code < ends) return { kind: 'under-way', attempt: code - underWay }
  const plain = code & ~toldBit
  const end = plain === serviceEnd ? 'service' : outcomeOf(plain)
  return { kind: 'ended', end, told: (code & toldBit) !== 0 }
}

/** The attempt this cell waits for; undefined when it is under way or ended. */
export function attemptDue(block: Block, slot: number, port: number): number | undefined {
  const code = codeAt(block, slot, port)
  return code < underWay ? code : undefined
}

export function setToTry(block: Block, slot: number, port: number, attempt: number): void {
  block.cells[slot * block.ports + port] = Math.min(attempt, attemptsLimit - 1)
}
export function setUnderWay(block: Block, slot: number, port: number, attempt: number): void {
  block.cells[slot * block.ports + port] = underWay + attempt
}
export function setEnded(block: Block, slot: number, port: number, end: ProbeOutcome): void {
  block.cells[slot * block.ports + port] = ends + probeOutcomes.indexOf(end)
}
export function setServiceTold(block: Block, slot: number, port: number): void {
  block.cells[slot * block.ports + port] = serviceEnd | toldBit
}

/** How the cells of a host stand. */
export function tally(
  block: Block,
  slot: number,
): { readonly toTry: number; readonly ended: number; readonly open: number } {
  let [toTry, ended, open] = [0, 0, 0]
  for (let port = 0; port < block.ports; port++) {
    const code = codeAt(block, slot, port)
    if (code < underWay) toTry++
    else if (code >= ends) {
      ended++
      const plain = code & ~toldBit
      if (plain === serviceEnd || plain === ends) open++
    }
  }
  return { toTry, ended, open }
}

export interface ProbeLine {
  readonly outcome: ProbeOutcome
  readonly ports: PortSet
}

/** What ended at a host and was not told: one line an outcome, its ports as ranges. `numbers` are the ports by index. */
export function untold(block: Block, slot: number, numbers: Uint16Array): readonly ProbeLine[] {
  const parts = probeOutcomes.map((): (readonly [number, number])[] => [])
  for (let port = 0; port < block.ports; port++) {
    const code = codeAt(block, slot, port)
    if (code < ends || code >= serviceEnd) continue
    // A run of neighbours in the list is one range only where the ports are neighbours too: the set sees to that.
    let last = port
    while (
      last + 1 < block.ports &&
      codeAt(block, slot, last + 1) === code &&
      numbers[last + 1] === (numbers[last] as number) + 1
    )
      last++
    parts[code - ends]?.push([numbers[port] as number, numbers[last] as number])
    port = last
  }
  return probeOutcomes.flatMap((outcome, i) => {
    const ranges = parts[i] ?? []
    return ranges.length > 0 ? [{ outcome, ports: ports(...ranges) }] : []
  })
}

/** After the lines of `untold` went out; what ended since is still untold, so the lines say which. */
export function markTold(
  block: Block,
  slot: number,
  numbers: Uint16Array,
  lines: readonly ProbeLine[],
): void {
  for (const { outcome, ports: set } of lines) {
    const code = ends + probeOutcomes.indexOf(outcome)
    let range = 0
    for (let port = 0; port < block.ports; port++) {
      const number = numbers[port] as number
      while (range < set.length && (set[range + 1] as number) < number) range += 2
      if (range >= set.length) break
      const at = slot * block.ports + port
      if (number >= (set[range] as number) && block.cells[at] === code)
        block.cells[at] = code | toldBit
    }
  }
}

/** A copy in which what is under way is to be tried again: the state that may be written down at any moment. */
export function settledCells(block: Block): Uint8Array {
  const copy = block.cells.slice()
  for (let i = 0; i < copy.length; i++) {
    const code = copy[i] as number
    if (code >= underWay && code < ends) copy[i] = code - underWay
  }
  return copy
}

/** The block of cells that were written down; undefined where they are not such. */
export function readBlock(
  number: number,
  hosts: number,
  portCount: number,
  cells: Uint8Array,
): Block | undefined {
  if (cells.length !== hosts * portCount) return undefined
  for (const code of cells) {
    const plain = code & ~toldBit
    if (code >= underWay && (plain < ends || plain > serviceEnd)) return undefined
  }
  return { number, hosts, ports: portCount, cells: cells.slice() }
}

const codeAt = (block: Block, slot: number, port: number): number =>
  block.cells[slot * block.ports + port] as number
const outcomeOf = (plain: number): ProbeOutcome => {
  const outcome = probeOutcomes[plain - ends]
  if (!outcome) throw new RangeError(`no end of a pair: ${plain}`)
  return outcome
}
