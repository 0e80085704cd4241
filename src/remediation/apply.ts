import type { Estate, Filter, Rule } from '../model/estate.ts'
import type { ResourceId } from '../model/resource.ts'
import type { Edit } from './plan.ts'

/** The estate as it would be after these edits. The estate that is given stays as it was. */
export function applyEdits(estate: Estate, edits: readonly Edit[]): Estate {
  return edits.reduce(
    (current, edit) => (edit.deletes ? without(current, edit.filter) : edited(current, edit)),
    estate,
  )
}

function edited(estate: Estate, { filter, removed, added }: Edit): Estate {
  const current = estate.filters.get(filter.resource.key) ?? filter
  const gone = new Set(removed)
  const stays = (rule: Rule) => !gone.has(rule)
  const changed = {
    ...current,
    inbound: [...current.inbound.filter(stays), ...added],
    outbound: current.outbound.filter(stays),
  }
  return { ...estate, filters: new Map(estate.filters).set(filter.resource.key, changed) }
}

function without(estate: Estate, { resource: { key } }: Filter): Estate {
  const less = <V>(map: ReadonlyMap<ResourceId, V>): ReadonlyMap<ResourceId, V> => {
    const copy = new Map(map)
    copy.delete(key)
    return copy
  }
  return {
    ...estate,
    filters: less(estate.filters),
    targets: less(estate.targets),
    attachments: less(estate.attachments),
    paths: estate.paths.filter(({ target }) => target !== key),
  }
}
