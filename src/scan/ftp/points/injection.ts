/**
 * Point 2: commands that stand in the same segment behind AUTH must be forgotten when TLS begins. A server that answers them
 * inside TLS lets whoever is in between speak first in the name of the client (CVE-2011-0411 and its kin).
 */
import { upgradeRefusal } from '../upgrade.ts'
import type { Point } from './point.ts'

/** Milliseconds in which a second answer follows the first: both stand in the same place when the first is read. */
const patience = 200

export const injection: Point = {
  title: 'Commands injected before TLS',
  answers: ['starttls-injection'],
  stage: 'alone',
  async run(visit) {
    const give = visit.answers.give
    if (visit.options.implicit) return give('starttls-injection', 'unknown', 'tls-first')
    if (visit.answers.of('explicit-tls')?.answer !== 'yes')
      return give('starttls-injection', 'unknown', 'no-explicit-tls')
    // What was asked for in so many words goes first.
    if (visit.options.lockout === 'ask' && visit.connectionsLeft < 2)
      return give('starttls-injection', 'unknown', 'connection-limit')
    const control = await visit.connect()
    if (!control) return give('starttls-injection', 'unknown', visit.refusal ?? 'not-connected')
    const sent = await control.sayAll(['AUTH TLS', 'FEAT'])
    const heard = await control.hear()
    const lines = [sent, sent + 1, heard.line]
    if (heard.kind === 'ended' || upgradeRefusal(heard.reply.code) !== null) {
      visit.settle(control)
      await control.leave()
      return give('starttls-injection', 'unknown', 'auth-not-accepted', lines)
    }
    const inClear = await control.overhear(patience / 2)
    if (inClear) {
      // Answered before TLS began, or read as a hello that is none: whoever injected it gets no word inside.
      await control.overhear(patience)
      const reason = control.ended === null ? 'answered-in-clear' : 'handshake-broken'
      control.end('completed')
      return give('starttls-injection', 'no', reason, [...lines, inClear.line])
    }
    const started = await visit.secure(control)
    if (started.kind === 'failed') {
      // The handshake works without the injected bytes: with them it fails because they were read as a part of it.
      const at = visit.transcript.lines.length
      return started.reason === 'timeout'
        ? give('starttls-injection', 'unknown', 'handshake-silent', [...lines, at])
        : give('starttls-injection', 'no', 'handshake-broken', [...lines, at])
    }
    // Answers come in the order of commands: one to the injected command would stand in front of this one's.
    const noop = await control.say('NOOP')
    const first = await control.hear()
    const second = await control.overhear(patience)
    if (second?.kind === 'reply')
      give('starttls-injection', 'yes', 'answered-inside-tls', [
        ...lines,
        noop,
        first.line,
        second.line,
      ])
    else if (first.kind === 'reply')
      give('starttls-injection', 'no', 'forgotten', [...lines, noop, first.line])
    else give('starttls-injection', 'unknown', first.ending, [...lines, noop, first.line])
    visit.settle(control)
    await control.leave()
  },
}
