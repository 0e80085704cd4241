/** globalaccelerator list-accelerators, list-listeners and list-endpoint-groups */
import { parseAddress } from '../../model/address.ts'
import { below } from '../../model/source.ts'
import { readBoolean, readNumber, readObjects, readText } from '../decode.ts'
import { strings } from './classic-load-balancers.ts'
import {
  badAddress,
  has,
  locate,
  placeOfArn,
  type ResourceFile,
  required,
} from './resource-file.ts'

export const accelerators: ResourceFile = {
  collection: 'accelerators',
  members: ['Accelerators'],
  reach: 'global',
  isAmbiguous: true,
  matches: (element) =>
    has(element, 'AcceleratorArn') && (has(element, 'IpSets') || has(element, 'DnsName')),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'AcceleratorArn', at, note)
    if (arn === undefined) return
    draft.accelerators.push({
      id: arn,
      at,
      origin,
      own: locate(draft, origin, placeOfArn(arn)),
      name: readText(element, 'Name', at, note),
      addresses: readObjects(element, 'IpSets', at, note).flatMap(({ value, at: place }) =>
        strings(value, 'IpAddresses', place, note).flatMap((text) => {
          const address = parseAddress(text)
          if (!address) note(badAddress(text, place, 'IpAddresses'))
          return address ?? []
        }),
      ),
      names: ['DnsName', 'DualStackDnsName'].flatMap(
        (member) => readText(element, member, at, note) ?? [],
      ),
      isEnabled: readBoolean(element, 'Enabled', at, note) ?? true,
      families: element['IpAddressType'] === 'DUAL_STACK' ? 'both' : 'ip4',
    })
  },
}

export const acceleratorListeners: ResourceFile = {
  collection: 'accelerator-listeners',
  members: ['Listeners'],
  reach: 'global',
  isAmbiguous: true,
  matches: (element) =>
    has(element, 'ListenerArn', 'PortRanges') && !has(element, 'LoadBalancerArn'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'ListenerArn', at, note)
    if (arn === undefined) return
    draft.acceleratorListeners.push({
      id: arn,
      at,
      origin,
      own: locate(draft, origin, placeOfArn(arn)),
      acceleratorArn: arn.split('/listener/')[0] ?? arn,
      transport: element['Protocol'] === 'UDP' ? 'udp' : 'tcp',
      ranges: readObjects(element, 'PortRanges', at, note).flatMap(({ value, at: place }) => {
        const from = readNumber(value, 'FromPort', place, note)
        const to = readNumber(value, 'ToPort', place, note)
        return from === null || to === null ? [] : [[from, to] as const]
      }),
    })
  },
}

export const endpointGroups: ResourceFile = {
  collection: 'endpoint-groups',
  members: ['EndpointGroups'],
  reach: 'global',
  isAmbiguous: true,
  matches: (element) => has(element, 'EndpointGroupArn'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'EndpointGroupArn', at, note)
    if (arn === undefined) return
    draft.endpointGroups.push({
      id: arn,
      at,
      origin,
      own: locate(draft, origin, placeOfArn(arn)),
      listenerArn: arn.split('/endpoint-group/')[0] ?? arn,
      region: readText(element, 'EndpointGroupRegion', at, note),
      endpoints: readObjects(element, 'EndpointDescriptions', at, note).flatMap(
        ({ value, at: place }) => {
          const id = readText(value, 'EndpointId', place, note)
          // Weight 0 takes no traffic.
          if (id === null || value['Weight'] === 0) return []
          const keepsClient = readBoolean(value, 'ClientIPPreservationEnabled', place, note)
          return [{ id, at: place, keepsClient }]
        },
      ),
      overrides: readObjects(element, 'PortOverrides', at, note).flatMap(({ value, at: place }) => {
        const from = readNumber(value, 'ListenerPort', place, note)
        const to = readNumber(value, 'EndpointPort', place, note)
        return from === null || to === null ? [] : [{ from, to, at: below(place, 'EndpointPort') }]
      }),
    })
  },
}
