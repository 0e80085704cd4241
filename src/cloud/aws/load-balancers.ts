/** elbv2 describe-load-balancers: application and network load balancers. */
import { gap } from '../../model/gap.ts'
import { readText } from '../decode.ts'
import { strings } from './classic-load-balancers.ts'
import { has, locate, placeOfArn, type ResourceFile, required, texts } from './resource-file.ts'

export const loadBalancers: ResourceFile = {
  collection: 'load-balancers',
  members: ['LoadBalancers'],
  isAmbiguous: true,
  matches: (element) =>
    has(element, 'LoadBalancerArn') &&
    (has(element, 'Scheme') || has(element, 'DNSName') || has(element, 'LoadBalancerName')),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'LoadBalancerArn', at, note)
    if (arn === undefined) return
    const vpcId = readText(element, 'VpcId', at, note)
    const subnetIds = texts(element, 'AvailabilityZones', 'SubnetId', at, note)
    const groupIds = strings(element, 'SecurityGroups', at, note)
    const own = locate(draft, origin, placeOfArn(arn), vpcId, ...subnetIds, ...groupIds)
    const type =
      readText(element, 'Type', at, note) ?? (arn.includes('/net/') ? 'network' : 'application')
    // A gateway load balancer publishes nothing: traffic is led to it by routes.
    if (type === 'gateway') return
    if (type !== 'application' && type !== 'network')
      note(
        gap(
          'unknown-balancer-type',
          `load balancers of type ${JSON.stringify(type)} are not understood; it is taken for an application load balancer`,
          at,
        ),
      )
    const ip = readText(element, 'IpAddressType', at, note)
    draft.balancers.push({
      id: arn,
      arn,
      at,
      origin,
      own,
      kind: type === 'network' ? 'network' : 'application',
      name: readText(element, 'LoadBalancerName', at, note) ?? arn.split('/').at(-2) ?? arn,
      dnsName: readText(element, 'DNSName', at, note),
      scheme: element['Scheme'] === 'internal' ? 'internal' : 'internet-facing',
      families:
        ip === 'dualstack' ? 'both' : ip === 'dualstack-without-public-ipv4' ? 'ip6' : 'ip4',
      vpcId,
      subnetIds,
      groupIds: [...groupIds].sort(),
      description: `ELB ${arn.split(':loadbalancer/').at(-1)}`,
      instanceIds: [],
      classicListeners: [],
    })
  },
}
