/**
 * Azure Resource Manager ids: `/subscriptions/S/resourceGroups/G/providers/Namespace/type/name/type/name`. They are not
 * case-sensitive and come in several spellings, so they join in lower case.
 */

/** An id in the spelling that joins. */
export type ArmKey = string

export const armKey = (id: string): ArmKey =>
  (id.endsWith('/') ? id.slice(0, -1) : id).toLowerCase()

const armId = /^\/(subscriptions|providers)\/[^/]/i
export const isArmId = (value: unknown): value is string =>
  typeof value === 'string' && armId.test(value)

/** `microsoft.network/virtualnetworks/subnets`; undefined where the id names no provider (a resource group). */
export function typeOfKey(key: ArmKey): string | undefined {
  const at = key.lastIndexOf('/providers/')
  if (at < 0) return undefined
  const parts = key.slice(at + '/providers/'.length).split('/')
  const types = parts.filter((_, i) => i === 0 || i % 2 === 1)
  return types.length > 1 ? types.join('/') : undefined
}

/** The subscription, which is the account; null for ids of the tenant. */
export function subscriptionOf(key: ArmKey): string | null {
  const match = /^\/subscriptions\/([^/]+)/.exec(key)
  return match ? (match[1] as string) : null
}

/** The last name of an id in the spelling it has. */
export const nameOfId = (id: string): string => id.slice(id.lastIndexOf('/', id.length - 2) + 1)

/** The id of what this one is a part of: `…/virtualNetworks/V/subnets/S` gives `…/virtualNetworks/V`. */
export function parentOf(id: string): string {
  return id.split('/').slice(0, -2).join('/')
}
