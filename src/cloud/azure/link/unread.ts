/** Machines and public addresses whose interfaces were not given: something is there, and what reaches it is not known. */
import type { Gap } from '../../../model/gap.ts'
import { everyPort } from '../../../model/traffic-set.ts'
import { type ArmKey, typeOfKey } from '../arm-id.ts'
import { resourceOf } from '../resource-kind.ts'
import { publicIpAddresses } from '../resources/public-ip-address.ts'
import { type VirtualMachine, virtualMachines } from '../resources/virtual-machine.ts'
import { type Linking, pathToFront } from './fronts.ts'
import { noEntry } from './interfaces.ts'
import { notReadKinds } from './world.ts'

export function linkUnread({ world, interfaces }: Linking): void {
  const known = new Set(interfaces.all.map(({ record }) => record.key))
  for (const machine of world.draft.all(virtualMachines).values()) {
    const unread = machine.networkInterfaces.filter((key) => !known.has(key))
    if (unread.length === 0) continue
    const gaps = distinct(
      unread.map((key) => world.notRead({ key, id: key, at: machine.at }, notReadKinds.interface)),
    )
    for (const one of gaps) world.noteOnce(one.key, one)
    if (unread.length === machine.networkInterfaces.length) addMachine(machine, gaps, world)
  }
  for (const { holder, at } of world.draft.all(publicIpAddresses).values()) {
    const owner = holder === null ? null : interfaceOf(holder)
    if (owner === null || known.has(owner)) continue
    const unread = world.notRead({ key: owner, id: owner, at }, notReadKinds.interface)
    world.noteOnce(unread.key, unread)
  }
}

function addMachine(machine: VirtualMachine, gaps: readonly Gap[], world: Linking['world']): void {
  const resource = resourceOf('virtual-machine', machine)
  world.targets.set(resource.key, {
    resource,
    machine: resource,
    privateAddresses: [],
    filters: 'unknown',
    internetFacing: 'unknown',
    closedByPlatform: null,
    note: null,
    source: machine.at,
  })
  world.paths.push(
    pathToFront({
      resource,
      entry: noEntry,
      families: 'both',
      stages: [{ stage: unreadFilters, role: 'limits' }],
      scope: null,
      ports: everyPort,
      barrier: { verdict: 'unknown', reason: gaps[0]?.message ?? '', gaps },
      gaps: [],
    }),
  )
}

const unreadFilters = {
  kind: 'fixed',
  stage: 'network-security-group',
  admits: 'everything',
  reason: 'its network security groups are not known',
} as const

/** The interface that a configuration is a part of; null for those of balancers and gateways. */
function interfaceOf(holder: ArmKey): ArmKey | null {
  const owner = holder.replace(/\/ipconfigurations\/[^/]+$/, '')
  return typeOfKey(owner) === 'microsoft.network/networkinterfaces' ? owner : null
}

const distinct = (gaps: readonly Gap[]): readonly Gap[] => [...new Set(gaps)]
