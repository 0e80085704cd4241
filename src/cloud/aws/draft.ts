/** All records read so far; the resource files add to it, `link` reads it. */

import type { Gap } from '../../model/gap.ts'
import type { Source } from '../../model/source.ts'
import type { Note } from '../decode.ts'
import { type Lexicon, lexicon } from './lexicon.ts'
import type { Claims, Origin } from './origin.ts'
import type * as records from './records.ts'

export interface Draft {
  readonly note: Note
  readonly gaps: Map<string, Gap>
  readonly words: Lexicon
  readonly claims: Claims
  readonly origins: Map<string, Origin>
  /** Groups that rules name, with the first place that does. */
  readonly references: Map<string, Reference>
  readonly groups: records.GroupRecord[]
  readonly groupRules: records.GroupRuleRecord[]
  readonly interfaces: records.InterfaceRecord[]
  readonly instances: records.InstanceRecord[]
  readonly subnets: records.SubnetRecord[]
  readonly vpcs: records.VpcRecord[]
  readonly routeTables: records.RouteTableRecord[]
  readonly internetGateways: records.GatewayRecord[]
  readonly acls: records.AclRecord[]
  readonly elasticAddresses: records.ElasticAddressRecord[]
  readonly prefixLists: records.PrefixListRecord[]
  readonly peerings: records.Base[]
  readonly blockOptions: records.BlockOptionsRecord[]
  readonly blockExclusions: records.BlockExclusionRecord[]
  readonly balancers: records.BalancerRecord[]
  readonly listeners: records.ListenerRecord[]
  readonly listenerRules: records.ListenerRuleRecord[]
  readonly targetGroups: records.TargetGroupRecord[]
  readonly targetHealth: records.TargetHealthRecord[]
  /** Target groups whose health was read, by name: an empty answer is an answer. */
  readonly healthRead: records.Base[]
  readonly attributes: records.AttributeRecord[]
  readonly accelerators: records.AcceleratorRecord[]
  readonly acceleratorListeners: records.AcceleratorListenerRecord[]
  readonly endpointGroups: records.EndpointGroupRecord[]
  readonly databases: records.DatabaseRecord[]
}

export interface Reference {
  readonly account: string | null
  readonly isPeered: boolean
  readonly at: Source
}

export function emptyDraft(): Draft {
  const gaps = new Map<string, Gap>()
  return {
    note(gap) {
      if (!gaps.has(gap.key)) gaps.set(gap.key, gap)
    },
    gaps,
    words: lexicon(),
    claims: new Map(),
    origins: new Map(),
    references: new Map(),
    groups: [],
    groupRules: [],
    interfaces: [],
    instances: [],
    subnets: [],
    vpcs: [],
    routeTables: [],
    internetGateways: [],
    acls: [],
    elasticAddresses: [],
    prefixLists: [],
    peerings: [],
    blockOptions: [],
    blockExclusions: [],
    balancers: [],
    listeners: [],
    listenerRules: [],
    targetGroups: [],
    targetHealth: [],
    healthRead: [],
    attributes: [],
    accelerators: [],
    acceleratorListeners: [],
    endpointGroups: [],
    databases: [],
  }
}
