/** elbv2 describe-listeners and describe-rules */
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import {
  type JsonObject,
  type Note,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../decode.ts'
import { strings } from './classic-load-balancers.ts'
import type { Action } from './records.ts'
import { badCidr, has, locate, placeOfArn, type ResourceFile, required } from './resource-file.ts'

export const listeners: ResourceFile = {
  collection: 'listeners',
  members: ['Listeners'],
  isAmbiguous: true,
  matches: (element) => has(element, 'ListenerArn', 'LoadBalancerArn'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'ListenerArn', at, note)
    const balancerArn = required(element, 'LoadBalancerArn', at, note)
    if (arn === undefined || balancerArn === undefined) return
    const port = readNumber(element, 'Port', at, note)
    const own = locate(draft, origin, placeOfArn(arn))
    // Listeners of gateway load balancers have neither port nor protocol.
    if (port === null) return
    draft.listeners.push({
      id: arn,
      at,
      origin,
      own,
      balancerArn,
      port,
      protocol: readText(element, 'Protocol', at, note) ?? 'TCP',
      actions: readActions(element, 'DefaultActions', at, note),
    })
  },
}

export const listenerRules: ResourceFile = {
  collection: 'listener-rules',
  members: ['Rules'],
  isAmbiguous: true,
  matches: (element) => has(element, 'RuleArn', 'Actions'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'RuleArn', at, note)
    if (arn === undefined) return
    const conditions = readObjects(element, 'Conditions', at, note)
    const sources = conditions.flatMap(({ value, at: place }) =>
      value['Field'] === 'source-ip' ? [readSources(value, place, note)] : [],
    )
    const priority = readText(element, 'Priority', at, note)
    draft.listenerRules.push({
      id: arn,
      at,
      origin,
      own: locate(draft, origin, placeOfArn(arn)),
      listenerArn: arn.replace(':listener-rule/', ':listener/').split('/').slice(0, -1).join('/'),
      priority: priority === null || priority === 'default' ? Infinity : Number(priority),
      sources: sources.length === 0 ? null : sources.reduce(addressSet.intersect),
      onlySources: conditions.length > 0 && sources.length === conditions.length,
      actions: readActions(element, 'Actions', at, note),
    })
  },
}

function readSources(condition: JsonObject, at: Source, note: Note): AddressSet {
  const config = readObject(condition, 'SourceIpConfig', at, note)
  const values = config
    ? strings(config, 'Values', below(at, 'SourceIpConfig'), note)
    : strings(condition, 'Values', at, note)
  return addressSet.unionAll(
    values.flatMap((text) => {
      const set = addressSet.parseAddresses(text)
      if (!set) note(badCidr(text, at))
      return set ?? []
    }),
  )
}

/** Authentication comes before the action that ends a list: one that forwards, redirects or answers. */
function readActions(
  element: JsonObject,
  member: string,
  at: Source,
  note: Note,
): readonly Action[] {
  return readObjects(element, member, at, note).flatMap(({ value, at: place }): Action[] => {
    const type = readText(value, 'Type', place, note)
    if (type === 'forward')
      return [{ kind: 'forward', groupArns: groupsOf(value, place, note), at: place }]
    if (type === 'redirect' || type === 'fixed-response') return [{ kind: 'ends-here', at: place }]
    if (type?.startsWith('authenticate-') || type === 'jwt-validation') return []
    note(gap('unknown-action', `listener action ${JSON.stringify(type)} is not understood`, place))
    return [{ kind: 'ends-here', at: place }]
  })
}

/** A group of weight 0 gets nothing, unless all have it. */
function groupsOf(action: JsonObject, at: Source, note: Note): readonly string[] {
  const config = readObject(action, 'ForwardConfig', at, note)
  const weighted = (
    config ? readObjects(config, 'TargetGroups', below(at, 'ForwardConfig'), note) : []
  ).flatMap(({ value, at: place }) => {
    const arn = readText(value, 'TargetGroupArn', place, note)
    return arn === null ? [] : [{ arn, weight: readNumber(value, 'Weight', place, note) ?? 1 }]
  })
  const receiving = weighted.filter(({ weight }) => weight > 0)
  const chosen = (receiving.length > 0 ? receiving : weighted).map(({ arn }) => arn)
  if (chosen.length > 0) return chosen
  const arn = readText(action, 'TargetGroupArn', at, note)
  if (arn === null) note(gap('missing-member', 'a forward action without a target group', at))
  return arn === null ? [] : [arn]
}
