/** NAT gateways: `az network nat gateway list`. They carry what goes out; an instance's own public address stays open. */
import type { Identity, ResourceKind } from '../resource-kind.ts'

export const natGateways: ResourceKind<Identity> = {
  collection: 'nat-gateways',
  types: ['microsoft.network/natgateways'],
  read: (_, identity) => identity,
}
