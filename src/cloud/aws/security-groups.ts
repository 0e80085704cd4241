/** describe-security-groups */
import { readText } from '../decode.ts'
import { readPermissions } from './permissions.ts'
import { has, locate, placeOfArn, type ResourceFile, required } from './resource-file.ts'

export const securityGroups: ResourceFile = {
  collection: 'security-groups',
  members: ['SecurityGroups'],
  matches: (element) =>
    has(element, 'GroupId') &&
    !has(element, 'SecurityGroupRuleId') &&
    (has(element, 'IpPermissions') ||
      has(element, 'IpPermissionsEgress') ||
      has(element, 'GroupName', 'Description')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'GroupId', at, note)
    if (id === undefined) return
    const arn = placeOfArn(readText(element, 'SecurityGroupArn', at, note))
    const vpcId = readText(element, 'VpcId', at, note)
    const account = readText(element, 'OwnerId', at, note) ?? arn.account
    draft.groups.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: arn.region }, vpcId, id),
      name: readText(element, 'GroupName', at, note),
      vpcId,
      inbound: readPermissions(element, 'IpPermissions', at, draft),
      outbound: readPermissions(element, 'IpPermissionsEgress', at, draft),
    })
  },
}
