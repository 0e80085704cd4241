/** describe-vpc-peering-connections: nothing from the internet comes this way; what is read tells deleted peerings. */
import { below } from '../../model/source.ts'
import { readObject, readText } from '../decode.ts'
import { has, locate, type ResourceFile, required } from './resource-file.ts'

export const peeringConnections: ResourceFile = {
  collection: 'vpc-peering-connections',
  members: ['VpcPeeringConnections'],
  matches: (element) =>
    has(element, 'VpcPeeringConnectionId') &&
    (has(element, 'AccepterVpcInfo') || has(element, 'RequesterVpcInfo')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'VpcPeeringConnectionId', at, note)
    if (id === undefined) return
    // Each side tells account and region of its network; the caller may be either.
    for (const side of ['AccepterVpcInfo', 'RequesterVpcInfo']) {
      const info = readObject(element, side, at, note)
      const vpcId = info && readText(info, 'VpcId', below(at, side), note)
      if (vpcId) origin.mentions.add(vpcId)
    }
    draft.peerings.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account: null, region: null }),
    })
  },
}
