/** From records to the estate: AWS's order of things, said as legs and stages. */

import * as addressSet from '../../model/address-set.ts'
import { exactly, unknownAddresses } from '../../model/bounds.ts'
import type { Estate, NamedSet } from '../../model/estate.ts'
import { gap } from '../../model/gap.ts'
import { coverageOf } from './coverage.ts'
import type { Draft } from './draft.ts'
import { addDatabase, databaseInterfaces } from './link-databases.ts'
import { linkFronts } from './link-fronts.ts'
import { attachmentsOf, filtersOf, gapOfList, membersOf } from './link-groups.ts'
import { addInterface, addSilent, interfacesOf, isSilent } from './link-interfaces.ts'
import { type Network, networkOf } from './network.ts'
import { atlasOf } from './origin.ts'
import type { ResourceFile } from './resource-file.ts'
import { groupStages, lists, type Scene } from './scene.ts'

export function link(draft: Draft, resources: readonly ResourceFile[]): Estate {
  const owners = new Map(draft.vpcs.map((vpc) => [vpc.id, vpc.own]))
  const atlas = atlasOf([...draft.origins.values()], draft.claims, owners)
  const collections = [...new Set(resources.map(({ collection }) => collection))]
  const known = coverageOf(draft.origins.values(), collections, atlas)
  const network = networkOf(draft, atlas, known)
  const filters = filtersOf(draft, atlas)
  const groupIds = new Set([...filters.values()].map(({ resource }) => resource.id))
  const shared = lists()
  const scene: Scene = {
    draft,
    atlas,
    known,
    network,
    interfaces: interfacesOf(draft),
    instances: new Map(draft.instances.map((instance) => [instance.id, instance])),
    targets: new Map(),
    paths: [],
    attached: new Map(),
    groupStages: groupStages(
      (id) => groupIds.has(id),
      (id) =>
        gap('security-group-absent', `${id} was not read: what it admits is not known`, null, id),
    ),
  }
  const fronts = linkFronts(scene, shared)
  const databases = databaseInterfaces(scene)
  for (const one of scene.interfaces)
    if (isSilent(one)) addSilent(scene, one)
    else if (!fronts.own.has(one.id) && !databases.own.has(one.key))
      addInterface(scene, one, fronts, shared)
  for (const database of draft.databases)
    addDatabase(scene, database, databases.of(database), shared)
  const groups = membersOf(scene, filters)
  const attachments = attachmentsOf(scene, filters)
  for (const { gaps, barrier, legs } of scene.paths) {
    gaps.forEach(draft.note)
    if (barrier?.verdict === 'unknown') barrier.gaps.forEach(draft.note)
    for (const { stages } of legs)
      for (const { stage } of stages) if (stage.kind === 'sources') stage.gaps.forEach(draft.note)
  }
  const names = namesOf(draft, network)
  const accounts = new Set(known.all.flatMap(({ account }) => account ?? []))
  return {
    accounts: [...accounts].sort().map((id) => ({ provider: 'aws', id })),
    filters,
    targets: scene.targets,
    paths: scene.paths,
    groups,
    names,
    attachments,
    coverage: known.all,
    gaps: [...draft.gaps.values()],
  }
}

/** What the prefix lists that rules name stand for. */
function namesOf(draft: Draft, network: Network): Map<string, NamedSet> {
  const names = new Map<string, NamedSet>()
  for (const id of draft.words.prefixLists()) {
    const entries = network.entriesOf(id)
    const partial = network.partOf(id)
    const gap = entries ? null : gapOfList(id)
    if (gap) draft.note(gap)
    names.set(id, {
      set: entries
        ? exactly(addressSet.unionAll(entries.map(({ set }) => set)))
        : { ...unknownAddresses, certain: addressSet.unionAll(partial.map(({ set }) => set)) },
      gap,
    })
  }
  return names
}
