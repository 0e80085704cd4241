/** The registry: every check there is. */
import { type TransportPorts, transportPorts } from '../model/traffic-set.ts'
import type { Check } from './check.ts'
import type { Definition } from './definition.ts'
import * as defaultGroup from './filter/default-group.ts'
import * as shadowedRules from './filter/shadowed-rules.ts'
import * as unattached from './filter/unattached.ts'
import * as allPorts from './filter/unrestricted-all-ports.ts'
import * as icmp from './filter/unrestricted-icmp.ts'
import * as filterServices from './filter/unrestricted-services.ts'
import * as uncommonPorts from './filter/unrestricted-uncommon-ports.ts'
import * as wideSources from './filter/wide-sources.ts'
import * as withoutFilter from './machine/internet-facing-without-filter.ts'
import * as managementPorts from './machine/management-ports-open.ts'
import * as machineServices from './machine/unrestricted-services.ts'

export interface CheckOptions {
  /** Ports that are common here besides the well-known ones, so that they are no uncommon ports. */
  readonly alsoCommon: TransportPorts
}

/** The registry with what the user sets. */
export const definitionsWith = ({ alsoCommon }: CheckOptions): readonly Definition[] => [
  ...filterServices.definitions,
  ...uncommonPorts.uncommonPortChecks(alsoCommon),
  ...allPorts.definitions,
  ...icmp.definitions,
  ...wideSources.definitions,
  ...unattached.definitions,
  ...defaultGroup.definitions,
  ...shadowedRules.definitions,
  ...withoutFilter.definitions,
  ...managementPorts.definitions,
  ...machineServices.definitions,
]

export const definitions: readonly Definition[] = definitionsWith({
  alsoCommon: transportPorts({}),
})
export const checksWith: (options: CheckOptions) => readonly Check[] = definitionsWith
export const checks: readonly Check[] = definitions

const byName = new Map<string, Definition>(
  definitions.flatMap((definition) =>
    [definition.id, ...definition.aliases].map((name) => [name.toLowerCase(), definition] as const),
  ),
)

/** The check of this id or alias, in whatever case it is written. */
export const findCheck = (idOrAlias: string): Definition | undefined =>
  byName.get(idOrAlias.toLowerCase())
