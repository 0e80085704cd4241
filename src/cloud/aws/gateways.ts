/** NAT and egress-only internet gateways: nothing comes in through them; routes say which they are. */
import { readText } from '../decode.ts'
import { has, locate, type ResourceFile } from './resource-file.ts'

export const natGateways: ResourceFile = {
  collection: 'nat-gateways',
  members: ['NatGateways'],
  matches: (element) => has(element, 'NatGatewayId', 'VpcId'),
  read(element, at, origin, draft) {
    const vpcId = readText(element, 'VpcId', at, draft.note)
    locate(draft, origin, { account: null, region: null }, vpcId)
  },
}

export const egressOnlyInternetGateways: ResourceFile = {
  collection: 'egress-only-internet-gateways',
  members: ['EgressOnlyInternetGateways'],
  matches: (element) => has(element, 'EgressOnlyInternetGatewayId', 'Attachments'),
  read(_element, _at, origin, draft) {
    locate(draft, origin, { account: null, region: null })
  },
}
