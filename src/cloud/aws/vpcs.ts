/** describe-vpcs */
import * as addressSet from '../../model/address-set.ts'
import { readText } from '../decode.ts'
import {
  badCidr,
  has,
  locate,
  nameTag,
  type ResourceFile,
  required,
  texts,
} from './resource-file.ts'

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
    const block = readText(element, 'CidrBlock', at, note)
    const blocks = [
      ...(block === null ? [] : [block]),
      ...texts(element, 'CidrBlockAssociationSet', 'CidrBlock', at, note),
      ...texts(element, 'Ipv6CidrBlockAssociationSet', 'Ipv6CidrBlock', at, note),
    ]
    draft.vpcs.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: null }, id),
      name: nameTag(element, 'Tags', at, note),
      cidrs: addressSet.unionAll(
        blocks.flatMap((text) => {
          const set = addressSet.parseAddresses(text)
          if (!set) note(badCidr(text, at))
          return set ?? []
        }),
      ),
    })
  },
}
