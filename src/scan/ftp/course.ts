/** The order of an assessment: connections, logins, TLS, and the points in their turns. */
import type { Conversation } from './conversation.ts'
import {
  type Attempts,
  askMadeUp,
  loginAccount,
  loginInClear,
  loginSecured,
  startAttempts,
} from './login.ts'
import { behindLogin, forLogin, forTls } from './needs.ts'
import type { Opened } from './options.ts'
import { pointsOf } from './points/index.ts'
import type { Point } from './points/point.ts'
import type { Session } from './session.ts'
import { upgrade } from './upgrade.ts'
import type { Visit } from './visit.ts'

/** All that is asked, in an order that asks little of the server. */
export async function lookAndAsk(visit: Visit, opened: Opened | null): Promise<void> {
  const held = await look(visit, opened)
  for (const point of pointsOf('alone')) if (mayGoOn(visit, point)) await point.run(visit)
  for (const point of pointsOf('last')) if (mayGoOn(visit, point)) await point.run(visit, held)
  await held?.control.leave()
}

const mayGoOn = (visit: Visit, { answers }: Point): boolean =>
  visit.stopped === null && visit.verdict.verdict === 'ftp' && visit.wants(answers)

/** The first connection and the logins; hands back a session that may be needed to the end. */
async function look(visit: Visit, opened: Opened | null): Promise<Session | null> {
  const first = opened ? await visit.adopt(opened) : await visit.connect()
  if (!first) return null
  const at = visit.transcript.lines.findIndex(({ dir }) => dir === 'in') + 1
  if (first.secured) {
    visit.answers.give('implicit-tls', 'yes', 'tls-first', [at])
    visit.answers.give('explicit-tls', 'no', 'tls-first', [at])
    for (const id of ['clear-login-anonymous', 'clear-login-accounts'] as const)
      visit.answers.give(id, 'no', 'tls-first', [at])
  } else if (first.heardAny) visit.answers.give('implicit-tls', 'no', 'greets-in-clear', [at])
  // Whatever is asked for: it tells FTP from mail, and how to list.
  if (visit.said.feat === null && first.ended === null) await visit.ask(first, 'FEAT')
  for (const point of pointsOf('greeted')) {
    if (first.ended !== null || visit.verdict.verdict === 'not-ftp') break
    if (visit.wants(point.answers)) await point.run(visit, first)
  }
  const isOver = !visit.wants([...forLogin, ...behindLogin, ...forTls])
  if (isOver || visit.verdict.verdict === 'not-ftp') {
    await first.leave()
    return null
  }
  const attempts = startAttempts(visit)
  return first.secured ? lookInside(visit, first, attempts) : lookInClear(visit, first, attempts)
}

async function lookInClear(
  visit: Visit,
  first: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  if (first.ended === null) await askMadeUp(visit, first)
  // Nothing of FTP was heard so far, and mail servers know AUTH too.
  if (visit.verdict.weight <= 0) {
    await first.leave()
    return null
  }
  const control = await stillInClear(visit, first)
  const session = control ? await loginInClear(visit, control, attempts) : null
  if (session) {
    await runSession(visit, session)
    if (visit.options.proveWritable === 'skip') await session.control.leave()
  }
  // A login that waits for TLS is reason enough to begin it.
  const isWanted =
    visit.wants(forTls) ||
    (session === null && (attempts.anonymous !== 'spent' || attempts.account !== 'spent'))
  if (!isWanted) {
    if (!session) await control?.leave()
    return session
  }
  // Who was not let in may go on where they stand; else TLS begins on a connection of its own.
  const stands = session === null && control !== null && (await visit.stands(control))
  const secured = await beginTls(visit, stands ? control : null)
  if (!secured) return session
  if (!session) return lookInside(visit, secured, attempts)
  await secured.leave()
  await accountInClear(visit, attempts)
  return session
}

async function beginTls(visit: Visit, standing: Conversation | null): Promise<Conversation | null> {
  for (const from of [standing, null]) {
    const control = from ?? (await visit.connect())
    if (!control) return null
    if (await upgrade(visit, control)) return control
    await control.leave()
    // A connection that had ended before it could answer told nothing of AUTH.
    if (from === null || visit.answers.of('explicit-tls')?.reason !== 'no-reply') return null
  }
  return null
}

/** A connection for the logins in clear: some servers end it after a name that they refuse, or let any name in. */
async function stillInClear(visit: Visit, first: Conversation): Promise<Conversation | null> {
  if (visit.answers.of('clear-login-accounts')?.reason === 'accepted-without-password')
    await first.leave()
  if (await visit.stands(first)) return first
  return visit.answers.of('clear-login-anonymous') ? null : visit.connect()
}

/** The operator's account in clear, where the anonymous session was in the way of it. */
async function accountInClear(visit: Visit, attempts: Attempts): Promise<void> {
  if (!visit.options.credentials?.clear || attempts.account === 'spent') return
  const control = await visit.connect()
  if (!control) return
  const session = await loginAccount(visit, control, attempts)
  await (session?.control ?? control).leave()
}

/** Inside TLS: the logins that are left, and what they open. */
async function lookInside(
  visit: Visit,
  control: Conversation,
  attempts: Attempts,
): Promise<Session | null> {
  const session = await loginSecured(visit, control, attempts)
  if (!session) {
    await control.leave()
    return null
  }
  await runSession(visit, session)
  const again = await loginWithOlderTls(visit, session)
  if (again) await runSession(visit, again)
  const last = again ?? session
  if (visit.options.proveWritable === 'skip') await last.control.leave()
  return last
}

/** Data connections in TLS 1.3 were refused: the same login once more with TLS 1.2, whose sessions are older custom. */
async function loginWithOlderTls(visit: Visit, session: Session): Promise<Session | null> {
  const failure = visit.walk?.failure
  if (failure?.kind !== 'no-data' || failure.reason !== 'tls-refused') return null
  if (visit.tls?.version !== 'TLSv1.3' || visit.refusal !== null) return null
  await session.control.leave()
  const control = await visit.connect('TLSv1.2')
  if (!control) return null
  if (!control.secured && !(await upgrade(visit, control, 'TLSv1.2'))) return null
  const attempts: Attempts = {
    anonymous: session.isAnonymous ? 'over-tls' : 'spent',
    account: session.isAnonymous ? 'spent' : 'over-tls',
  }
  return loginSecured(visit, control, attempts)
}

async function runSession(visit: Visit, session: Session): Promise<void> {
  for (const point of pointsOf('session')) {
    if (session.control.ended !== null || visit.stopped !== null) return
    if (visit.wants(point.answers)) await point.run(visit, session)
  }
}
