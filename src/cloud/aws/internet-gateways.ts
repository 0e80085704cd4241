/** describe-internet-gateways */
import { readObjects, readText } from '../decode.ts'
import { has, locate, type ResourceFile, required } from './resource-file.ts'

export const internetGateways: ResourceFile = {
  collection: 'internet-gateways',
  members: ['InternetGateways'],
  matches: (element) => has(element, 'InternetGatewayId'),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'InternetGatewayId', at, note)
    if (id === undefined) return
    // An attached gateway's state is `available`, `attached` in newer output; others are on their way.
    const vpcIds = readObjects(element, 'Attachments', at, note).flatMap(({ value, at: place }) => {
      const vpcId = readText(value, 'VpcId', place, note)
      const state = readText(value, 'State', place, note)
      return vpcId !== null && state !== 'detached' && state !== 'detaching' ? [vpcId] : []
    })
    const account = readText(element, 'OwnerId', at, note)
    draft.internetGateways.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: null }, ...vpcIds),
      vpcIds,
    })
  },
}
