/** describe-subnets */
import * as addressSet from '../../model/address-set.ts'
import { below } from '../../model/source.ts'
import { readText } from '../decode.ts'
import {
  badCidr,
  has,
  locate,
  placeOfArn,
  type ResourceFile,
  regionOfZone,
  required,
  texts,
} from './resource-file.ts'

export const subnets: ResourceFile = {
  collection: 'subnets',
  members: ['Subnets'],
  matches: (element) =>
    has(element, 'SubnetId') &&
    (has(element, 'CidrBlock') || has(element, 'AvailableIpAddressCount')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'SubnetId', at, note)
    if (id === undefined) return
    const arn = placeOfArn(readText(element, 'SubnetArn', at, note))
    const zone = readText(element, 'AvailabilityZone', at, note)
    const vpcId = readText(element, 'VpcId', at, note)
    const block = readText(element, 'CidrBlock', at, note)
    const blocks = [
      ...(block === null ? [] : [block]),
      ...texts(element, 'Ipv6CidrBlockAssociationSet', 'Ipv6CidrBlock', at, note),
    ]
    draft.subnets.push({
      id,
      at,
      origin,
      own: locate(
        draft,
        origin,
        {
          account: readText(element, 'OwnerId', at, note) ?? arn.account,
          region: regionOfZone(zone) ?? arn.region,
        },
        vpcId,
        id,
      ),
      vpcId,
      zone,
      cidrs: addressSet.unionAll(
        blocks.flatMap((text) => {
          const set = addressSet.parseAddresses(text)
          if (!set) note(badCidr(text, below(at, 'CidrBlock')))
          return set ?? []
        }),
      ),
    })
  },
}
