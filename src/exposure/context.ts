/** What holds while one leg is evaluated, and what a peer means there. */
import type { Address } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import {
  type AddressBounds,
  exactly,
  type TrafficBounds,
  unionAddresses,
  unknownAddresses,
} from '../model/bounds.ts'
import type { Estate, Filter, Leg, Peer, Rule } from '../model/estate.ts'
import { type Gap, gap } from '../model/gap.ts'
import * as portSet from '../model/port-set.ts'
import { internet, notInternet } from '../model/public-space.ts'
import type { ResourceId } from '../model/resource.ts'
import * as trafficSet from '../model/traffic-set.ts'

export interface Context {
  readonly estate: Estate
  readonly scope: string | null
  /** Where the packet goes as the filters see it; empty is not known, a second is what they may see instead. */
  readonly destinations: readonly Address[]
  /** Any source port of the class at hand: rules treat all of the class alike. Null: every rule's source ports match. */
  readonly sourcePort: number | null
  /**
   * Whose traffic is asked about: ports that none of them may use can be left out of an answer. Null: everybody, private
   * senders included.
   */
  readonly clients: AddressSet | null
  /** Groups that the sender counts as a member of, whatever its address. */
  readonly groups: readonly ResourceId[]
}

export const contextOf = (estate: Estate, leg: Leg, sourcePort: number | null): Context => ({
  estate,
  scope: leg.scope,
  destinations: [leg.destination, leg.orDestination].filter((address) => address != null),
  sourcePort,
  clients: leg.sender.kind === 'client' ? internet : null,
  groups: leg.sender.groups,
})

const everyone = exactly(addressSet.all)
/** An unknown group holds private addresses only: a group is never the internet by itself. */
const unknownGroup: AddressBounds = { certain: addressSet.empty, possible: notInternet }

export function addressesOf(peer: Peer, context: Context): AddressBounds {
  switch (peer.kind) {
    case 'addresses':
      return exactly(peer.set)
    case 'group': {
      if (context.groups.includes(peer.id)) return everyone
      const members = context.estate.groups.get(peer.id)
      return members ? withoutInternet(members) : unknownGroup
    }
    case 'named':
      return named(peer.name, context)?.set ?? unknownAddresses
    case 'unknown':
      return unknownAddresses
    case 'any-of':
      return unionAddresses(peer.peers.map((one) => addressesOf(one, context)))
  }
}

const named = (name: string, { estate, scope }: Context) =>
  (scope === null ? undefined : estate.names.get(`${scope}|${name}`)) ?? estate.names.get(name)

const withoutInternet = ({ certain, possible }: AddressBounds): AddressBounds => ({
  certain: addressSet.intersect(certain, notInternet),
  possible: addressSet.intersect(possible, notInternet),
})

/** Why a peer is not known exactly. */
export function gapsOf(peer: Peer, context: Context): readonly Gap[] {
  switch (peer.kind) {
    case 'addresses':
    case 'group':
      return []
    case 'unknown':
      return [peer.gap]
    case 'named': {
      const known = named(peer.name, context)
      if (known) return known.gap ? [known.gap] : []
      return [
        gap(
          'unresolved-name',
          `nothing says which addresses ${peer.name} stands for`,
          null,
          peer.name,
        ),
      ]
    }
    case 'any-of':
      return peer.peers.flatMap((one) => gapsOf(one, context))
  }
}

/** Whether a rule speaks of the packet's destination and source port at all. */
export type Application = 'yes' | 'maybe' | 'no'

export function applies(rule: Rule, context: Context): Application {
  if (context.sourcePort !== null && !portSet.contains(rule.sourcePorts, context.sourcePort))
    return 'no'
  return rule.destination === null ? 'yes' : names(rule.destination, context)
}

function names(destination: Peer, context: Context): Application {
  const { certain, possible } = addressesOf(destination, context)
  const { destinations } = context
  if (destinations.length === 0)
    return addressSet.isEmpty(possible)
      ? 'no'
      : addressSet.equal(certain, addressSet.all)
        ? 'yes'
        : 'maybe'
  const [seen] = destinations
  if (seen && addressSet.contains(certain, seen)) return 'yes'
  return destinations.some((address) => addressSet.contains(possible, address)) ? 'maybe' : 'no'
}

/** The traffic one rule matches, whatever the rules before it. */
export function matchedBy(rule: Rule, context: Context): TrafficBounds {
  const application = applies(rule, context)
  if (application === 'no') return exactly(trafficSet.empty)
  const peer = addressesOf(rule.peer, context)
  const certain = trafficSet.traffic(rule.what, peer.certain)
  const isExact = peer.certain === peer.possible && rule.perhaps === null && application === 'yes'
  if (isExact) return exactly(certain)
  return {
    certain: application === 'yes' ? certain : trafficSet.empty,
    possible: trafficSet.traffic(possibleWhat(rule), peer.possible),
  }
}

export const possibleWhat = (rule: Rule): trafficSet.TransportPorts =>
  rule.perhaps === null ? rule.what : trafficSet.unionPorts(rule.what, rule.perhaps)

/** Why a rule's part in an answer is only possible. */
export function gapsOfRule(rule: Rule, context: Context): readonly Gap[] {
  const peer = gapsOf(rule.peer, context)
  const perhaps =
    rule.perhaps === null
      ? []
      : [
          gap(
            'rule-may-match',
            `rule ${rule.name ?? rule.id ?? 'without a name'} may match more than is certain`,
            rule.source,
          ),
        ]
  const destination =
    applies(rule, context) === 'maybe'
      ? [
          gap(
            'destination-not-known',
            `rule ${rule.name ?? rule.id ?? 'without a name'} is limited to a destination that may not be the one the filter sees`,
            rule.source,
          ),
        ]
      : []
  return [...peer, ...perhaps, ...destination]
}

/** What of a context a filter's answer depends on: contexts with equal text give equal answers. */
export function contextKey(filter: Filter, rules: readonly Rule[], context: Context): string {
  const profile = profileOf(rules)
  const destination = profile.destinations
    .map((rule) => applies({ ...rule, sourcePorts: portSet.allPorts }, context)[0])
    .join('')
  const sourcePort = profile.hasSourcePorts ? context.sourcePort : ''
  const groups = profile.hasGroups ? context.groups.join() : ''
  const scope = profile.hasNames ? context.scope : ''
  return `${context.clients ? '' : 'all '}${filter.resource.key}|${destination}|${sourcePort}|${groups}|${scope}`
}

interface Profile {
  readonly destinations: readonly Rule[]
  readonly hasSourcePorts: boolean
  readonly hasGroups: boolean
  readonly hasNames: boolean
}
const profiles = new WeakMap<readonly Rule[], Profile>()

export function profileOf(rules: readonly Rule[]): Profile {
  const known = profiles.get(rules)
  if (known) return known
  const destinations = new Map<string, Rule>()
  let [hasSourcePorts, hasGroups, hasNames] = [false, false, false]
  for (const rule of rules) {
    if (rule.destination !== null) {
      destinations.set(peerKey(rule.destination), rule)
      hasGroups ||= mentions(rule.destination, 'group')
      hasNames ||= mentions(rule.destination, 'named')
    }
    hasSourcePorts ||= !portSet.equal(rule.sourcePorts, portSet.allPorts)
    hasGroups ||= mentions(rule.peer, 'group')
    hasNames ||= mentions(rule.peer, 'named')
  }
  const profile = { destinations: [...destinations.values()], hasSourcePorts, hasGroups, hasNames }
  profiles.set(rules, profile)
  return profile
}

const mentions = (peer: Peer, kind: Peer['kind']): boolean =>
  peer.kind === kind || (peer.kind === 'any-of' && peer.peers.some((one) => mentions(one, kind)))

/** Text that tells peers apart. */
export function peerKey(peer: Peer): string {
  switch (peer.kind) {
    case 'addresses':
      return addressSet.toCidrs(peer.set).join()
    case 'group':
      return peer.id
    case 'named':
      return peer.name
    case 'unknown':
      return `?${peer.gap.key}`
    case 'any-of':
      return peer.peers.map(peerKey).join()
  }
}
