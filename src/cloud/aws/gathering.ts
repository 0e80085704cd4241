/** What a balancer's listeners lead to, gathered by where it goes. */
import { type Address, formatAddress } from '../../model/address.ts'
import type { PortMapping } from '../../model/estate.ts'
import type { Gap } from '../../model/gap.ts'
import { isPort } from '../../model/port-set.ts'
import type { BalancerRecord, InterfaceRecord } from './records.ts'

export type Destination =
  | { readonly kind: 'interface'; readonly to: InterfaceRecord; readonly address: Address | null }
  | { readonly kind: 'balancer'; readonly to: BalancerRecord }

export interface Forward {
  readonly destination: Destination
  /** The client's own address reaches the target. */
  readonly keepsClient: boolean
  readonly mappings: PortMapping[]
  readonly gaps: Set<Gap>
}

export interface Forwards {
  readonly forwards: readonly Forward[]
  /** Listener ports that answer at the balancer: redirects, fixed answers, functions, targets that are not known. */
  readonly ends: readonly Listening[]
  /** Null where the listeners were not read: any port may answer. */
  readonly listening: readonly Listening[] | null
  /** What keeps some of its targets unknown. */
  readonly hidden: readonly Gap[]
}

export interface Listening {
  readonly transport: 'tcp' | 'udp'
  readonly port: number
}

export function listeningOf({
  port,
  protocol,
}: {
  readonly port: number
  readonly protocol: string
}): readonly Listening[] {
  if (!isPort(port)) return []
  switch (protocol) {
    case 'UDP':
    case 'QUIC':
      return [{ transport: 'udp', port }]
    case 'TCP_UDP':
    case 'TCP_QUIC':
      return [
        { transport: 'tcp', port },
        { transport: 'udp', port },
      ]
    default:
      return [{ transport: 'tcp', port }]
  }
}

/** Gathers by destination, so that each target has one path with all of its ports. */
export class Gathering {
  readonly #balancer: BalancerRecord
  readonly #forwards = new Map<string, Forward>()
  readonly #ends = new Map<string, Listening>()
  readonly #hidden = new Map<string, Gap>()
  constructor(balancer: BalancerRecord) {
    this.#balancer = balancer
  }
  end(listener: { readonly port: number; readonly protocol: string }): void {
    for (const one of listeningOf(listener)) this.#ends.set(`${one.transport}${one.port}`, one)
  }
  hide(one: Gap): void {
    this.#hidden.set(one.key, one)
  }
  forward(
    destination: Destination,
    keepsClient: boolean,
    assumed: Gap | null,
    mapping: PortMapping,
  ): void {
    // A chain that comes back to where it began ends there.
    if (destination.kind === 'balancer' && destination.to === this.#balancer) return
    const address = destination.kind === 'interface' && destination.address
    const { to } = destination
    const key = `${'key' in to ? to.key : to.id}|${address ? formatAddress(address) : ''}|${keepsClient}`
    const known = this.#forwards.get(key) ?? {
      destination,
      keepsClient,
      mappings: [],
      gaps: new Set(),
    }
    this.#forwards.set(key, known)
    known.mappings.push(mapping)
    if (assumed) known.gaps.add(assumed)
  }
  result(listening: readonly Listening[] | null): Forwards {
    return {
      forwards: [...this.#forwards.values()],
      ends: [...this.#ends.values()],
      listening,
      hidden: [...this.#hidden.values()],
    }
  }
}
