/** Which targets each network security group stands before, and the groups that stand before nothing. */
import type { Attachment, Barrier, Path, Target } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import type { ResourceId } from '../../../model/resource.ts'
import { type ArmKey, subscriptionOf, typeOfKey } from '../arm-id.ts'
import { resourceOf } from '../resource-kind.ts'
import { networkInterfaces } from '../resources/network-interface.ts'
import type { NetworkSecurityGroup } from '../resources/network-security-group.ts'
import { type Subnet, subnets } from '../resources/subnet.ts'
import { virtualMachines } from '../resources/virtual-machine.ts'
import { virtualNetworks } from '../resources/virtual-network.ts'
import { clients, noEntry, noMappings } from './interfaces.ts'
import { azureId, notReadKinds, type World } from './world.ts'

/** Attached targets by group; subnets and interfaces that name a group without being targets count as well. */
export type AttachedTargets = ReadonlyMap<ArmKey, ReadonlySet<ResourceId>>

export function attachmentsOf(
  world: World,
  attached: AttachedTargets,
): ReadonlyMap<ResourceId, Attachment> {
  const subnetsByGroup = new Map<ArmKey, Subnet[]>()
  for (const subnet of world.draft.all(subnets).values()) {
    const key = subnet.networkSecurityGroup?.key
    if (key === undefined) continue
    const known = subnetsByGroup.get(key)
    if (known) known.push(subnet)
    else subnetsByGroup.set(key, [subnet])
  }
  const attachments = new Map<ResourceId, Attachment>()
  for (const group of world.groups.values()) {
    const targets = attached.get(group.key)
    if (targets && targets.size > 0) {
      attachments.set(azureId(group.key), { kind: 'attached', targets: [...targets] })
      continue
    }
    const barrier = barrierOf(group, subnetsByGroup.get(group.key) ?? [], world)
    attachments.set(
      azureId(group.key),
      barrier.verdict === 'unknown'
        ? { kind: 'unknown', gaps: barrier.gaps }
        : { kind: 'unattached' },
    )
    world.targets.set(azureId(group.key), groupTarget(group, barrier))
    world.paths.push(groupPath(group, barrier))
  }
  return attachments
}

/** Why nothing comes through a group that no interface was found behind. */
function barrierOf(group: NetworkSecurityGroup, inside: readonly Subnet[], world: World): Barrier {
  const gaps = attachmentGaps(group, inside, world)
  const [first] = gaps
  if (first) return { verdict: 'unknown', reason: first.message, gaps }
  const [subnet] = inside
  return {
    verdict: 'unattached',
    reason: subnet
      ? `attached to subnet ${subnet.name}, in which no network interface is`
      : 'attached to no network interface and no subnet',
  }
}

function attachmentGaps(
  group: NetworkSecurityGroup,
  inside: readonly Subnet[],
  world: World,
): readonly Gap[] {
  const { coverage, draft } = world
  const gaps: Gap[] = []
  const named = [
    ...group.networkInterfaces.map((key) => ({ key, kind: notReadKinds.interface })),
    ...group.subnets
      .filter((key) => !draft.all(subnets).has(key))
      .map((key) => ({ key, kind: notReadKinds.network })),
  ]
  for (const { key, kind } of named) gaps.push(world.notRead({ key, id: key, at: group.at }, kind))
  for (const kind of [notReadKinds.interface, notReadKinds.network]) {
    const state = coverage.state(group.account, kind.collection)
    if (state === 'complete' || gaps.some(({ reason }) => reason === `${kind.collection}-absent`))
      continue
    gaps.push(
      gap(
        `${kind.collection}-${state}`,
        `whether the group is attached is not known: ${state === 'absent' ? `no ${kind.noun} was given` : `not every ${kind.noun} was given`}; add the output of \`${kind.command}\``,
        null,
        group.account ?? '',
      ),
    )
  }
  for (const subnet of inside)
    if (subnet.members.length > 0 || subnet.isDelegated)
      gaps.push(
        gap(
          'subnet-members-not-read',
          `subnet ${subnet.name} holds something that was not read`,
          subnet.at,
        ),
      )
  return gaps
}

function groupTarget(group: NetworkSecurityGroup, barrier: Barrier): Target {
  return {
    resource: resourceOf('network-security-group', group),
    machine: null,
    privateAddresses: [],
    filters: [azureId(group.key)],
    internetFacing: barrier.verdict === 'unknown' ? 'unknown' : 'no',
    closedByPlatform: null,
    note: null,
    source: group.at,
  }
}

const groupPath = (group: NetworkSecurityGroup, barrier: Barrier): Path => ({
  target: azureId(group.key),
  entry: noEntry,
  families: 'both',
  legs: [
    {
      stages: [
        {
          stage: {
            kind: 'ordered',
            stage: 'network-security-group',
            filter: azureId(group.key),
            behind: [],
          },
          role: 'admits',
        },
      ],
      destination: null,
      scope: null,
      sender: clients,
    },
  ],
  mappings: noMappings,
  ports: null,
  barrier,
  gaps: [],
})

/** What refers to an interface or subnet that was not read shows that the lists were not complete after all. */
export function demoteByReferences({ coverage, groups, draft }: World): void {
  const interfaces = draft.all(networkInterfaces)
  const inside = draft.all(subnets)
  const needInterface = (key: ArmKey): void => {
    if (isInterface(key) && !interfaces.has(key))
      coverage.demote(subscriptionOf(key), networkInterfaces.collection)
  }
  const needSubnet = (key: ArmKey): void => {
    if (!inside.has(key)) coverage.demote(subscriptionOf(key), virtualNetworks.collection)
  }
  for (const group of groups.values()) {
    group.networkInterfaces.forEach(needInterface)
    group.subnets.forEach(needSubnet)
  }
  for (const machine of draft.all(virtualMachines).values())
    machine.networkInterfaces.forEach(needInterface)
  for (const { members } of inside.values())
    for (const key of members) needInterface(configurationOwner(key))
  for (const { ipConfigurations } of interfaces.values())
    for (const { subnet } of ipConfigurations) if (subnet) needSubnet(subnet.key)
}

/** Not those of scale set instances, which are in no list of interfaces. */
const isInterface = (key: ArmKey): boolean =>
  typeOfKey(key) === 'microsoft.network/networkinterfaces'
const configurationOwner = (key: ArmKey): ArmKey => key.replace(/\/ipconfigurations\/[^/]+$/, '')
