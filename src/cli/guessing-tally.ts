/** Failed logins in logs, over all sessions of one call. Captures count their own, with the packet of each. */
import { type Guessing, guessingCount } from '../capture/ftp/guessing.ts'
import { ftpLimits, type GuessingRule } from '../capture/ftp/options.ts'
import type { FtpSession, Place } from '../model/observation.ts'
import type { SessionNews } from './session-news.ts'

export interface GuessingTally {
  see(session: FtpSession, news: Pick<SessionNews, 'ok' | 'failed'>, at: readonly Place[]): void
  found(): readonly Guessing[]
}

export function guessingTally(rule: GuessingRule): GuessingTally {
  const count = guessingCount(rule, ftpLimits.remembered)
  return {
    see({ client, server, end }, { ok, failed }, at) {
      const [first] = at
      if (!first) return
      // Logs of sessions do not tell when each login was tried: they are as old as the session's last line.
      for (let i = 0; i < failed; i++) count.failed(client.address, server, end, first)
      if (ok > 0) count.succeeded(client.address, server)
    },
    found: () => count.found(),
  }
}
