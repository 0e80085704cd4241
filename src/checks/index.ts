/** The registry: every check there is. */
import { type TransportPorts, transportPorts } from '../model/traffic-set.ts'
import type { Check, ServiceCheck } from './check.ts'
import type { Definition, EstateDefinition, ServiceDefinition } from './definition.ts'
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
import * as anonymousLogin from './service/anonymous-login.ts'
import * as bounce from './service/bounce.ts'
import * as certificateInvalid from './service/certificate-invalid.ts'
import * as clearTextLogin from './service/clear-text-login.ts'
import * as copyrightedFiles from './service/copyrighted-files.ts'
import * as customPort from './service/custom-port.ts'
import * as guessing from './service/guessing.ts'
import * as noTls from './service/no-tls.ts'
import * as port21NotFtp from './service/port-21-not-ftp.ts'
import * as sensitiveFiles from './service/sensitive-files.ts'
import * as siteCommand from './service/site-command.ts'
import * as thirdPartyPassive from './service/third-party-passive.ts'
import * as tlsWeak from './service/tls-weak.ts'
import * as writableDirectory from './service/writable-directory.ts'

export interface CheckOptions {
  /** Ports that are common here besides the well-known ones, so that they are no uncommon ports. */
  readonly alsoCommon: TransportPorts
}

/** The checks of estates, with what the user sets. */
export const definitionsWith = ({ alsoCommon }: CheckOptions): readonly EstateDefinition[] => [
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

export const estateDefinitions: readonly EstateDefinition[] = definitionsWith({
  alsoCommon: transportPorts({}),
})
export const serviceDefinitions: readonly ServiceDefinition[] = [
  ...anonymousLogin.definitions,
  ...writableDirectory.definitions,
  ...clearTextLogin.definitions,
  ...noTls.definitions,
  ...tlsWeak.definitions,
  ...certificateInvalid.definitions,
  ...bounce.definitions,
  ...thirdPartyPassive.definitions,
  ...siteCommand.definitions,
  ...guessing.definitions,
  ...sensitiveFiles.definitions,
  ...copyrightedFiles.definitions,
  ...customPort.definitions,
  ...port21NotFtp.definitions,
]
export const definitions: readonly Definition[] = [...estateDefinitions, ...serviceDefinitions]

/** What is asked of an estate, by `assess`. */
export const checksWith: (options: CheckOptions) => readonly Check[] = definitionsWith
export const checks: readonly Check[] = estateDefinitions
/** What is asked of services, by `assessServices`. */
export const serviceChecks: readonly ServiceCheck[] = serviceDefinitions

const byName = new Map<string, Definition>(
  definitions.flatMap((definition) =>
    [definition.id, ...definition.aliases].map((name) => [name.toLowerCase(), definition] as const),
  ),
)

/** The check of this id or alias, in whatever case it is written. */
export const findCheck = (idOrAlias: string): Definition | undefined =>
  byName.get(idOrAlias.toLowerCase())
