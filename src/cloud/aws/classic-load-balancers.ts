/** elb describe-load-balancers */

import { gap } from '../../model/gap.ts'
import type { Source } from '../../model/source.ts'
import { below } from '../../model/source.ts'
import {
  type JsonObject,
  type Note,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../decode.ts'
import type { ClassicListener } from './records.ts'
import { has, locate, type ResourceFile, regionOfZone, required, texts } from './resource-file.ts'

export const classicLoadBalancers: ResourceFile = {
  collection: 'classic-load-balancers',
  members: ['LoadBalancerDescriptions'],
  matches: (element) => has(element, 'LoadBalancerName', 'ListenerDescriptions'),
  read(element, at, origin, draft) {
    const { note } = draft
    const name = required(element, 'LoadBalancerName', at, note)
    if (name === undefined) return
    const vpcId = readText(element, 'VPCId', at, note)
    const subnetIds = strings(element, 'Subnets', at, note)
    const groupIds = strings(element, 'SecurityGroups', at, note)
    const region = regionOfZone(strings(element, 'AvailabilityZones', at, note)[0] ?? null)
    draft.balancers.push({
      id: name,
      arn: null,
      at,
      origin,
      own: locate(draft, origin, { account: null, region }, vpcId, ...subnetIds, ...groupIds),
      kind: 'classic',
      name,
      dnsName: readText(element, 'DNSName', at, note),
      scheme: element['Scheme'] === 'internal' ? 'internal' : 'internet-facing',
      families: 'ip4',
      vpcId,
      subnetIds,
      groupIds: [...groupIds].sort(),
      description: `ELB ${name}`,
      instanceIds: texts(element, 'Instances', 'InstanceId', at, note),
      classicListeners: readObjects(element, 'ListenerDescriptions', at, note).flatMap(
        ({ value, at: place }) => readListener(value, place, note) ?? [],
      ),
    })
  },
}

function readListener(element: JsonObject, at: Source, note: Note): ClassicListener | undefined {
  const listener = readObject(element, 'Listener', at, note)
  if (!listener) return undefined
  const place = below(at, 'Listener')
  const port = readNumber(listener, 'LoadBalancerPort', place, note)
  const instancePort = readNumber(listener, 'InstancePort', place, note)
  const protocol = readText(listener, 'Protocol', place, note) ?? 'TCP'
  if (port !== null && instancePort !== null) return { at: place, port, instancePort, protocol }
  note(gap('missing-member', 'a listener without its ports is not read', place))
  return undefined
}

/** A list of plain texts. */
export const strings = (
  element: JsonObject,
  member: string,
  at: Source,
  note: Note,
): readonly string[] =>
  readList(element, member, at, note).flatMap(({ value, at: place }) => {
    if (typeof value === 'string') return [value]
    note(gap('wrong-type', 'expected text', place))
    return []
  })
