import type { AddressSet } from './address-set.ts'
import type { Exposure } from './exposure.ts'
import type { Gap } from './gap.ts'
import type { PortSet } from './port-set.ts'
import type { Resource } from './resource.ts'
import type { Source } from './source.ts'
import type { Transport } from './traffic-set.ts'

export const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const
export type Severity = (typeof severities)[number]
export const statuses = ['fail', 'unknown', 'manual', 'pass', 'not-applicable'] as const
export type Status = (typeof statuses)[number]

export interface Because {
  readonly source: Source | null
  readonly text: string
}
/** Exactly what is wrong, where ports are what is wrong. */
export interface WrongPorts {
  readonly transport: Transport
  readonly ports: PortSet
  readonly sources: AddressSet
}

/** What a check says of one resource; the registry adds the check itself. */
export interface Outcome {
  readonly resource: Resource
  readonly status: Status
  /** Where it differs from the check's own. */
  readonly severity?: Severity
  readonly ports?: readonly WrongPorts[]
  readonly because?: readonly Because[]
  readonly exposures?: readonly Exposure[]
  readonly gaps?: readonly Gap[]
}
