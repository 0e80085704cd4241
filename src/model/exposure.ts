import type { Address } from './address.ts'
import type { AddressSet } from './address-set.ts'
import type { Front } from './estate.ts'
import type { Gap } from './gap.ts'
import type { PortSet } from './port-set.ts'
import type { Resource } from './resource.ts'
import type { Source } from './source.ts'
import type { Transport } from './traffic-set.ts'

export const verdicts = [
  'reachable',
  'unknown',
  'blocked',
  'open-but-unreachable',
  'unattached',
] as const
export type Verdict = (typeof verdicts)[number]
export type Certainty = 'certain' | 'possible'

/** One maximal piece of reach worth a line. */
export interface Exposure {
  /** Stable over runs, file names and orders: target, entry, transport, ports. */
  readonly key: string
  readonly target: Resource
  readonly machine: Resource | null
  readonly entry: {
    readonly addresses: readonly Address[]
    readonly names: readonly string[]
    readonly front: Front | null
  }
  readonly privateAddresses: readonly Address[]
  readonly transport: Transport
  /** As the internet sees them; for ICMP type × 256 + code, for `other` protocol numbers. */
  readonly ports: PortSet
  /** At the target; equal to `ports` where no front maps them. */
  readonly targetPorts: PortSet
  /** As the filters admit them, private space included. */
  readonly sources: AddressSet
  readonly verdict: Verdict
  readonly certainty: Certainty
  /** One line where the verdict is not `reachable`, or where something else must be said. */
  readonly reason: string | null
  readonly gaps: readonly Gap[]
  /** The witness's way, a step a stage. */
  readonly path: readonly Step[]
  /** Every rule that admits any of it. */
  readonly rules: readonly Step[]
  readonly witness: Witness
}

export interface Step {
  readonly leg: number
  readonly stage: string
  readonly filter: string | null
  readonly rule: string | null
  readonly source: Source | null
}

export interface Witness {
  readonly source: Address
  readonly sourcePort: number | null
  readonly destination: Address | null
  readonly transport: Transport
  /** Port, ICMP type × 256 + code, or protocol number. */
  readonly port: number
}
