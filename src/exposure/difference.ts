/** What changed between two solutions, as traffic: the proof of a fix. */
import { formatAddress } from '../model/address.ts'
import * as addressSet from '../model/address-set.ts'
import type { Exposure, Verdict } from '../model/exposure.ts'
import { internet } from '../model/public-space.ts'
import type { Resource } from '../model/resource.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'

export interface Difference {
  readonly target: Resource
  /** Front and addresses by which the traffic enters. */
  readonly entry: string
  readonly verdict: Verdict
  /** Public traffic that had this verdict before and has it no more, and the other way round. */
  readonly lost: TrafficSet
  readonly gained: TrafficSet
}

/** Every target, entry and verdict whose public traffic is not the same in both; empty when nothing changed. */
export function differences(
  before: readonly Exposure[],
  after: readonly Exposure[],
): readonly Difference[] {
  const [old, now] = [groups(before), groups(after)]
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort()
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)]
    const group = (was ?? is) as Group
    const lost = trafficSet.subtract(
      was?.traffic ?? trafficSet.empty,
      is?.traffic ?? trafficSet.empty,
    )
    const gained = trafficSet.subtract(
      is?.traffic ?? trafficSet.empty,
      was?.traffic ?? trafficSet.empty,
    )
    if (trafficSet.isEmpty(lost) && trafficSet.isEmpty(gained)) return []
    return [{ target: group.target, entry: group.entry, verdict: group.verdict, lost, gained }]
  })
}

interface Group {
  readonly target: Resource
  readonly entry: string
  readonly verdict: Verdict
  readonly traffic: TrafficSet
}

/** One group for each address an exposure enters by, so that exposures that share addresses compare. */
function groups(exposures: readonly Exposure[]): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>()
  for (const { target, entry, verdict, transport, ports, sources } of exposures) {
    const addresses =
      entry.addresses.length > 0 ? entry.addresses.map(formatAddress) : [entry.names.join() || '-']
    const traffic = trafficSet.traffic(
      trafficSet.transportPorts({ [transport]: ports }),
      addressSet.intersect(sources, internet),
    )
    for (const address of addresses) {
      const where = entry.front ? `${entry.front.kind} ${entry.front.id} ${address}` : address
      const key = `${target.key}|${where}|${verdict}`
      const known = found.get(key)
      found.set(key, {
        target,
        entry: where,
        verdict,
        traffic: known ? trafficSet.union(known.traffic, traffic) : traffic,
      })
    }
  }
  return found
}
