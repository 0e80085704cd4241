/** Failed logins in logs, over all sessions of one call. Captures count their own, with the packet of each. */
import { type Guessing, guessingCount } from '../capture/ftp/guessing.ts'
import { ftpLimits, type GuessingRule } from '../capture/ftp/options.ts'
import type { FtpSession, Place } from '../model/observation.ts'

export interface GuessingTally {
  see(session: FtpSession, at: readonly Place[]): void
  found(): readonly Guessing[]
}

export function guessingTally(rule: GuessingRule): GuessingTally {
  const count = guessingCount(rule, ftpLimits.remembered)
  /** By where sessions begin: one that was open when it was told comes again, with more logins. */
  const counted = new Map<string, NonNullable<FtpSession['logins']>>()
  return {
    see({ client, server, logins, end }, at) {
      const [first] = at
      if (!first || !logins || (logins.failed === 0 && logins.ok === 0)) return
      const key = `${first.line} ${first.offset} ${first.document}`
      const before = counted.get(key) ?? { ok: 0, failed: 0 }
      if (counted.size >= ftpLimits.remembered) counted.clear()
      counted.set(key, logins)
      // Logs of sessions do not tell when each login was tried: they are as old as the session's last line.
      for (let i = before.failed; i < logins.failed; i++)
        count.failed(client.address, server, end, first)
      if (logins.ok > before.ok) count.succeeded(client.address, server)
    },
    found: () => count.found(),
  }
}
