/** The books of a scan: blocks and hosts that are open, what is known of their pairs, what of it was told. */
import type { Address } from '../model/address.ts'
import { gap } from '../model/gap.ts'
import { contains, count, intersect, type PortSet, toPairs } from '../model/port-set.ts'
import type { ProbeOutcome, Service } from '../model/service.ts'
import {
  attemptDue,
  type Block,
  cellAt,
  markTold,
  newBlock,
  setEnded,
  setServiceTold,
  setToTry,
  setUnderWay,
  untold,
} from './block.ts'
import { type OpenBlock, openBlockOf, type Resumed } from './checkpoint.ts'
import type { ScanPlan } from './engine.ts'
import { type Host, isIdle, newHost, stillAsked } from './engine-host.ts'
import type { Teller } from './engine-teller.ts'
import { hostIndexOf, hostsIn, type Order, portOrder } from './order.ts'
import type { Counts } from './progress.ts'
import { admit } from './scope.ts'
import { type Walk, walkOf } from './targets.ts'

/** More hosts are begun while the last ones of earlier blocks still talk. */
const openBlocksLimit = 8

export interface LedgerEvents {
  readonly reachOf: (target: Host['target']) => Host['reach']
  readonly now: () => number
  /** A host may have more work. */
  readonly line: (host: Host) => void
  /** A block has its end. */
  readonly closed: () => void
}

export class Ledger {
  readonly #plan: ScanPlan
  readonly #order: Order
  readonly #events: LedgerEvents
  readonly #teller: Teller
  readonly #walk: Walk
  readonly #hostIndex: (block: number, slot: number) => number
  /** Port numbers by index. */
  readonly #numbers: Uint16Array
  readonly #kept: PortSet
  /** Open blocks with their unfinished hosts. */
  readonly #blocks = new Map<Block, Set<Host>>()
  #begun = 0
  readonly #counts: {
    readonly outcomes: Record<ProbeOutcome, number>
    services: number
    attempts: number
  }
  /** Nothing follows any more from what is told. */
  #over = false

  constructor(plan: ScanPlan, order: Order, counts: Counts, teller: Teller, events: LedgerEvents) {
    this.#plan = plan
    this.#order = order
    this.#events = events
    this.#teller = teller
    this.#walk = walkOf(plan.targets.addresses)
    this.#hostIndex = order.hosts > 0 ? hostIndexOf(order) : () => 0
    this.#numbers = numbersOf(plan.ports)
    this.#kept = intersect(plan.kept, plan.ports)
    this.#counts = { ...counts, outcomes: { ...counts.outcomes } }
  }

  get counts(): Counts {
    return { ...this.#counts, outcomes: { ...this.#counts.outcomes } }
  }
  get begun(): number {
    return this.#begun
  }
  get isFinished(): boolean {
    return this.#blocks.size === 0 && this.#begun === this.#order.blocks
  }
  get openBlocks(): readonly OpenBlock[] {
    return [...this.#blocks].map(([block, hosts]) =>
      openBlockOf(block, slotsOf(hosts, 'banned'), slotsOf(hosts, 'collapsed')),
    )
  }
  number(port: number): number {
    return this.#numbers[port] as number
  }

  // Hosts come

  /** Opens the next block; false where there is none, or too many are open. */
  openMore(): boolean {
    if (this.#blocks.size >= openBlocksLimit || this.#begun >= this.#order.blocks) return false
    const number = this.#begun++
    this.#open(newBlock(number, hostsIn(this.#order, number), this.#order.ports), [], [])
    return true
  }

  resume(begun: number, blocks: readonly Resumed[]): void {
    this.#begun = begun
    for (const { block, banned, collapsed } of blocks) this.#open(block, banned, collapsed)
  }

  #open(block: Block, banned: readonly number[], collapsed: readonly number[]): void {
    const hosts = new Set<Host>()
    this.#blocks.set(block, hosts)
    const [shut, everywhere] = [new Set(banned), new Set(collapsed)]
    for (let slot = 0; slot < block.hosts; slot++) {
      const host = this.#hostAt(block, slot)
      if (!host) continue
      hosts.add(host)
      if (shut.has(slot)) this.ban(host)
      else if (everywhere.has(slot)) {
        host.mode = 'collapsed'
        this.#endRest(host)
      }
    }
    for (const host of [...hosts]) this.settle(host)
    this.#closeIfDone(block)
  }

  #hostAt(block: Block, slot: number): Host | undefined {
    const { scope, targets } = this.#plan
    const index = this.#hostIndex(block.number, slot)
    const address = this.#walk.at(index)
    const bare = admit(scope, address, null)
    if (bare.kind === 'refused') {
      // The scope was judged when the targets were read: this is the second lock.
      this.#refuse(block, slot, address)
      const { reason, message } = bare
      this.#teller.tellGap(gap(reason, `not scanned: ${message}`, null, message))
      return undefined
    }
    const name = targets.names.get(bare.target.text)
    const named = name === undefined ? bare : admit(scope, address, name)
    const target = named.kind === 'admitted' ? named.target : bare.target
    const { reachOf, now } = this.#events
    return newHost(block, slot, target, reachOf(target), portOrder(this.#order, index), now())
  }

  #refuse(block: Block, slot: number, address: Address): void {
    for (let port = 0; port < block.ports; port++)
      if (cellAt(block, slot, port).kind !== 'ended') {
        setEnded(block, slot, port, 'not-probed')
        this.#counts.outcomes['not-probed']++
      }
    this.#tellLines(block, slot, address, this.#events.now(), () => {})
  }

  // Pairs are begun and end

  /** The next port that is to be tried, in the host's own order, and which attempt it is: it is under way from here on. */
  take(host: Host): { readonly port: number; readonly attempt: number } | undefined {
    const { block, slot } = host
    for (let seen = 0; seen < block.ports && host.toTry > 0; seen++) {
      const port = host.order(host.cursor)
      host.cursor = (host.cursor + 1) % block.ports
      const attempt = attemptDue(block, slot, port)
      if (attempt === undefined) continue
      setUnderWay(block, slot, port, attempt)
      host.toTry--
      return { port, attempt }
    }
    return undefined
  }

  countAttempt(): void {
    this.#counts.attempts++
  }

  attemptOf(host: Host, port: number): number {
    const cell = cellAt(host.block, host.slot, port)
    return cell.kind === 'under-way' ? cell.attempt : 0
  }

  isAsked(host: Host, port: number): boolean {
    return stillAsked(host, this.number(port), this.#kept)
  }

  /** To be tried again, now or after a resume. */
  putBack(host: Host, port: number, attempt: number): void {
    if (this.isAsked(host, port)) {
      setToTry(host.block, host.slot, port, attempt)
      host.toTry++
    } else this.end(host, port, 'not-probed')
  }

  end(host: Host, port: number, outcome: ProbeOutcome): void {
    setEnded(host.block, host.slot, port, outcome)
    host.left--
    this.#counts.outcomes[outcome]++
  }

  /** It refused us: nothing more is asked of it. */
  ban(host: Host): void {
    if (host.mode === 'banned') return
    host.mode = 'banned'
    this.#endRest(host)
  }

  /** It answers on everything: one line instead of its services. */
  collapse(host: Host): void {
    host.mode = 'collapsed'
    for (const { port, service } of host.withheld.splice(0))
      if (contains(this.#kept, this.number(port))) this.tellService(host, port, service)
      else this.end(host, port, 'open')
    this.#endRest(host)
    const { text } = host.target
    this.#teller.tellGap(
      gap(
        'answers-on-everything',
        `${text} answers on everything (${host.opens} open ports so far, which say nothing or the same): no services; only the customary ports of FTP are looked at there`,
        null,
        text,
      ),
    )
  }

  /** Ends what is no longer asked: never tried is `not-probed`, known to be open stays so. */
  #endRest(host: Host): void {
    const { block, slot } = host
    for (let port = 0; port < block.ports && host.toTry > 0; port++) {
      if (attemptDue(block, slot, port) === undefined || this.isAsked(host, port)) continue
      this.end(host, port, 'not-probed')
      host.toTry--
    }
    for (const port of host.waiting.splice(0))
      if (this.isAsked(host, port)) host.waiting.push(port)
      else this.end(host, port, 'open')
  }

  // What is told

  /** Whatever a change at a host makes possible: more work, its last words, its end. */
  settle(host: Host): void {
    if (host.finished || this.#over) return
    if (isIdle(host) || host.mode !== 'probing') this.#tellWithheld(host)
    if (host.left > 0) {
      this.#events.line(host)
      return
    }
    host.finished = true
    this.#tellLines(host.block, host.slot, host.target.address, host.seen, () => {
      this.#blocks.get(host.block)?.delete(host)
      this.#closeIfDone(host.block)
    })
  }

  /** Tells what was learnt of hosts that have no end yet; what is still under way is as if it had not been begun. */
  flush(): void {
    this.#over = true
    for (const hosts of this.#blocks.values())
      for (const host of hosts) {
        this.#tellWithheld(host)
        this.#tellLines(host.block, host.slot, host.target.address, host.seen, () => {})
      }
  }

  tellService(host: Host, port: number, service: Service): void {
    this.#teller.tell({ kind: 'service', service }, () => {
      setServiceTold(host.block, host.slot, port)
      this.#counts.services++
      host.left--
      this.settle(host)
    })
  }

  #tellWithheld(host: Host): void {
    for (const { port, service } of host.withheld.splice(0)) this.tellService(host, port, service)
  }

  #tellLines(block: Block, slot: number, address: Address, seen: number, then: () => void): void {
    const lines = untold(block, slot, this.#numbers)
    let owed = lines.length
    if (owed === 0) then()
    for (const { outcome, ports } of lines)
      this.#teller.tell({ kind: 'probe', address, ports, transport: 'tcp', seen, outcome }, () => {
        markTold(block, slot, this.#numbers, [{ outcome, ports }])
        if (--owed === 0) then()
      })
  }

  #closeIfDone(block: Block): void {
    if (this.#blocks.get(block)?.size !== 0) return
    this.#blocks.delete(block)
    this.#events.closed()
  }
}

const slotsOf = (hosts: ReadonlySet<Host>, mode: Host['mode']): readonly number[] =>
  [...hosts].filter((host) => host.mode === mode).map(({ slot }) => slot)

function numbersOf(set: PortSet): Uint16Array {
  const numbers = new Uint16Array(count(set))
  let at = 0
  for (const [from, to] of toPairs(set))
    for (let port = from; port <= to; port++) numbers[at++] = port
  return numbers
}
