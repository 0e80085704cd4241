/** The members of application security groups, which stand on the interfaces. */
import type { Address } from '../../../model/address.ts'
import * as addressSet from '../../../model/address-set.ts'
import { notInternet } from '../../../model/public-space.ts'
import { type ArmKey, subscriptionOf } from '../arm-id.ts'
import { networkInterfaces } from '../resources/network-interface.ts'
import type { Interfaces } from './interfaces.ts'
import { azureId, type World } from './world.ts'

/**
 * Who is in each application security group. Where not all interfaces of the subscription were read, other private
 * addresses may be members as well, but not those of interfaces that were read and name no such group.
 */
export function groupMembers(world: World, { all }: Interfaces, groups: Iterable<ArmKey>): void {
  const members = new Map<ArmKey, { addresses: Address[]; isComplete: boolean }>()
  const membersOf = (key: ArmKey) => {
    const known = members.get(key)
    if (known) return known
    const isComplete =
      world.coverage.state(subscriptionOf(key), networkInterfaces.collection) === 'complete'
    const made = { addresses: [], isComplete }
    members.set(key, made)
    return made
  }
  for (const key of groups) membersOf(key)
  const read: Address[] = []
  for (const { record } of all)
    for (const { applicationSecurityGroups, privateAddress } of record.ipConfigurations) {
      if (privateAddress) read.push(privateAddress)
      for (const key of applicationSecurityGroups) {
        const group = membersOf(key)
        if (privateAddress) group.addresses.push(privateAddress)
        else group.isComplete = false
      }
    }
  const unread = [...members.values()].every(({ isComplete }) => isComplete)
    ? addressSet.empty
    : addressSet.subtract(notInternet, setOf(read))
  for (const [key, { addresses, isComplete }] of members) {
    const certain = addressSet.intersect(setOf(addresses), notInternet)
    world.members.set(azureId(key), {
      certain,
      possible: isComplete ? certain : addressSet.union(certain, unread),
    })
  }
}

const setOf = (addresses: readonly Address[]) =>
  addressSet.unionAll(addresses.map(addressSet.ofAddress))
