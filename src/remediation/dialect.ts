/** How each cloud's filters are changed: a cloud is one file and one line. */
import type { AddressSet } from '../model/address-set.ts'
import type { Filter, Rule } from '../model/estate.ts'
import type { Provider, Resource } from '../model/resource.ts'
import { aws } from './aws.ts'
import { azure } from './azure.ts'
import type { Cut, Edit, Plan } from './plan.ts'

export interface Dialect {
  /** Highest order of a rule of one's own; the platform's rules behind it cannot be removed. */
  readonly lastOwnOrder: number
  /** Closes ports on some rules and leaves all else as it is. */
  restrict(filter: Filter, cuts: readonly Cut[], allowed: AddressSet): Plan
  drop(filter: Filter, rules: readonly Rule[]): Edit
  empty(filter: Filter): Edit
  remove(filter: Filter): Edit
  /** How a filter is put before a resource that has none, in lines. */
  attach(resource: Resource): readonly string[]
}

export const dialects: Readonly<Partial<Record<Provider, Dialect>>> = { aws, azure }
