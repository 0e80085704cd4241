/** A check is data and one pure function that turns facts into outcomes. */
import type { CheckInfo } from '../model/audit.ts'
import type { TrafficBounds } from '../model/bounds.ts'
import type { Estate, Filter, Rule } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Outcome } from '../model/finding.ts'
import type { Thresholds } from '../model/public-space.ts'
import type { ResourceId } from '../model/resource.ts'
import type { TrafficSet } from '../model/traffic-set.ts'

export interface Facts {
  readonly estate: Estate
  readonly thresholds: Thresholds
  /** The exposures of a target, and those that a rule of a filter admits or that a filter (attached to nothing) is itself. */
  exposuresOf(target: ResourceId): readonly Exposure[]
  exposuresThrough(filter: ResourceId): readonly Exposure[]
  /** The filter's own effective inbound traffic, every destination and source port united; cut to nothing. */
  admits(filter: ResourceId): TrafficBounds
  /** The allow rules of a filter that admit some of this traffic after the rules before them had their say. */
  rulesAdmitting(filter: Filter, traffic: TrafficSet): readonly Rule[]
  /** Rules that can never match, each with the rules that shadow it. */
  shadowed(filter: Filter): readonly { readonly rule: Rule; readonly by: readonly Rule[] }[]
}

export interface Check extends CheckInfo {
  /** What it looks at: a filter's own rules, or a target's whole path. */
  readonly subject: 'filter' | 'target'
  find(facts: Facts): Iterable<Outcome>
}
