/** describe-network-interfaces; instances carry the same words in short. */
import { type Address, parseAddress } from '../../model/address.ts'
import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import {
  type JsonObject,
  type Note,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../decode.ts'
import type { Draft } from './draft.ts'
import type { Origin } from './origin.ts'
import type { AddressPair, InterfaceRecord, Place } from './records.ts'
import {
  badAddress,
  has,
  locate,
  nameTag,
  type ResourceFile,
  regionOfZone,
  required,
  texts,
} from './resource-file.ts'

export const networkInterfaces: ResourceFile = {
  collection: 'network-interfaces',
  members: ['NetworkInterfaces'],
  matches: (element) =>
    has(element, 'NetworkInterfaceId') &&
    !has(element, 'AllocationId') &&
    !has(element, 'NetworkInterfacePermissionId') &&
    (has(element, 'PrivateIpAddresses') ||
      has(element, 'Groups') ||
      has(element, 'SubnetId') ||
      has(element, 'Ipv6Addresses')),
  read(element, at, origin, draft) {
    const found = readInterface(element, at, origin, draft, null)
    if (found) draft.interfaces.push(found)
  },
}

/** `instance`: what the instance around an embedded interface says. */
export function readInterface(
  element: JsonObject,
  at: Source,
  origin: Origin,
  draft: Draft,
  instance: { readonly id: string; readonly place: Place } | null,
): InterfaceRecord | undefined {
  const { note } = draft
  const id = required(element, 'NetworkInterfaceId', at, note)
  if (id === undefined) return undefined
  const vpcId = readText(element, 'VpcId', at, note)
  const subnetId = readText(element, 'SubnetId', at, note)
  const attachment = readObject(element, 'Attachment', at, note)
  const place = below(at, 'Attachment')
  const region =
    regionOfZone(readText(element, 'AvailabilityZone', at, note)) ?? instance?.place.region ?? null
  const account = readText(element, 'OwnerId', at, note) ?? instance?.place.account ?? null
  const index = attachment ? readNumber(attachment, 'DeviceIndex', place, note) : null
  const card = attachment ? readNumber(attachment, 'NetworkCardIndex', place, note) : null
  // `Groups` is what EC2 prints; `GroupSet` stands in some SDKs' output.
  const list = has(element, 'Groups') ? 'Groups' : 'GroupSet'
  const groupIds = has(element, list) ? texts(element, list, 'GroupId', at, note) : null
  if (groupIds === null)
    note(gap('missing-member', `the security groups of ${id} are not in the document`, at))
  return {
    id,
    key: id,
    at,
    origin,
    own: locate(draft, origin, { account, region }, vpcId, subnetId, ...(groupIds ?? [])),
    name: nameTag(element, has(element, 'TagSet') ? 'TagSet' : 'Tags', at, note),
    description: readText(element, 'Description', at, note),
    type: readText(element, 'InterfaceType', at, note),
    vpcId,
    subnetId,
    groupIds: groupIds && [...new Set(groupIds)].sort(),
    instanceId:
      (attachment && readText(attachment, 'InstanceId', place, note)) ?? instance?.id ?? null,
    isFree: element['Status'] === 'available',
    isPrimary: index === 0 && (card ?? 0) === 0,
    pairs: readPairs(element, at, note),
    ip6: readObjects(element, 'Ipv6Addresses', at, note).flatMap(
      ({ value, at: source }) => readAddress(value, 'Ipv6Address', source, note) ?? [],
    ),
    prefixes6: texts(element, 'Ipv6Prefixes', 'Ipv6Prefix', at, note),
  }
}

function readPairs(element: JsonObject, at: Source, note: Note): readonly AddressPair[] {
  const pairs = readObjects(element, 'PrivateIpAddresses', at, note).map(({ value, at: source }) =>
    readPair(value, source, note),
  )
  const own = readPair(element, at, note)
  if (own.private === null && own.public === null) return pairs
  const same = pairs.find((pair) => pair.private?.value === own.private?.value)
  if (!same) return [own, ...pairs]
  return same.public || !own.public ? pairs : pairs.map((pair) => (pair === same ? own : pair))
}

/** Carrier addresses (Wavelength) are public too; customer-owned ones (Outposts) are not on the internet. */
function readPair(element: JsonObject, at: Source, note: Note): AddressPair {
  const association = readObject(element, 'Association', at, note)
  const place = below(at, 'Association')
  return {
    private: readAddress(element, 'PrivateIpAddress', at, note),
    public: association
      ? (readAddress(association, 'PublicIp', place, note) ??
        readAddress(association, 'CarrierIp', place, note))
      : null,
  }
}

export function readAddress(
  element: JsonObject,
  member: string,
  at: Source,
  note: Note,
): Address | null {
  const text = readText(element, member, at, note)
  if (text === null) return null
  const address = parseAddress(text)
  if (!address) note(badAddress(text, at, member))
  return address ?? null
}
