/** Azure Firewalls translate what arrives at their public addresses, and send it on with an address of their own. */
import { type Address, formatAddress, parseAddress } from '../../../model/address.ts'
import * as addressSet from '../../../model/address-set.ts'
import type { Leg, PortMapping } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { allPorts, isPort, type PortSet, unionAll } from '../../../model/port-set.ts'
import { type TransportPorts, transportPorts, unionPorts } from '../../../model/traffic-set.ts'
import { type ArmKey, armKey, parentOf } from '../arm-id.ts'
import { readPortRange } from '../port-ranges.ts'
import { resourceOf } from '../resource-kind.ts'
import { type AzureFirewall, azureFirewalls, type NatRule } from '../resources/azure-firewall.ts'
import { firewallPolicies } from '../resources/firewall-policy.ts'
import { firewallPolicyRules } from '../resources/firewall-policy-rules.ts'
import { ipGroups } from '../resources/ip-group.ts'
import { subnets } from '../resources/subnet.ts'
import type { Balancers } from './balancers.ts'
import {
  answering,
  familiesOf,
  frontOf,
  frontSender,
  frontTarget,
  joinBarriers,
  type Linking,
  networkOf,
  passing,
  pathToFront,
  reachableNetworks,
  subnetOf,
} from './fronts.ts'
import { clients } from './interfaces.ts'
import { type Onward, onwardAt } from './onward.ts'
import type { World } from './world.ts'

export function linkFirewalls(linking: Linking, balancers: Balancers): void {
  const { world } = linking
  const rulesOfPolicy = new Map<ArmKey, NatRule[]>()
  for (const { policy, natRules } of world.draft.all(firewallPolicyRules).values())
    rulesOfPolicy.set(policy, [...(rulesOfPolicy.get(policy) ?? []), ...natRules])
  const firewalls = [...world.draft.all(azureFirewalls).values()]
  for (const firewall of firewalls) {
    const ofPolicy = firewall.policy ? (rulesOfPolicy.get(firewall.policy.key) ?? []) : []
    linkFirewall(firewall, [...firewall.natRules, ...ofPolicy], linking, balancers)
  }
  noteTraces(linking, firewalls)
}

interface Translation {
  readonly onward: Onward
  readonly mappings: PortMapping[]
  readonly gaps: Gap[]
}

function linkFirewall(
  firewall: AzureFirewall,
  rules: readonly NatRule[],
  linking: Linking,
  balancers: Balancers,
): void {
  const { world } = linking
  const [reference] = firewall.subnets
  const subnet = subnetOf(world, reference ?? null)
  const sender = frontSender(subnet)
  const network = reference ? networkOf(reference.key) : null
  const front = frontOf('azure-firewall', firewall)
  for (const { entry, family, gaps } of entriesOf(firewall, rules, linking)) {
    const byPlace = new Map<string, Translation>()
    const doubts: Gap[] = []
    let unread = transportPorts({})
    for (const rule of rules) {
      if (!speaksOf(rule, entry)) continue
      const read = readTranslation(rule, firewall, world)
      const address = parseAddress(rule.translatedAddress ?? '')
      const found = address ? onwardAt(address, network, sender, linking, balancers) : []
      if (found.length === 0) {
        doubts.push(backendGap(rule))
        unread = unionPorts(unread, read.ports)
      }
      for (const onward of found) {
        const key = `${onward.place.configuration.key}|${onward.legs.length}`
        const known = byPlace.get(key) ?? { onward, mappings: [], gaps: [] }
        known.mappings.push(...read.mappings)
        known.gaps.push(...read.gaps)
        byPlace.set(key, known)
      }
    }
    const published = { addresses: entry ? [entry] : [], names: [], front }
    const first: Leg = { stages: passing, destination: entry, scope: null, sender: clients }
    for (const { onward, mappings, gaps: unknown } of byPlace.values()) {
      onward.place.nic.hasFront = true
      world.paths.push({
        target: onward.place.nic.resource.key,
        entry: published,
        families: familiesOf(family),
        legs: [first, ...onward.legs],
        mappings: [mappings, ...onward.mappings],
        ports: null,
        barrier: joinBarriers([onward.chain], entry ? unknown : [...unknown, ...gaps]),
        gaps,
      })
    }
    if (doubts.length === 0) continue
    const resource = resourceOf('azure-firewall', firewall)
    frontTarget(world, resource, firewall.at, 'unknown')
    world.paths.push(
      pathToFront({
        resource,
        entry: published,
        families: familiesOf(family),
        stages: answering,
        scope: null,
        ports: unread,
        barrier: joinBarriers([], doubts),
        gaps,
      }),
    )
  }
}

interface FirewallEntry {
  /** Null where the firewall has an address whose value is not known. */
  readonly entry: Address | null
  readonly family: 4 | 6
  readonly gaps: readonly Gap[]
}

/** The firewall's public addresses, and those that its rules name although no document of them was given. */
function entriesOf(
  firewall: AzureFirewall,
  rules: readonly NatRule[],
  { addresses }: Linking,
): readonly FirewallEntry[] {
  const entries = new Map<string, FirewallEntry>()
  const add = (entry: Address, gaps: readonly Gap[] = []) =>
    entries.set(formatAddress(entry), { entry, family: entry.family, gaps })
  const unknown: Gap[] = []
  for (const reference of firewall.publicAddresses) {
    const { known, gaps } = addresses.of(reference)
    if (known?.address) add(known.address)
    else unknown.push(...gaps)
  }
  for (const address of firewall.hubAddresses) add(address)
  if (unknown.length > 0 || entries.size === 0)
    for (const { destinations } of rules)
      for (const { value } of destinations) {
        const address = parseAddress(value)
        if (address && !addressSet.contains(privateSpace, address)) add(address)
      }
  if (entries.size === 0 && rules.length > 0)
    return [{ entry: null, family: 4, gaps: [...unknown, addressGap(firewall)] }]
  return [...entries.values()]
}

/** Firewalls translate inside networks as well: RFC 1918, RFC 6598, RFC 4193. */
const privateSpace = addressSet.addresses(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
)

const addressGap = ({ at, name }: AzureFirewall): Gap =>
  gap('public-address-not-read', `no public address of firewall ${name} is known`, at)

/** Whether a rule is for this address: named, or any. */
function speaksOf({ destinations }: NatRule, entry: Address | null): boolean {
  return (
    entry === null ||
    destinations.some(({ value }) => {
      if (value === '*') return true
      const set = addressSet.parseAddresses(value)
      return set !== undefined && addressSet.contains(set, entry)
    })
  )
}

function readTranslation(
  rule: NatRule,
  firewall: AzureFirewall,
  world: World,
): {
  readonly mappings: readonly PortMapping[]
  readonly ports: TransportPorts
  readonly gaps: readonly Gap[]
} {
  const { element } = rule
  const read = rule.destinationPorts.map((range) => readPortRange(range, element.note))
  const ports: PortSet = unionAll(read.filter((range) => range !== null))
  const { sources, gaps } = sourcesOf(rule, world)
  const port = Number(rule.translatedPort)
  const to = rule.translatedPort !== null && isPort(port) && port > 0 ? port : 'same'
  const any = rule.protocols.length === 0 || rule.protocols.includes('any')
  const transports = (['tcp', 'udp'] as const).filter((one) => any || rule.protocols.includes(one))
  const because = {
    filter: firewall.id,
    rule: rule.name,
    set: sources ?? addressSet.all,
    source: element.at,
  }
  const shown = read.includes(null) ? allPorts : ports
  return {
    mappings: transports.map((transport) => ({ transport, ports, to, sources, because })),
    ports: transportPorts(Object.fromEntries(transports.map((transport) => [transport, shown]))),
    gaps: read.includes(null)
      ? [...gaps, gap('bad-port-range', 'a port range of this rule was not understood', element.at)]
      : gaps,
  }
}

/** Whose packets the rule translates; null is everybody's. */
function sourcesOf(
  { sources, sourceGroups, element }: NatRule,
  { draft }: World,
): { readonly sources: addressSet.AddressSet | null; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = []
  const sets: addressSet.AddressSet[] = []
  for (const { value, at } of sources) {
    const set = value === '*' ? addressSet.all : addressSet.parseAddresses(value)
    if (set) sets.push(set)
    else {
      const bad = gap('bad-cidr', `not an address or prefix: ${JSON.stringify(value)}`, at)
      element.note(bad)
      gaps.push(bad)
    }
  }
  for (const { value, at } of sourceGroups) {
    const group = draft.all(ipGroups).get(armKey(value))
    if (group) sets.push(group.set)
    else
      gaps.push(
        gap(
          'ip-groups-not-read',
          `${value} is referred to but was not given: add the output of \`az network ip-group list\``,
          at,
        ),
      )
  }
  // What is not known may be anybody; the gap then makes the whole way unknown.
  if (gaps.length > 0 || sets.length === 0) return { sources: null, gaps }
  const all = addressSet.unionAll(sets)
  return { sources: addressSet.equal(all, addressSet.all) ? null : all, gaps }
}

const backendGap = ({ name, translatedAddress, translatedFqdn, element }: NatRule): Gap =>
  gap(
    'backend-not-read',
    `DNAT rule ${name} leads to ${translatedFqdn ?? translatedAddress ?? 'an address that is not printed'}, which belongs to no interface that was read`,
    element.at,
  )

/** A firewall that was not read, or whose policy was not, may publish every interface that its network reaches. */
function noteTraces({ world, interfaces }: Linking, firewalls: readonly AzureFirewall[]): void {
  const unread = new Map<ArmKey, Gap>()
  const known = new Set(firewalls.flatMap(({ subnets: own }) => own.map(({ key }) => key)))
  for (const subnet of world.draft.all(subnets).values())
    if (subnet.key.endsWith('/azurefirewallsubnet') && !known.has(subnet.key))
      unread.set(
        subnet.network,
        traceGap(
          `an Azure Firewall in ${subnet.network}`,
          'az network firewall list',
          subnet.at,
          subnet.key,
        ),
      )
  for (const firewall of firewalls) {
    const [subnet] = firewall.subnets
    if (subnet && firewall.policy && !isPolicyRead(firewall.policy.key, world))
      unread.set(
        networkOf(subnet.key),
        traceGap(
          `the rules of firewall policy ${firewall.policy.id}`,
          'az network firewall policy rule-collection-group list',
          firewall.policy.at,
          firewall.policy.key,
        ),
      )
  }
  if (unread.size === 0) return
  const reached = new Map<ArmKey, Gap[]>()
  for (const [network, reason] of unread)
    for (const one of reachableNetworks(world, network))
      reached.set(one, [...(reached.get(one) ?? []), reason])
  for (const { record, traces } of interfaces.all) {
    const networks = new Set(
      record.ipConfigurations.map(({ subnet }) => networkOf(subnet?.key ?? '')),
    )
    for (const network of networks) traces.push(...(reached.get(network) ?? []))
  }
}

/** All rule collection groups that the policy names were read; without the policy itself, at least one of them. */
function isPolicyRead(policy: ArmKey, { draft }: World): boolean {
  const groups = draft.all(firewallPolicyRules)
  const named = draft.all(firewallPolicies).get(policy)?.groups
  if (named) return named.every((key) => groups.has(key))
  return [...groups.keys()].some((key) => parentOf(key) === policy)
}

const traceGap = (what: string, command: string, at: Gap['source'], key: ArmKey): Gap =>
  gap(
    'front-not-read',
    `${what} may publish this and was not given: add the output of \`${command}\``,
    at,
    key,
  )
