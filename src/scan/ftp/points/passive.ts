/** Point 5: what 227 says. A host that is not the server leaks an inner address or sends clients to others; ports in a row can be guessed. */
import { formatAddress } from '../../../model/address.ts'
import { parsePassive } from '../../../protocols/ftp/address.ts'
import { type Reply, replyText } from '../../../protocols/ftp/reply.ts'
import { isIp4 } from '../data.ts'
import type { Session } from '../session.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

/** Enough that a row by chance is rare even among few ports. */
const times = 5

export const passive: Point = {
  title: 'Passive mode',
  answers: ['passive-same-address', 'passive-ports-predictable'],
  stage: 'session',
  async run(visit, session) {
    if (!isIp4(session)) {
      for (const id of passive.answers) visit.answers.give(id, 'unknown', 'ipv6-has-no-pasv')
      return
    }
    const ports: number[] = []
    const lines: number[] = []
    for (let time = 0; time < times && session.control.ended === null; time++) {
      const asked = await visit.ask(session.control, 'PASV')
      lines.push(...asked.lines)
      if (!asked.reply) break
      if (asked.code !== 227) {
        if (time === 0) give(visit, session, 'unknown', 'pasv-refused', lines)
        break
      }
      if (time === 0) judgeAddress(visit, session, asked.reply, lines)
      const parsed = parsePassive(replyText(asked.reply))
      if (parsed.kind === 'endpoint') ports.push(parsed.port)
    }
    const [answer, reason] = judgePorts(ports)
    visit.answers.give('passive-ports-predictable', answer, reason, lines, session.as)
  },
}

function judgeAddress(visit: Visit, session: Session, reply: Reply, lines: readonly number[]) {
  const parsed = parsePassive(replyText(reply))
  if (parsed.kind !== 'endpoint') return give(visit, session, 'unknown', 'not-understood', lines)
  const named = formatAddress(parsed.address)
  const own = formatAddress(session.control.connection.remote.address)
  if (named === own) return give(visit, session, 'yes', 'same-address', lines)
  if (named === '0.0.0.0') return give(visit, session, 'unknown', 'unspecified-address', lines)
  return give(visit, session, 'no', isPrivate(named) ? 'private-address' : 'other-address', lines)
}

/** Strictly one up each time: what is seen of a pool of one, or of a socket kept, is the same port and tells nothing. */
export function judgePorts(ports: readonly number[]): readonly ['yes' | 'no' | 'unknown', string] {
  if (ports.length < 3) return ['unknown', 'too-few-ports']
  const steps = ports.slice(1).map((port, at) => port - (ports[at] ?? port))
  if (steps.every((step) => step === 1)) return ['yes', 'ascending-by-one']
  if (steps.every((step) => step === 0)) return ['unknown', 'always-the-same-port']
  return ['no', 'not-in-a-row']
}

const give = (
  visit: Visit,
  session: Session,
  answer: 'yes' | 'no' | 'unknown',
  reason: string,
  lines: readonly number[],
): void => visit.answers.give('passive-same-address', answer, reason, lines, session.as)

/** RFC 1918, RFC 6598, link-local. */
const isPrivate = (address: string): boolean =>
  /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  )
