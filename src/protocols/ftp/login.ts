/** Who logged in: a USER sequence that ends in 230 or 232 is one login, a refusal of it one failure. */
import { readWire } from './wire.ts'

export interface Logins {
  readonly ok: number
  readonly failed: number
  /** Names as given, in order of first sight; at most 64, the rest in `usersBeyond`. */
  readonly users: readonly string[]
  readonly usersBeyond: number
  /** An anonymous login succeeded; null when no login's outcome with its name was seen. */
  readonly anonymous: boolean | null
  /** Failures since the last success, and the most there were: marks of guessing. */
  readonly failedInARow: number
  readonly mostFailedInARow: number
  /** The sequence under way. */
  readonly open: { readonly user: string | null } | null
}

export const noLogins: Logins = {
  ok: 0,
  failed: 0,
  users: [],
  usersBeyond: 0,
  anonymous: null,
  failedInARow: 0,
  mostFailedInARow: 0,
  open: null,
}

const maxUsers = 64
const maxName = 256

/** RFC 1635: both names are those of nobody. */
export const isAnonymous = (user: string): boolean => /^(?:anonymous|ftp)$/i.test(user.trim())

export const userOf = (argument: string): string => readWire(argument.slice(0, maxName))

/** A USER was sent. */
export function withUser(logins: Logins, user: string): Logins {
  if (logins.users.includes(user)) return logins
  return logins.users.length < maxUsers
    ? { ...logins, users: [...logins.users, user] }
    : { ...logins, usersBeyond: logins.usersBeyond + 1 }
}

/**
 * A final reply to USER (`user` given or null when it was not seen), or to PASS or ACCT (`user` undefined: the sequence
 * under way tells).
 */
export function stepLogins(logins: Logins, code: number, user: string | null | undefined): Logins {
  const who = user === undefined ? (logins.open?.user ?? null) : user
  if (code === 331 || code === 332) return { ...logins, open: { user: who } }
  if (code === 230 || code === 232) {
    const named = who === null ? logins.anonymous : logins.anonymous === true || isAnonymous(who)
    return { ...logins, ok: logins.ok + 1, anonymous: named, failedInARow: 0, open: null }
  }
  // 421 closes the connection for other reasons; 503 tells a client that it is out of step.
  if (code < 400 || code === 421 || code === 503) return logins
  const inARow = logins.failedInARow + 1
  return {
    ...logins,
    failed: logins.failed + 1,
    anonymous: who !== null && isAnonymous(who) ? (logins.anonymous ?? false) : logins.anonymous,
    failedInARow: inARow,
    mostFailedInARow: Math.max(inARow, logins.mostFailedInARow),
    open: null,
  }
}
