/** Point 6: whether STAT (RFC 959 §4.1.3) names product or version, which a greeting may hide, before a login or behind it. */
import type { Reply } from '../../../protocols/ftp/reply.ts'
import { replyText } from '../../../protocols/ftp/reply.ts'
import { identify, nothingSaid } from '../../../protocols/ftp/software.ts'
import type { Conversation } from '../conversation.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

export const statusBefore: Point = {
  title: 'STAT before a login',
  answers: ['stat-leak'],
  stage: 'greeted',
  async run(visit, control) {
    if (visit.verdict.weight > 0) await askStatus(visit, control, null)
  },
}

export const statusAfter: Point = {
  title: 'STAT behind a login',
  answers: ['stat-leak'],
  stage: 'session',
  async run(visit, { control, as }) {
    if (visit.answers.of('stat-leak')?.answer !== 'yes') await askStatus(visit, control, as)
  },
}

async function askStatus(visit: Visit, control: Conversation, as: string | null): Promise<void> {
  if (control.ended !== null) return
  const { reply, code, lines } = await visit.ask(control, 'STAT')
  if (!reply) return
  const give = visit.answers.give
  const when = as === null ? 'before-login' : 'after-login'
  if (tells.has(code) && namesSoftware(reply)) give('stat-leak', 'yes', `told-${when}`, lines, as)
  else if (tells.has(code)) give('stat-leak', 'no', 'nothing-named', lines, as)
  else if (code === 530) give('stat-leak', 'unknown', 'needs-login', lines, as)
  else if (code >= 500) give('stat-leak', 'no', 'refused', lines, as)
  else give('stat-leak', 'unknown', 'not-now', lines, as)
}

const tells: ReadonlySet<number> = new Set([211, 212, 213])

/** A product that is known by its name, or three numbers that are no part of an address. */
const namesSoftware = (reply: Reply): boolean =>
  identify({ ...nothingSaid, greeting: reply }) !== null ||
  /(?<![\d.])\d{1,4}\.\d{1,4}\.\d{1,4}(?![\d.])|\bversion:? \d/i.test(replyText(reply))
