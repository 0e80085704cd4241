/** IP groups that firewall rules name: `az network ip-group list`. */
import * as addressSet from '../../../model/address-set.ts'
import { gap } from '../../../model/gap.ts'
import { has, texts } from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

export interface IpGroup extends Identity {
  readonly set: addressSet.AddressSet
}

export const ipGroups: ResourceKind<IpGroup> = {
  collection: 'ip-groups',
  types: ['microsoft.network/ipgroups'],
  read: (element, identity) => {
    if (!has(element, 'ipAddresses'))
      return withoutDetails(element, 'IP group', '`az network ip-group list`')
    const sets = texts(element, 'ipAddresses').flatMap(({ value, at }) => {
      const set = addressSet.parseAddresses(value)
      if (set) return [set]
      element.note(gap('bad-cidr', `not an address or prefix: ${JSON.stringify(value)}`, at))
      return []
    })
    return { ...identity, set: addressSet.unionAll(sets) }
  },
}
