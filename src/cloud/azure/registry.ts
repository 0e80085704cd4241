/** Every resource that is read: one line a resource. */
import type { Identity, ResourceKind } from './resource-kind.ts'
import { applicationGateways } from './resources/application-gateway.ts'
import { applicationSecurityGroups } from './resources/application-security-group.ts'
import { azureFirewalls } from './resources/azure-firewall.ts'
import { bastionHosts } from './resources/bastion-host.ts'
import { firewallPolicies } from './resources/firewall-policy.ts'
import { firewallPolicyRules } from './resources/firewall-policy-rules.ts'
import { ipGroups } from './resources/ip-group.ts'
import { loadBalancers } from './resources/load-balancer.ts'
import { natGateways } from './resources/nat-gateway.ts'
import { networkInterfaces, scaleSetInterfaces } from './resources/network-interface.ts'
import { networkSecurityGroups } from './resources/network-security-group.ts'
import { publicIpAddresses, scaleSetPublicIpAddresses } from './resources/public-ip-address.ts'
import { routeTables } from './resources/route-table.ts'
import { scaleSets } from './resources/scale-set.ts'
import {
  adminRuleCollections,
  networkGroupMembers,
  securityAdminRules,
} from './resources/security-admin-rule.ts'
import { looseRules } from './resources/security-rule.ts'
import { subnets } from './resources/subnet.ts'
import { virtualMachines } from './resources/virtual-machine.ts'
import { virtualNetworks } from './resources/virtual-network.ts'

/** A record type's own `merge` only ever meets records of its own kind. */
const erased = <Item extends Identity>(kind: ResourceKind<Item>): ResourceKind<Identity> =>
  kind as unknown as ResourceKind<Identity>

export const registry: readonly ResourceKind<Identity>[] = [
  erased(networkSecurityGroups),
  erased(looseRules),
  erased(networkInterfaces),
  erased(scaleSetInterfaces),
  erased(publicIpAddresses),
  erased(scaleSetPublicIpAddresses),
  erased(virtualMachines),
  erased(virtualNetworks),
  erased(subnets),
  erased(routeTables),
  erased(applicationSecurityGroups),
  erased(loadBalancers),
  erased(scaleSets),
  erased(applicationGateways),
  erased(azureFirewalls),
  erased(firewallPolicies),
  erased(firewallPolicyRules),
  erased(ipGroups),
  erased(natGateways),
  erased(bastionHosts),
  erased(securityAdminRules),
  erased(adminRuleCollections),
  erased(networkGroupMembers),
]
