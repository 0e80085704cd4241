/** describe-vpcs */
import { readText } from '../decode.ts'
import { has, locate, nameTag, type ResourceFile, required } from './resource-file.ts'

export const vpcs: ResourceFile = {
  collection: 'vpcs',
  members: ['Vpcs'],
  matches: (element) =>
    has(element, 'VpcId') &&
    (has(element, 'DhcpOptionsId') ||
      has(element, 'CidrBlockAssociationSet') ||
      has(element, 'InstanceTenancy')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'VpcId', at, note)
    if (id === undefined) return
    const account = readText(element, 'OwnerId', at, note)
    draft.vpcs.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: null }, id),
      name: nameTag(element, 'Tags', at, note),
    })
  },
}
