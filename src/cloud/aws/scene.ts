/** What linking builds up, and the small things its parts share. */
import type { Address } from '../../model/address.ts'
import type { Leg, Path, Stage, Target } from '../../model/estate.ts'
import type { Gap } from '../../model/gap.ts'
import { type Resource, type ResourceId, resourceId } from '../../model/resource.ts'
import type { Known } from './coverage.ts'
import type { Draft } from './draft.ts'
import { numberOf } from './identity.ts'
import type { Network, Stages } from './network.ts'
import type { Atlas } from './origin.ts'
import type { InstanceRecord, InterfaceRecord, Place } from './records.ts'

export interface Scene {
  readonly draft: Draft
  readonly atlas: Atlas
  readonly known: Known
  readonly network: Network
  /** Each interface once, with the elastic addresses that other documents name. */
  readonly interfaces: readonly InterfaceRecord[]
  readonly instances: ReadonlyMap<string, InstanceRecord>
  readonly targets: Map<ResourceId, Target>
  readonly paths: Path[]
  /** Targets by the group that stands before them. */
  readonly attached: Map<string, ResourceId[]>
  readonly groupStages: GroupStages
}

export interface GroupStages {
  /** Null where an interface's groups are not known or it can have none. */
  stage(groupIds: readonly string[]): Stages[number]
  /** Gaps of groups that were not read. */
  gaps(groupIds: readonly string[]): readonly Gap[]
}

/** Lists of a few shared things, one object for equal lists: the solver remembers by identity. */
export interface Lists {
  stages(...parts: readonly Stages[]): Stages
  gaps(...parts: readonly (readonly Gap[])[]): readonly Gap[]
}

export function lists(): Lists {
  const stages = new Map<string, Stages>()
  const gaps = new Map<string, readonly Gap[]>()
  return {
    stages: (...parts) => {
      const all = parts.flat()
      const key = all.map(({ stage }) => numberOf(stage)).join()
      const known = stages.get(key) ?? all
      stages.set(key, known)
      return known
    },
    gaps: (...parts) => {
      const distinct = [...new Set(parts.flat())]
      const key = distinct.map(numberOf).join()
      const known = gaps.get(key) ?? distinct
      gaps.set(key, known)
      return known
    },
  }
}

export const awsResource = (
  kind: string,
  id: string,
  name: string | null,
  { account, region }: Place,
  key: ResourceId = resourceId('aws', id),
): Resource => ({ key, provider: 'aws', kind, id, name, account, region })

export const client = { kind: 'client', groups: [] } as const satisfies Leg['sender']

export const legOf = (
  stages: Stages,
  destination: Address | null,
  sender: Leg['sender'] = client,
): Leg => ({ stages, destination, scope: null, sender })

export function attach(scene: Scene, groupIds: readonly string[], target: ResourceId): void {
  for (const id of groupIds) {
    const targets = scene.attached.get(id)
    if (!targets) scene.attached.set(id, [target])
    else if (targets.at(-1) !== target) targets.push(target)
  }
}

export function groupStages(
  isRead: (groupId: string) => boolean,
  gapOf: (groupId: string) => Gap,
): GroupStages {
  const stages = new Map<string, Stages[number]>()
  const gaps = new Map<string, readonly Gap[]>()
  return {
    stage(groupIds) {
      const key = groupIds.join()
      const known = stages.get(key)
      if (known) return known
      const stage: Stage = {
        kind: 'union',
        stage: 'security-group',
        filters: groupIds.map((id) => resourceId('aws', id)),
      }
      const made = { stage, role: 'admits' } as const
      stages.set(key, made)
      return made
    },
    gaps(groupIds) {
      const key = groupIds.join()
      const known = gaps.get(key)
      if (known) return known
      const made = groupIds.filter((id) => !isRead(id)).map(gapOf)
      gaps.set(key, made)
      return made
    },
  }
}
