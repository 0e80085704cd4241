/** For tests of the formats: a log from its lines, and what it told. */
import { formatAddress, parseAddress } from '../model/address.ts'
import type { FtpSession, Observation } from '../model/observation.ts'
import type { BadLine, LineFormat } from './log.ts'
import type { ServerContext } from './server-log.ts'

export const serverAddress = parseAddress('192.0.2.21')

export const context: ServerContext = {
  server: serverAddress ?? null,
  serverPort: 21,
  network: 'test',
  timezone: 'UTC',
  year: 2026,
  document: 'log',
}

export interface Heard {
  readonly observations: readonly Observation[]
  readonly sessions: readonly FtpSession[]
  /** Reasons of gaps. */
  readonly gaps: readonly string[]
  readonly bad: readonly BadLine[]
  readonly skipped: number
}

export function hear(
  format: LineFormat,
  lines: readonly string[],
  given: Partial<ServerContext> = {},
): Heard {
  const reader = format.start({ ...context, ...given })
  const observations: Observation[] = []
  const bad: BadLine[] = []
  let skipped = 0
  let offset = 0
  for (const [index, line] of lines.entries()) {
    const outcome = reader.line(line, index + 1, { offset, syslog: null })
    offset += line.length + 1
    if (outcome === 'skip') skipped++
    else if ('kind' in outcome) bad.push(outcome)
    else observations.push(...outcome)
  }
  observations.push(...reader.end())
  return {
    observations,
    sessions: observations.flatMap((told) => (told.kind === 'ftp-session' ? [told.session] : [])),
    gaps: observations.flatMap((told) => (told.kind === 'gap' ? [told.gap.reason] : [])),
    bad,
    skipped,
  }
}

/** What people compare of a session. */
export const shown = (session: FtpSession | undefined) =>
  session && {
    client: formatAddress(session.client.address),
    clientPort: session.client.port,
    server: `${formatAddress(session.server.address)} ${session.server.port}`,
    product: session.server.product?.name ?? null,
    start: new Date(session.start).toISOString(),
    end: new Date(session.end).toISOString(),
    seen: [session.startSeen, session.endSeen],
    users: session.users,
    logins: session.logins,
    anonymous: session.anonymous,
    authTls: session.authTls,
    encrypted: session.encrypted,
    files: session.files?.map(({ command, name, bytes, complete }) => [
      command,
      name,
      bytes,
      complete,
    ]),
  }

export const everything = (heard: Heard): string =>
  JSON.stringify([heard.observations, heard.bad], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  )
