/**
 * Logins: one of nobody in particular, one of the operator's account, and one name without a password to see whether
 * passwords are asked for in clear. The codes decide (RFC 959 §5.4); words count only where a refusal names TLS.
 */
import type { Answer } from '../../model/service.ts'
import { demandsTls } from '../../protocols/ftp/demand.ts'
import type { Reply } from '../../protocols/ftp/reply.ts'
import { encodeWire } from '../../protocols/ftp/wire.ts'
import type { Conversation, Exchange } from './conversation.ts'
import { openSession, type Session } from './session.ts'
import type { Visit } from './visit.ts'

/** Nobody's password by custom (RFC 1635): an address of no mailbox. */
const anonymousPassword = 'portreeve@'

/** What is left to try, over all connections. */
export interface Attempts {
  /** `spent`: the one attempt was made; `over-tls`: it was refused for want of TLS and may be made there. */
  anonymous: 'open' | 'over-tls' | 'spent'
  account: 'open' | 'over-tls' | 'spent'
}
export const startAttempts = (visit: Visit): Attempts => ({
  anonymous: 'open',
  account: visit.options.credentials === null ? 'spent' : 'open',
})

/** On a connection in clear. A session where somebody got in. */
export async function loginInClear(
  visit: Visit,
  control: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  const anonymous = await loginAnonymous(visit, control, attempts)
  if (anonymous || control.ended !== null) return anonymous
  return visit.options.credentials?.clear ? loginAccount(visit, control, attempts) : null
}

/** Inside TLS: whatever was not tried yet. */
export async function loginSecured(
  visit: Visit,
  control: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  if (attempts.anonymous !== 'spent') {
    const session = await loginAnonymous(visit, control, attempts)
    if (session || control.ended !== null) return session
  }
  return loginAccount(visit, control, attempts)
}

/** USER of an account that does not exist, and no password: which logins in clear are refused for want of TLS. */
export async function askMadeUp(visit: Visit, control: Conversation): Promise<void> {
  const { reply, code, lines } = await visit.ask(control, `USER ${visit.options.sourceName}`)
  const give = (answer: Answer, reason: string) =>
    visit.answers.give('clear-login-accounts', answer, reason, lines)
  if (!reply) return
  if (demandsTls(reply)) {
    give('no', 'refused-naming-tls')
    // 421 ends the session whoever asked: nobody gets in here in clear.
    if (code === 421)
      visit.answers.give('clear-login-anonymous', 'no', 'session-refused-naming-tls', lines)
  } else if (isIn(code)) give('yes', 'accepted-without-password')
  else if (asksPassword(code)) give('unknown', 'password-asked')
  else give('unknown', 'refused')
}

/** The one anonymous attempt. */
async function loginAnonymous(
  visit: Visit,
  control: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  const isRetry = attempts.anonymous === 'over-tls'
  const named = await visit.ask(control, 'USER anonymous')
  let last = named
  if (asksPassword(named.code)) last = await visit.ask(control, `PASS ${anonymousPassword}`)
  // A connection that ended before an answer made no attempt.
  if (!named.reply) return null
  attempts.anonymous = 'spent'
  const lines = last === named ? named.lines : [...named.lines, ...last.lines]
  const { secured } = control
  const clear = (answer: Answer, reason: string) => {
    if (!secured) visit.answers.give('clear-login-anonymous', answer, reason, lines)
  }
  if (isIn(last.code)) {
    clear('yes', 'logged-in')
    visit.answers.give('anonymous', 'yes', 'logged-in', lines, 'anonymous')
    return openSession(visit, control, { name: 'anonymous', isAnonymous: true }, lines)
  }
  if (!secured && last.reply && refusesClear(last.reply)) {
    clear('no', 'refused-naming-tls')
    attempts.anonymous = isRetry ? 'spent' : 'over-tls'
    visit.answers.give('anonymous', 'unknown', 'needs-tls', lines)
    return null
  }
  const [answer, reason] = refusalOf(last)
  clear(answer, answer === 'no' ? 'anonymous-refused' : reason)
  visit.answers.give('anonymous', answer, reason, lines)
  return null
}

/** The operator's account, once; in clear only where that is allowed. */
export async function loginAccount(
  visit: Visit,
  control: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  const { credentials } = visit.options
  if (!credentials || attempts.account === 'spent' || control.ended !== null) return null
  const { secured } = control
  const isKnownRefused = visit.answers.of('clear-login-accounts')?.answer === 'no'
  if (!secured && (!credentials.clear || isKnownRefused)) return null
  const [user, password] = [encodeWire(credentials.user), encodeWire(credentials.password)]
  // A line end in a name or a password would be a command of its own.
  if (/[\r\n\0]/.test(user + password)) return null
  const named = await visit.ask(control, `USER ${user}`)
  const isRefusedInClear = !secured && named.reply !== null && refusesClear(named.reply)
  if (isRefusedInClear) {
    attempts.account = 'over-tls'
    visit.answers.give('clear-login-accounts', 'no', 'refused-naming-tls', named.lines)
    return null
  }
  const last = asksPassword(named.code) ? await visit.ask(control, `PASS ${password}`) : named
  attempts.account = 'spent'
  const lines = last === named ? named.lines : [...named.lines, ...last.lines]
  if (!isIn(last.code)) {
    if (!secured && last.reply && refusesClear(last.reply))
      visit.answers.give('clear-login-accounts', 'no', 'refused-naming-tls', lines)
    return null
  }
  if (!secured)
    visit.answers.give('clear-login-accounts', 'yes', 'logged-in', lines, credentials.user)
  return openSession(visit, control, { name: credentials.user, isAnonymous: false }, lines)
}

const isIn = (code: number): boolean => code === 230 || code === 232
const asksPassword = (code: number): boolean => code === 331 || code === 332

/** 534 is a refusal for reasons of policy, 522 one for want of protection (RFC 2228, RFC 4217): no words are needed. */
const refusesClear = (reply: Reply): boolean =>
  reply.code === 534 || reply.code === 522 || demandsTls(reply)

function refusalOf({ reply, code }: Exchange): readonly [Answer, string] {
  if (!reply) return ['unknown', 'no-reply']
  if (code === 332) return ['unknown', 'account-asked']
  // 500 is said of commands and of a server's own troubles behind a login, not of who may come in.
  if (code < 500 || code === 500) return ['unknown', code < 400 ? 'not-decided' : 'temporary']
  return ['no', 'refused']
}
