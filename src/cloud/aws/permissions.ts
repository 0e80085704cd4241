/**
 * The permissions of a security group: IpPermissions and IpPermissionsEgress of describe-security-groups. One rule is one
 * peer × one port range. This is read a million times in large estates, so it walks the lists by hand.
 */

import * as addressSet from '../../model/address-set.ts'
import type { Peer, Rule } from '../../model/estate.ts'
import { gap } from '../../model/gap.ts'
import { allPorts } from '../../model/port-set.ts'
import { below, type Source } from '../../model/source.ts'
import { everyPort } from '../../model/traffic-set.ts'
import { isObject, type JsonObject } from '../decode.ts'
import type { Draft } from './draft.ts'
import type { What } from './lexicon.ts'
import { badCidr } from './resource-file.ts'

type PeerReader = (element: JsonObject, at: Source, draft: Draft) => Peer

const peerLists: Readonly<Record<string, PeerReader>> = {
  IpRanges: (element, at, draft) => readCidr(element, 'CidrIp', at, draft),
  Ipv6Ranges: (element, at, draft) => readCidr(element, 'CidrIpv6', at, draft),
  PrefixListIds: (element, at, draft) => {
    const id = element['PrefixListId']
    if (typeof id === 'string' && id !== '') return draft.words.prefixList(id)
    return unknownPeer('missing-member', 'a prefix list without PrefixListId', at, draft)
  },
  UserIdGroupPairs: readGroupPair,
}

export function readPermissions(
  group: JsonObject,
  member: 'IpPermissions' | 'IpPermissionsEgress',
  at: Source,
  draft: Draft,
): readonly Rule[] {
  const list = group[member] ?? []
  const rules: Rule[] = []
  if (!Array.isArray(list)) {
    const place = below(at, member)
    rules.push(
      unknownRule(unknownPeer('wrong-type', 'expected a list of permissions', place, draft), place),
    )
    return rules
  }
  for (let i = 0; i < list.length; i++) {
    const permission: unknown = list[i]
    const place = below(at, member, i)
    if (isObject(permission)) readPermission(permission, place, draft, rules)
    else
      rules.push(
        unknownRule(unknownPeer('wrong-type', 'expected a permission', place, draft), place),
      )
  }
  return rules
}

function readPermission(permission: JsonObject, at: Source, draft: Draft, rules: Rule[]): void {
  const what = draft.words.what(
    permission['IpProtocol'],
    permission['FromPort'],
    permission['ToPort'],
  )
  noteProblem(what, at, draft)
  for (const member in permission) {
    if (member === 'IpProtocol' || member === 'FromPort' || member === 'ToPort') continue
    const value = permission[member]
    const readPeer = Object.hasOwn(peerLists, member) ? peerLists[member] : undefined
    if (readPeer && Array.isArray(value))
      for (let i = 0; i < value.length; i++) {
        const place = below(at, member, i)
        const element: unknown = value[i]
        const peer = isObject(element)
          ? readPeer(element, place, draft)
          : unknownPeer('wrong-type', 'expected an object', place, draft)
        rules.push(allow(null, describe(element), what, peer, place))
      }
    else if (!isNothing(value)) {
      const place = below(at, member)
      const peer = unknownPeer(
        'unknown-member',
        `${member} of a permission is not understood, so its rule may admit anybody`,
        place,
        draft,
      )
      rules.push(allow(null, null, what, peer, place))
    }
  }
}

export const allow = (
  id: string | null,
  name: string | null,
  { what, perhaps }: What,
  peer: Peer,
  source: Source,
): Rule => ({
  id,
  name,
  action: 'allow',
  order: 0,
  peer,
  what,
  perhaps,
  sourcePorts: allPorts,
  destination: null,
  source,
})

const unknownRule = (peer: Peer, at: Source): Rule =>
  allow(null, null, { what: everyPort, perhaps: null, problem: null }, peer, at)

export function noteProblem({ problem }: What, at: Source, draft: Draft): void {
  if (problem) draft.note(gap(problem.reason, problem.message, at))
}

const describe = (element: unknown): string | null => {
  const text = isObject(element) ? element['Description'] : null
  return typeof text === 'string' && text !== '' ? text : null
}

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

function readCidr(element: JsonObject, member: string, at: Source, draft: Draft): Peer {
  const text = element[member]
  return cidrPeer(text, at, draft)
}

export function cidrPeer(text: unknown, at: Source, draft: Draft): Peer {
  const peer = typeof text === 'string' ? draft.words.cidr(text) : undefined
  if (peer) return peer
  const problem = badCidr(text, at)
  draft.note(problem)
  return { kind: 'unknown', gap: problem }
}

export function unknownPeer(reason: string, message: string, at: Source, draft: Draft): Peer {
  const problem = gap(reason, message, at)
  draft.note(problem)
  return { kind: 'unknown', gap: problem }
}

const nobody: Peer = { kind: 'addresses', set: addressSet.empty }

/** A pair of describe-security-groups or the ReferencedGroupInfo of a rule: the same words. */
export function readGroupPair(pair: JsonObject, at: Source, draft: Draft): Peer {
  const id = pair['GroupId']
  if (typeof id !== 'string' || id === '') return namelessGroup(pair, at, draft)
  const status = pair['PeeringStatus']
  if (typeof status === 'string' && status !== '' && status !== 'active') {
    draft.note(
      gap(
        'peering-not-active',
        `the peering towards ${id} is ${status}: nothing comes from it`,
        at,
      ),
    )
    return nobody
  }
  if (!draft.references.has(id)) {
    const account = pair['UserId']
    draft.references.set(id, {
      account: typeof account === 'string' ? account : null,
      isPeered: !isNothing(pair['VpcPeeringConnectionId']),
      at,
    })
  }
  return draft.words.group(id)
}

/** Only a name (EC2-Classic): some group, so never the internet, but nobody knows which. */
function namelessGroup(pair: JsonObject, at: Source, draft: Draft): Peer {
  draft.note(gap('group-without-id', 'a referenced security group has no GroupId', at))
  return draft.words.group(`?${String(pair['GroupName'] ?? '')}`)
}
