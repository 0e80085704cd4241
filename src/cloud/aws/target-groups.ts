/** elbv2 describe-target-groups, describe-target-health and the attributes of both kinds. */
import { gap } from '../../model/gap.ts'
import { below } from '../../model/source.ts'
import { readNumber, readObject, readText } from '../decode.ts'
import { strings } from './classic-load-balancers.ts'
import {
  has,
  locate,
  nameAfter,
  nowhere,
  placeOfArn,
  type ResourceFile,
  required,
} from './resource-file.ts'

export const targetGroups: ResourceFile = {
  collection: 'target-groups',
  members: ['TargetGroups'],
  isAmbiguous: true,
  matches: (element) => has(element, 'TargetGroupArn', 'TargetGroupName'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'TargetGroupArn', at, note)
    if (arn === undefined) return
    const vpcId = readText(element, 'VpcId', at, note)
    draft.targetGroups.push({
      id: arn,
      at,
      origin,
      own: locate(draft, origin, placeOfArn(arn), vpcId),
      name: readText(element, 'TargetGroupName', at, note) ?? arn.split('/').at(-2) ?? arn,
      type: readText(element, 'TargetType', at, note) ?? 'instance',
      protocol: readText(element, 'Protocol', at, note) ?? 'HTTP',
      port: readNumber(element, 'Port', at, note),
      vpcId,
      balancerArns: strings(element, 'LoadBalancerArns', at, note),
    })
  },
}

/** The answer does not say which group it is of; the file's name does: `describe-target-health-web.json`. */
export const targetHealth: ResourceFile = {
  collection: 'target-health',
  members: ['TargetHealthDescriptions'],
  matches: (element) => has(element, 'Target', 'TargetHealth'),
  open(at, origin, draft) {
    const groupName = nameAfter(origin.document, 'target-health')
    if (groupName === null)
      draft.note(
        gap(
          'target-group-not-named',
          'the document does not say which target group it is of: name the file describe-target-health-<target group>.json',
          at,
        ),
      )
    else draft.healthRead.push({ id: groupName, at, origin, own: nowhere })
  },
  read(element, at, origin, draft) {
    const { note } = draft
    const target = readObject(element, 'Target', at, note)
    const groupName = nameAfter(origin.document, 'target-health')
    if (!target || groupName === null) return
    const place = below(at, 'Target')
    const id = required(target, 'Id', place, note)
    if (id === undefined) return
    draft.targetHealth.push({
      id,
      at,
      origin,
      own: id.startsWith('arn:') ? placeOfArn(id) : nowhere,
      groupName,
      targetId: id,
      port: readNumber(target, 'Port', place, note),
    })
  },
}

/** Attributes of target groups and load balancers; theirs is the name in the file's name, too. */
export const attributes: ResourceFile = {
  collection: 'target-group-attributes',
  members: ['Attributes'],
  isAmbiguous: true,
  matches: (element) =>
    has(element, 'Key', 'Value') &&
    typeof element['Key'] === 'string' &&
    /^[a-z0-9_]+(\.[a-z0-9_-]+)+$/.test(element['Key']),
  read(element, at, origin, draft) {
    const { note } = draft
    const key = readText(element, 'Key', at, note)
    const value = readText(element, 'Value', at, note)
    if (key !== 'preserve_client_ip.enabled' || value === null) return
    const ownerName = nameAfter(origin.document, 'target-group-attributes')
    if (ownerName === null)
      note(
        gap(
          'target-group-not-named',
          'the document does not say which target group it is of: name the file describe-target-group-attributes-<target group>.json',
          at,
        ),
      )
    draft.attributes.push({ id: key, at, origin, own: nowhere, ownerName, value })
  },
}
