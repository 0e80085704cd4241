/** The registry of resource files, and the reader made of them: one more resource is one file and one line. */
import type { CloudReader } from '../reader.ts'
import { acceleratorListeners, accelerators, endpointGroups } from './accelerators.ts'
import { addresses } from './addresses.ts'
import { classicLoadBalancers } from './classic-load-balancers.ts'
import { dbInstances, redshiftClusters } from './databases.ts'
import { emptyDraft } from './draft.ts'
import { egressOnlyInternetGateways, natGateways } from './gateways.ts'
import { notNeeded } from './ignored.ts'
import { instances } from './instances.ts'
import { internetGateways } from './internet-gateways.ts'
import { link } from './link.ts'
import { listenerRules, listeners } from './listeners.ts'
import { loadBalancers } from './load-balancers.ts'
import { networkAcls } from './network-acls.ts'
import { networkInterfaces } from './network-interfaces.ts'
import { peeringConnections } from './peering-connections.ts'
import { prefixListEntries, prefixLists } from './prefix-lists.ts'
import { publicAccessBlock, publicAccessBlockExclusions } from './public-access-block.ts'
import { takePart } from './reading.ts'
import type { ResourceFile } from './resource-file.ts'
import { routeTables } from './route-tables.ts'
import { securityGroupRules } from './security-group-rules.ts'
import { securityGroups } from './security-groups.ts'
import { subnets } from './subnets.ts'
import { attributes, targetGroups, targetHealth } from './target-groups.ts'
import { vpcs } from './vpcs.ts'

export const resources: readonly ResourceFile[] = [
  securityGroups,
  securityGroupRules,
  networkInterfaces,
  instances,
  subnets,
  vpcs,
  routeTables,
  internetGateways,
  networkAcls,
  addresses,
  prefixLists,
  prefixListEntries,
  peeringConnections,
  publicAccessBlock,
  publicAccessBlockExclusions,
  natGateways,
  egressOnlyInternetGateways,
  classicLoadBalancers,
  loadBalancers,
  listeners,
  listenerRules,
  targetGroups,
  targetHealth,
  attributes,
  accelerators,
  acceleratorListeners,
  endpointGroups,
  dbInstances,
  redshiftClusters,
]

/** Reads what `aws ec2 describe-…` and its neighbours print. */
export function awsReader(): CloudReader {
  const draft = emptyDraft()
  return {
    take: (part) => takePart(part, { resources, notNeeded }, draft),
    link: () => link(draft, resources),
  }
}
