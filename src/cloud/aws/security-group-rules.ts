/** describe-security-group-rules: one rule an element, with an id of its own. */

import type { Peer } from '../../model/estate.ts'
import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import { type JsonObject, readBoolean, readObject, readText } from '../decode.ts'
import type { Draft } from './draft.ts'
import { allow, cidrPeer, noteProblem, readGroupPair, unknownPeer } from './permissions.ts'
import { has, locate, placeOfArn, type ResourceFile, required } from './resource-file.ts'

export const securityGroupRules: ResourceFile = {
  collection: 'security-group-rules',
  members: ['SecurityGroupRules'],
  matches: (element) => has(element, 'SecurityGroupRuleId', 'GroupId'),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'SecurityGroupRuleId', at, note)
    const groupId = required(element, 'GroupId', at, note)
    if (id === undefined || groupId === undefined) return
    const arn = placeOfArn(readText(element, 'SecurityGroupRuleArn', at, note))
    const account = readText(element, 'GroupOwnerId', at, note) ?? arn.account
    const what = draft.words.what(element['IpProtocol'], element['FromPort'], element['ToPort'])
    noteProblem(what, at, draft)
    const isEgress = readBoolean(element, 'IsEgress', at, note)
    if (isEgress === null)
      note(gap('missing-member', 'IsEgress is missing: the rule is taken for an inbound one', at))
    draft.groupRules.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: arn.region }, groupId),
      groupId,
      isEgress: isEgress ?? false,
      rule: allow(
        id,
        readText(element, 'Description', at, note),
        what,
        readPeer(element, at, draft),
        at,
      ),
    })
  },
}

const known = new Set([
  'SecurityGroupRuleId',
  'SecurityGroupRuleArn',
  'GroupId',
  'GroupOwnerId',
  'IsEgress',
  'IpProtocol',
  'FromPort',
  'ToPort',
  'Description',
  'Tags',
])

/** Exactly one of the four kinds of peer stands in a rule; anything else is not understood. */
function readPeer(element: JsonObject, at: Source, draft: Draft): Peer {
  const peers: Peer[] = []
  for (const member of Object.keys(element)) {
    const value = element[member]
    if (known.has(member) || value === null || value === '') continue
    const place = below(at, member)
    if (member === 'CidrIpv4' || member === 'CidrIpv6') peers.push(cidrPeer(value, place, draft))
    else if (member === 'PrefixListId' && typeof value === 'string')
      peers.push(draft.words.prefixList(value))
    else if (member === 'ReferencedGroupInfo') {
      const pair = readObject(element, member, at, draft.note)
      if (pair) peers.push(readGroupPair(pair, place, draft))
    } else
      peers.push(
        unknownPeer(
          'unknown-member',
          `${member} of a security group rule is not understood, so it may admit anybody`,
          place,
          draft,
        ),
      )
  }
  const [first] = peers
  if (first === undefined)
    return unknownPeer('missing-member', 'a security group rule without a peer', at, draft)
  return peers.length === 1 ? first : { kind: 'any-of', peers }
}
