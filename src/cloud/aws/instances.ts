/** describe-instances: reservations, or the instances themselves where a query took them out. */
import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import { type JsonObject, readObject, readObjects, readText } from '../decode.ts'
import type { Draft } from './draft.ts'
import { readAddress, readInterface } from './network-interfaces.ts'
import type { Origin } from './origin.ts'
import type { InterfaceRecord, Place } from './records.ts'
import {
  has,
  locate,
  nameTag,
  type ResourceFile,
  regionOfZone,
  required,
  texts,
} from './resource-file.ts'

export const instances: ResourceFile = {
  collection: 'instances',
  members: ['Reservations'],
  matches: (element) =>
    (has(element, 'ReservationId') && has(element, 'Instances')) ||
    has(element, 'Instances', 'OwnerId') ||
    (has(element, 'InstanceId') &&
      (has(element, 'ImageId') ||
        has(element, 'InstanceType') ||
        has(element, 'NetworkInterfaces'))),
  read(element, at, origin, draft) {
    if (!has(element, 'Instances')) readInstance(element, at, origin, draft, null)
    else {
      const account = readText(element, 'OwnerId', at, draft.note)
      for (const { value, at: place } of readObjects(element, 'Instances', at, draft.note))
        readInstance(value, place, origin, draft, account)
    }
  },
}

function readInstance(
  element: JsonObject,
  at: Source,
  origin: Origin,
  draft: Draft,
  owner: string | null,
): void {
  const { note } = draft
  const id = required(element, 'InstanceId', at, note)
  if (id === undefined) return
  const placement = readObject(element, 'Placement', at, note)
  const zone = placement && readText(placement, 'AvailabilityZone', below(at, 'Placement'), note)
  const state = readObject(element, 'State', at, note)
  const said: Place = { account: owner, region: regionOfZone(zone) }
  const embedded = readObjects(element, 'NetworkInterfaces', at, note).flatMap(
    ({ value, at: place }) => readInterface(value, place, origin, draft, { id, place: said }) ?? [],
  )
  // Accounts of embedded interfaces tell the instance's, where the reservation does not.
  const place: Place = { account: owner ?? embedded[0]?.own.account ?? null, region: said.region }
  const vpcId = readText(element, 'VpcId', at, note)
  const subnetId = readText(element, 'SubnetId', at, note)
  draft.instances.push({
    id,
    at,
    origin,
    own: locate(draft, origin, place, vpcId, subnetId),
    name: nameTag(element, 'Tags', at, note),
    state: state && readText(state, 'Name', below(at, 'State'), note),
    vpcId,
    interfaces:
      embedded.length > 0 || !has(element, 'PrivateIpAddress')
        ? embedded
        : [abridged(element, id, place, at, origin, draft)],
  })
}

/** Shortened output names no interfaces: the instance's own address and groups stand for its first one. */
function abridged(
  element: JsonObject,
  id: string,
  own: Place,
  at: Source,
  origin: Origin,
  draft: Draft,
): InterfaceRecord {
  const { note } = draft
  note(
    gap(
      'interfaces-abridged',
      `the interfaces of ${id} are not in the document; its own address and groups are taken for its only one`,
      at,
    ),
  )
  const vpcId = readText(element, 'VpcId', at, note)
  const subnetId = readText(element, 'SubnetId', at, note)
  const groupIds = has(element, 'SecurityGroups')
    ? texts(element, 'SecurityGroups', 'GroupId', at, note)
    : null
  const ip6 = readAddress(element, 'Ipv6Address', at, note)
  return {
    id,
    key: id,
    at,
    origin,
    own: locate(draft, origin, own, vpcId, subnetId, ...(groupIds ?? [])),
    name: null,
    description: null,
    type: 'interface',
    vpcId,
    subnetId,
    groupIds: groupIds && [...new Set(groupIds)].sort(),
    instanceId: id,
    isFree: false,
    isPrimary: true,
    pairs: [
      {
        private: readAddress(element, 'PrivateIpAddress', at, note),
        public: readAddress(element, 'PublicIpAddress', at, note),
      },
    ],
    ip6: ip6 === null ? [] : [ip6],
    prefixes6: [],
  }
}
