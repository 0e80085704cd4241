/** A session of a log that is still open is told again when more of it comes: what each telling adds to those before. */
import type { FtpSession, Place, TransferredFile } from '../model/observation.ts'

export interface SessionNews {
  readonly sessions: 0 | 1
  readonly anonymous: 0 | 1
  readonly files: readonly TransferredFile[]
  readonly ok: number
  readonly failed: number
}

interface Told {
  readonly anonymous: 0 | 1
  readonly files: number
  readonly ok: number
  readonly failed: number
}

const nothing: Told = { anonymous: 0, files: 0, ok: 0, failed: 0 }
/** Sessions that are remembered; the one told longest ago goes first. */
const most = 65_536

export function sessionNews(): (session: FtpSession, at: readonly Place[]) => SessionNews {
  const told = new Map<string, Told>()
  return ({ files, logins, anonymous }, [first]) => {
    const now: Told = {
      anonymous: anonymous === true ? 1 : 0,
      files: files?.length ?? 0,
      ok: logins?.ok ?? 0,
      failed: logins?.failed ?? 0,
    }
    const key = `${first?.packet} ${first?.line} ${first?.offset} ${first?.document}`
    const before = first && told.get(key)
    if (first) {
      told.delete(key)
      told.set(key, now)
      const [oldest] = told.keys()
      if (told.size > most && oldest !== undefined) told.delete(oldest)
    }
    const known = before ?? nothing
    return {
      sessions: before ? 0 : 1,
      anonymous: now.anonymous > known.anonymous ? 1 : 0,
      files: files?.slice(known.files) ?? [],
      ok: Math.max(0, now.ok - known.ok),
      failed: Math.max(0, now.failed - known.failed),
    }
  }
}
