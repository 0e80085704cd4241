/** Point 8, on request: what failed logins of one made-up account earn. One wrong password, six times; never a list. */
import { upgrade } from '../upgrade.ts'
import type { Point } from './point.ts'

const maxFailures = 6
/** Milliseconds from which a delay slows guessing down. */
const slow = 1000

export const guessing: Point = {
  title: 'Resistance to guessing',
  answers: ['guessing-resisted'],
  stage: 'last',
  async run(visit) {
    if (visit.options.lockout !== 'ask') return
    const give = visit.answers.give
    const control = await visit.connect()
    if (!control) return give('guessing-resisted', 'unknown', visit.refusal ?? 'not-connected')
    const needsTls = visit.answers.of('clear-login-accounts')?.answer === 'no'
    if (needsTls && !control.secured && !(await upgrade(visit, control)))
      return give('guessing-resisted', 'unknown', 'needs-tls')
    const lines: number[] = []
    const delays: number[] = []
    for (let failures = 0; failures < maxFailures && control.ended === null; failures++) {
      const named = await control.ask(`USER ${visit.options.sourceName}`)
      lines.push(...named.lines)
      if (!named.reply) break
      if (named.code === 230 || named.code === 232) {
        give('guessing-resisted', 'unknown', 'no-password-asked', lines)
        break
      }
      if (named.code !== 331 && named.code !== 332) {
        if (failures === 0) give('guessing-resisted', 'unknown', 'refused-at-user', lines)
        if (failures === 0) break
        delays.push(named.milliseconds)
        continue
      }
      const refused = await control.ask(`PASS ${visit.options.sourceName}`)
      lines.push(...refused.lines)
      if (!refused.reply) break
      if (refused.code >= 200 && refused.code < 400) {
        give('guessing-resisted', 'unknown', 'any-password-accepted', lines)
        break
      }
      delays.push(named.milliseconds + refused.milliseconds)
    }
    // Being shown the door is what was looked for here: it is no ban for what comes after.
    if (visit.answers.of('guessing-resisted') === undefined) {
      const average = delays.reduce((sum, delay) => sum + delay, 0) / Math.max(1, delays.length)
      const isEnded = control.ended !== null
      const shown = visit.transcript.note(
        control.ordinal,
        `failed logins: ${delays.length}, ${Math.round(average)} ms each${isEnded ? ', then the connection ended' : ''}`,
      )
      lines.push(shown)
      if (isEnded && control.ended !== 'too-slow' && delays.length > 0)
        give('guessing-resisted', 'yes', 'connection-ended', lines)
      else if (delays.length >= 2 && average >= slow)
        give('guessing-resisted', 'yes', 'delayed', lines)
      else if (delays.length >= maxFailures)
        give('guessing-resisted', 'no', 'six-failures-at-once', lines)
      else give('guessing-resisted', 'unknown', control.ended ?? 'too-few-failures', lines)
    }
    await control.leave()
  },
}
