/** describe-addresses: elastic addresses, also those on secondary private addresses. */
import { readText } from '../decode.ts'
import { readAddress } from './network-interfaces.ts'
import { has, locate, type ResourceFile, required } from './resource-file.ts'

export const addresses: ResourceFile = {
  collection: 'addresses',
  members: ['Addresses'],
  matches: (element) =>
    has(element, 'PublicIp') && (has(element, 'AllocationId') || has(element, 'Domain')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'PublicIp', at, note)
    const publicAddress = id === undefined ? null : readAddress(element, 'PublicIp', at, note)
    if (id === undefined || publicAddress === null) return
    // NetworkBorderGroup is the region, or a zone group inside it (us-west-2-lax-1).
    const border = readText(element, 'NetworkBorderGroup', at, note)
    const region = border?.match(/^[a-z]+(?:-[a-z]+)+-\d+/)?.[0] ?? null
    const account = readText(element, 'NetworkInterfaceOwnerId', at, note)
    draft.elasticAddresses.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region }),
      publicAddress,
      allocationId: readText(element, 'AllocationId', at, note),
      interfaceId: readText(element, 'NetworkInterfaceId', at, note),
      instanceId: readText(element, 'InstanceId', at, note),
      privateAddress: readAddress(element, 'PrivateIpAddress', at, note),
    })
  },
}
