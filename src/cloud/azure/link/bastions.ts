/** Bastion hosts: who sits in a network with one can be managed through it, after a sign-in. */
import type { ArmKey } from '../arm-id.ts'
import { bastionHosts } from '../resources/bastion-host.ts'
import { networkOf, reachableNetworks } from './fronts.ts'
import type { LinkedInterface } from './interfaces.ts'
import type { World } from './world.ts'

/** A line for each interface that a Bastion host leads to; null for the others. */
export function bastionNotes(world: World): (nic: LinkedInterface) => string | null {
  const notes = new Map<ArmKey, string>()
  for (const { name, subnets } of world.draft.all(bastionHosts).values())
    for (const { key } of subnets)
      for (const network of reachableNetworks(world, networkOf(key)))
        notes.set(
          network,
          `22 and 3389 also through Bastion host ${name}, which asks for a sign-in`,
        )
  if (notes.size === 0) return () => null
  return ({ record, machine }) => {
    if (!machine) return null
    const networks = record.ipConfigurations.map(({ subnet }) => networkOf(subnet?.key ?? ''))
    return networks.map((network) => notes.get(network)).find((note) => note !== undefined) ?? null
  }
}
