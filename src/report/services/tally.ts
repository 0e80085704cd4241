/** What a scan comes to in numbers: ports by outcome, what coverage says, and what nobody looked at. */
import { type Address, formatAddress } from '../../model/address.ts'
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import type { Gap } from '../../model/gap.ts'
import { count, equal, noPorts, type PortSet, subtract, union } from '../../model/port-set.ts'
import type { ProbeOutcome } from '../../model/service.ts'
import type { Sighting } from '../../model/sighting.ts'

/** Outcomes that say nothing of the port itself. */
export const blindOutcomes = ['banned', 'not-probed', 'error'] as const
export type BlindOutcome = (typeof blindOutcomes)[number]

/** Addresses named for each such outcome, gaps of each reason named and reasons; the rest is counted. */
const mostNamed = 5000
const mostReasons = 200

export interface Unseen {
  readonly address: Address
  readonly ports: PortSet
}
export interface OpenPorts {
  readonly address: Address
  /** Open, and no service line tells what answers. */
  readonly silent: PortSet
}

export function scanTally() {
  const ports: Record<ProbeOutcome, number> = {
    open: 0,
    closed: 0,
    filtered: 0,
    unreachable: 0,
    banned: 0,
    'not-probed': 0,
    error: 0,
  }
  const open = new Map<string, { address: Address; all: PortSet; told: PortSet }>()
  const unseen: Record<BlindOutcome, Map<string, Unseen>> = {
    banned: new Map(),
    'not-probed': new Map(),
    error: new Map(),
  }
  const gaps = new Map<string, { first: Gap; count: number }>()
  let addresses: AddressSet = addressSet.empty
  let covered: PortSet = noPorts
  let coverages = 0
  let complete = true
  let isUniform = true

  function opened(address: Address, found: PortSet, told: PortSet): void {
    const key = formatAddress(address)
    const before = open.get(key) ?? { address, all: noPorts, told: noPorts }
    open.set(key, {
      address,
      all: union(before.all, found),
      told: told.length > 0 ? union(before.told, told) : before.told,
    })
  }
  function missed(outcome: BlindOutcome, address: Address, missing: PortSet): void {
    const key = formatAddress(address)
    const before = unseen[outcome].get(key)
    if (before === undefined && unseen[outcome].size >= mostNamed) return
    unseen[outcome].set(key, { address, ports: union(before?.ports ?? noPorts, missing) })
  }

  return {
    take(sighting: Sighting): void {
      switch (sighting.kind) {
        case 'service': {
          const { address, port } = sighting.service
          opened(address, [port, port], [port, port])
          return
        }
        case 'probe': {
          const { outcome, address } = sighting
          if (outcome === 'open') opened(address, sighting.ports, noPorts)
          else ports[outcome] += count(sighting.ports)
          if (outcome === 'banned' || outcome === 'not-probed' || outcome === 'error')
            missed(outcome, address, sighting.ports)
          return
        }
        case 'coverage':
          isUniform &&= coverages === 0 || equal(covered, sighting.ports)
          coverages++
          complete &&= sighting.complete
          addresses = addressSet.union(addresses, sighting.addresses)
          covered = union(covered, sighting.ports)
          return
        case 'gap': {
          const { reason } = sighting.gap
          const known = gaps.get(reason)
          if (known) {
            known.count++
            // The same one is named in whatever order they came.
            if (sighting.gap.key < known.first.key) known.first = sighting.gap
          } else if (gaps.size < mostReasons) gaps.set(reason, { first: sighting.gap, count: 1 })
        }
      }
    },
    /** Ports by outcome; an open one counts once, with a probe line or a service line or both. */
    ports(): Readonly<Record<ProbeOutcome, number>> {
      let total = 0
      for (const { all } of open.values()) total += count(all)
      return { ...ports, open: total }
    },
    /** Open ports of which no service line tells what answers. */
    silent: (): readonly OpenPorts[] =>
      [...open.values()]
        .map(({ address, all, told }) => ({ address, silent: subtract(all, told) }))
        .filter(({ silent }) => silent.length > 0),
    unseen: (outcome: BlindOutcome): readonly Unseen[] => [...unseen[outcome].values()],
    gaps: (): readonly { readonly first: Gap; readonly count: number }[] => [...gaps.values()],
    /**
     * Null: no coverage line came, so nothing can be said of what is not there. Only where it is uniform each of the
     * addresses was looked at on each of the ports.
     */
    coverage: () => (coverages === 0 ? null : { addresses, ports: covered, isUniform, complete }),
    /** Everything that was to be looked at was. */
    isWhole: (): boolean =>
      coverages > 0 && complete && blindOutcomes.every((outcome) => ports[outcome] === 0),
  }
}
export type ScanTally = ReturnType<typeof scanTally>

/** How many addresses a set holds, as one number. */
export function addressCount(set: AddressSet): bigint {
  const { v4, v6 } = addressSet.size(set)
  return BigInt(v4) + v6
}

/** By address (IPv4 first), for sorting. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}
