/** What the options say of the assessment of each FTP server. */

import { parseAddress } from '../model/address.ts'
import { contains } from '../model/address-set.ts'
import { ftpPoints, isFtpPoint } from '../scan/ftp/selection.ts'
import type { AssessmentOptions, LookOptions } from '../scan/look.ts'
import type { ScanSystem } from '../scan/system.ts'
import { type Account, readCredentials } from './credentials-file.ts'
import { type Edges, UsageError } from './edges.ts'
import type { ScanArguments } from './scan-run.ts'

export interface Assessment {
  of: LookOptions['assessment']
  /** All that changes answers, without a secret: a scan is resumed with the same. */
  readonly summary: unknown
}

/** Milliseconds of one whole reply, and of one server's whole assessment. */
const replyMilliseconds = 10_000
const totalMilliseconds = 120_000
const lockoutMilliseconds = 120_000

export async function readAssessment(
  asked: ScanArguments,
  edges: Edges,
  system: ScanSystem,
): Promise<Assessment> {
  const accounts =
    asked.credentials === undefined ? [] : await readCredentials(asked.credentials, edges)
  const bounceAddress = asked.bounceAddress === undefined ? null : parseAddress(asked.bounceAddress)
  if (bounceAddress === undefined)
    throw new UsageError(`--bounce-address: not an address: ${JSON.stringify(asked.bounceAddress)}`)
  const strange = asked.points.find((point) => !isFtpPoint(point))
  if (strange !== undefined)
    throw new UsageError(
      `--points: no point is called ${JSON.stringify(strange)}; there are ${Object.keys(ftpPoints).join(', ')}`,
    )
  const options: Omit<AssessmentOptions, 'credentials'> = {
    bounceAddress,
    points: asked.points.length === 0 ? null : asked.points.filter(isFtpPoint),
    proveWritable: asked.proveWritable ? 'ask' : 'skip',
    lockout: asked.lockout ? 'ask' : 'skip',
    sniff: asked.sniff ? 'ask' : 'skip',
    tlsOffers: asked.tlsVersions ? 'ask' : 'skip',
    active: asked.active ? 'ask' : 'skip',
    files: { depth: asked.depth, count: asked.maxFiles },
    timeouts: {
      connect: asked.timeout,
      reply: replyMilliseconds,
      total: totalMilliseconds + (asked.lockout ? lockoutMilliseconds : 0),
    },
    sourceName: `portreeve-${system.name()}`,
  }
  const { sourceName: _, ...summary } = options
  return {
    of: ({ address }, port) =>
      asked.assess
        ? {
            ...options,
            credentials: accountOf(
              accounts.find(
                (account) =>
                  contains(account.addresses, address) &&
                  (account.port === null || account.port === port),
              ),
            ),
          }
        : null,
    summary: {
      ...summary,
      assess: asked.assess,
      accounts: accounts.map(({ user, clear, port }) => ({ user, clear, port })),
    },
  }
}

const accountOf = (account: Account | undefined): AssessmentOptions['credentials'] =>
  account ? { user: account.user, password: account.password, clear: account.clear } : null
