/** Password guessing that was watched: a finding of the same check that asks whether a server resists it. */
import { type Address, formatAddress } from '../model/address.ts'
import type { Finding } from '../model/audit.ts'
import type { Endpoint, Place } from '../model/observation.ts'
import type { Look } from '../model/sighting.ts'
import { documentSource } from '../model/source.ts'
import { findingOf } from './assess.ts'
import type { ServiceCheck } from './check.ts'
import { serviceResource } from './service-subject.ts'

/** Failed logins of one client at one server. */
export interface GuessingSeen {
  readonly client: Address
  readonly server: Endpoint
  readonly failed: number
  /** Logins that succeeded after so many failures: somebody may have guessed right. */
  readonly succeededAfter: number
  readonly at: readonly Place[]
}

export const guessingCheckId = 'ftp-server-guessing'

/** High where a login succeeded after the failures. */
export function guessingFinding(
  check: ServiceCheck,
  { client, server, failed, succeededAfter, at }: GuessingSeen,
  look: Look,
): Finding {
  const told = `${formatAddress(client)} failed to log in ${failed} times`
  return findingOf(check, {
    resource: serviceResource(look, server, null),
    status: 'fail',
    ...(succeededAfter > 0 && { severity: 'high' as const }),
    because: [
      {
        source: at[0] ? documentSource(at[0].document, at[0].packet ?? at[0].line ?? null) : null,
        text: succeededAfter > 0 ? `${told}, and then did so ${succeededAfter} times` : told,
      },
    ],
  })
}
