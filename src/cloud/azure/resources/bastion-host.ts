/** Bastion hosts: `az network bastion list`. A portal to 22 and 3389 that asks for a sign-in. */
import { children, type Reference, reference } from '../element.ts'
import type { Identity, ResourceKind } from '../resource-kind.ts'

export interface BastionHost extends Identity {
  readonly subnets: readonly Reference[]
}

export const bastionHosts: ResourceKind<BastionHost> = {
  collection: 'bastion-hosts',
  types: ['microsoft.network/bastionhosts'],
  read: (element, identity) => ({
    ...identity,
    subnets: children(element, 'ipConfigurations').flatMap((one) => reference(one, 'subnet') ?? []),
  }),
}
