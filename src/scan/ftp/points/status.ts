/** Point 6: STAT without a login tells of the server and of who is on it (RFC 959 §4.1.3 has it answer in 211, 212, 213). */
import type { Point } from './point.ts'

const tells: ReadonlySet<number> = new Set([211, 212, 213])

export const status: Point = {
  title: 'STAT before a login',
  answers: ['stat-leak'],
  stage: 'greeted',
  async run(visit, control) {
    if (control.ended !== null || visit.verdict.weight <= 0) return
    const { reply, code, lines } = await visit.ask(control, 'STAT')
    if (!reply) return
    const isTold = tells.has(code) && reply.lines.length > 1
    if (isTold) visit.answers.give('stat-leak', 'yes', 'answered-before-login', lines)
    else if (code >= 500) visit.answers.give('stat-leak', 'no', 'refused', lines)
    else visit.answers.give('stat-leak', 'unknown', 'nothing-told', lines)
  },
}
