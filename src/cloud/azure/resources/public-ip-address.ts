/** Public addresses: `az network public-ip list`, and of scale set instances: `az vmss list-instance-public-ips`. */
import { type Address, parseAddress } from '../../../model/address.ts'
import { gap } from '../../../model/gap.ts'
import { type ArmKey, parentOf } from '../arm-id.ts'
import { child, has, type Reference, reference, text } from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

/** Whether an address admits traffic without a network security group: Standard does not, Basic does. */
export type Sku = 'basic' | 'standard' | 'unknown'
export const readSku = (name: string | null): Sku => {
  const sku = name?.toLowerCase()
  // StandardV2 is closed by default as Standard is.
  return sku === 'basic' ? 'basic' : sku?.startsWith('standard') ? 'standard' : 'unknown'
}

export interface PublicIpAddress extends Identity {
  /** Null while none is allocated. */
  readonly address: Address | null
  readonly family: 4 | 6
  readonly sku: Sku
  readonly fqdn: string | null
  /** The configuration of an interface or of a front that has it. */
  readonly holder: ArmKey | null
}

const read: ResourceKind<PublicIpAddress>['read'] = (element, identity) => {
  if (
    !has(element, 'publicIPAllocationMethod') &&
    !has(element, 'ipAddress') &&
    !has(element, 'publicIPAddressVersion')
  )
    return withoutDetails(element, 'public address', '`az network public-ip list`')
  const printed = text(element, 'ipAddress')
  // PowerShell prints words where there is no address.
  const address = printed === null || /^not assigned$/i.test(printed) ? null : parseAddress(printed)
  if (address === undefined)
    element.note(gap('bad-address', `not an IP address: ${JSON.stringify(printed)}`, element.at))
  const sku = child(element, 'sku')
  const dns = child(element, 'dnsSettings')
  const holder: Reference | null = reference(element, 'ipConfiguration')
  const isInstance = identity.key.includes('/virtualmachinescalesets/')
  return {
    ...identity,
    address: address ?? null,
    family:
      address?.family ??
      (text(element, 'publicIPAddressVersion')?.toLowerCase() === 'ipv6' ? 6 : 4),
    sku: readSku(sku && text(sku, 'name')),
    fqdn: dns && text(dns, 'fqdn'),
    holder: holder?.key ?? (isInstance ? parentOf(identity.key) : null),
  }
}

export const publicIpAddresses: ResourceKind<PublicIpAddress> = {
  collection: 'public-ip-addresses',
  types: ['microsoft.network/publicipaddresses'],
  read,
}
export const scaleSetPublicIpAddresses: ResourceKind<PublicIpAddress> = {
  collection: 'scale-set-public-ip-addresses',
  isPart: true,
  types: [
    'microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses',
  ],
  read,
}
