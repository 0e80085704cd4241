/** describe-network-acls */
import type { Peer, Rule } from '../../model/estate.ts'
import { gap } from '../../model/gap.ts'
import { allPorts } from '../../model/port-set.ts'
import { below, type Source } from '../../model/source.ts'
import { type JsonObject, readNumber, readObject, readObjects, readText } from '../decode.ts'
import type { Draft } from './draft.ts'
import { cidrPeer, noteProblem } from './permissions.ts'
import { has, locate, nameTag, type ResourceFile, required, texts } from './resource-file.ts'

export const networkAcls: ResourceFile = {
  collection: 'network-acls',
  members: ['NetworkAcls'],
  matches: (element) =>
    has(element, 'NetworkAclId') && (has(element, 'Entries') || has(element, 'Associations')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'NetworkAclId', at, note)
    if (id === undefined) return
    const vpcId = readText(element, 'VpcId', at, note)
    const account = readText(element, 'OwnerId', at, note)
    const subnetIds = texts(element, 'Associations', 'SubnetId', at, note)
    const entries = readObjects(element, 'Entries', at, note).map(({ value, at: place }) => ({
      isEgress: value['Egress'] === true,
      rule: readEntry(value, place, draft),
    }))
    draft.acls.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: null }, vpcId, ...subnetIds),
      name: nameTag(element, 'Tags', at, note),
      vpcId,
      subnetIds,
      isDefault: element['IsDefault'] === true,
      inbound: entries.filter(({ isEgress }) => !isEgress).map(({ rule }) => rule),
      outbound: entries.filter(({ isEgress }) => isEgress).map(({ rule }) => rule),
    })
  },
}

function readEntry(element: JsonObject, at: Source, draft: Draft): Rule {
  const { note } = draft
  const protocol = element['Protocol']
  const ports = readObject(element, 'PortRange', at, note)
  const icmp = readObject(element, 'IcmpTypeCode', at, note)
  const range = ports ?? icmp
  const what = draft.words.what(
    protocol,
    ports ? ports['From'] : (icmp?.['Type'] ?? range),
    ports ? ports['To'] : (icmp?.['Code'] ?? range),
  )
  noteProblem(what, at, draft)
  const number = readNumber(element, 'RuleNumber', at, note)
  const action = readText(element, 'RuleAction', at, note)
  if (number === null || (action !== 'allow' && action !== 'deny'))
    note(
      gap(
        'missing-member',
        'a network ACL entry without RuleNumber or RuleAction is taken for a deny that comes last',
        at,
      ),
    )
  return {
    id: null,
    name: number === null ? null : `rule ${number}`,
    action: action === 'allow' && number !== null ? 'allow' : 'deny',
    order: number ?? lastRule,
    peer: readPeer(element, at, draft),
    what: what.what,
    perhaps: what.perhaps,
    sourcePorts: allPorts,
    destination: null,
    source: at,
  }
}

/** The number of the entry that AWS prints as `*`. */
const lastRule = 32_767

function readPeer(element: JsonObject, at: Source, draft: Draft): Peer {
  const member =
    has(element, 'Ipv6CidrBlock') && !has(element, 'CidrBlock') ? 'Ipv6CidrBlock' : 'CidrBlock'
  return cidrPeer(element[member], below(at, member), draft)
}
