/** What fronts name, found by name: listeners, target groups and their targets, interfaces. */
import { type Address, formatAddress } from '../../model/address.ts'
import type {
  BalancerRecord,
  InterfaceRecord,
  ListenerRecord,
  Place,
  TargetGroupRecord,
  TargetHealthRecord,
} from './records.ts'
import type { Scene } from './scene.ts'

export interface Lookup {
  readonly listeners: ReadonlyMap<string, readonly ListenerRecord[]>
  readonly rules: ReadonlyMap<string, readonly Scene['draft']['listenerRules'][number][]>
  readonly groups: ReadonlyMap<string, TargetGroupRecord>
  readonly balancers: ReadonlyMap<string, BalancerRecord>
  primaryOf(instanceId: string): InterfaceRecord | undefined
  /** The interface with a private address in a network. */
  holderOf(vpcId: string | null, address: Address): InterfaceRecord | undefined
  /** Undefined where the health of a target group was not read. */
  targetsOf(group: TargetGroupRecord): readonly TargetHealthRecord[] | undefined
  /** The attribute, or undefined where it was not read. */
  preservesClient(group: TargetGroupRecord): boolean | undefined
}

export function lookup(scene: Scene): Lookup {
  const { draft, atlas } = scene
  // Nothing but fronts asks for these, and large estates may have none.
  let found: ReturnType<typeof indexInterfaces> | undefined
  const index = () => {
    found ??= indexInterfaces(scene.interfaces)
    return found
  }
  const groups = new Map(draft.targetGroups.map((group) => [group.id, group]))
  const namesakes = groupBy([...groups.values()], ({ name }) => name)
  // Files are named by a target group's name, which several accounts and regions may share.
  const isOf = (
    group: TargetGroupRecord,
    record: { readonly origin: TargetHealthRecord['origin'] },
  ) => {
    const rivals = namesakes.get(group.name) ?? []
    if (rivals.length < 2) return true
    return scene.atlas
      .placesOf(record.origin)
      .some((place) => same(place, atlas.placeOf(group, group.vpcId)))
  }
  const health = groupBy(draft.targetHealth, ({ groupName }) => groupName ?? '')
  const read = groupBy(draft.healthRead, ({ id }) => id)
  const attributes = groupBy(draft.attributes, ({ ownerName }) => ownerName ?? '')
  return {
    listeners: groupBy(
      [...new Map(draft.listeners.map((one) => [one.id, one])).values()],
      ({ balancerArn }) => balancerArn,
    ),
    rules: groupBy(
      [...new Map(draft.listenerRules.map((one) => [one.id, one])).values()],
      ({ listenerArn }) => listenerArn,
    ),
    groups,
    balancers: new Map(draft.balancers.map((one) => [one.id, one])),
    primaryOf: (instanceId) => index().byInstance.get(instanceId),
    holderOf: (vpcId, address) => index().byAddress.get(`${vpcId}|${formatAddress(address)}`),
    targetsOf: (group) =>
      read.get(group.name)?.some((one) => isOf(group, one))
        ? (health.get(group.name) ?? []).filter((one) => isOf(group, one))
        : undefined,
    preservesClient: (group) => {
      const own = attributes.get(group.name)?.find((one) => isOf(group, one))
      return own && own.value === 'true'
    },
  }
}

function indexInterfaces(interfaces: readonly InterfaceRecord[]) {
  const byInstance = new Map<string, InterfaceRecord>()
  const byAddress = new Map<string, InterfaceRecord>()
  for (const one of interfaces) {
    const { instanceId, isPrimary, vpcId, pairs, ip6 } = one
    if (instanceId !== null && (isPrimary || !byInstance.has(instanceId)))
      byInstance.set(instanceId, one)
    for (const address of [...pairs.flatMap((pair) => pair.private ?? []), ...ip6])
      byAddress.set(`${vpcId}|${formatAddress(address)}`, one)
  }
  return { byInstance, byAddress }
}

const same = (a: Place, b: Place): boolean => a.account === b.account && a.region === b.region

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const group = groups.get(key(value))
    if (group) group.push(value)
    else groups.set(key(value), [value])
  }
  return groups
}
