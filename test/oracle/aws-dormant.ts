/** What has no way in. */
import { groupsAdmit, listedGroupsAdmit } from './aws-groups.ts'
import { publicAddresses, type World } from './aws-world.ts'
import type { Dormant, Way } from './oracle.ts'

export const dormantCards = (world: World, ways: readonly Way[]): readonly Dormant[] =>
  world.interfaces.items
    .filter(
      (card) =>
        !card.Description.startsWith('ELB ') &&
        ways.every(({ target }) => target !== card.NetworkInterfaceId) &&
        publicAddresses(world, card).length === 0,
    )
    .map((card) => ({
      target: card.NetworkInterfaceId,
      verdicts: ['open-but-unreachable', 'blocked', 'unknown'],
      admits: (source, packet) => groupsAdmit(world, card, source, [], packet),
    }))

/** A group that no interface has is unattached, if all interfaces are known. */
export const dormantGroups = (world: World): readonly Dormant[] =>
  [...new Set([...world.groups.items, ...world.groupRules.items].map(({ GroupId }) => GroupId))]
    .filter((id) =>
      world.interfaces.items.every(({ Groups }) => Groups.every(({ GroupId }) => GroupId !== id)),
    )
    .map((id) => ({
      target: id,
      verdicts: [world.interfaces.state === 'complete' ? 'unattached' : 'unknown'],
      admits: (source, packet) => listedGroupsAdmit(world, [id], source, [], packet),
    }))
