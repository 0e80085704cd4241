/**
 * One control connection as a state machine, fed with commands and replies in the order of time; either side may be
 * missing and the start unseen.
 */
import type { Turn } from './conversation.ts'
import type { Reply } from './reply.ts'
import { stepSessionCommand } from './session-command.ts'
import { stepSessionReply } from './session-reply.ts'
import { type Session, sessionLimits } from './session-state.ts'
import { type Identity, identify } from './software.ts'

export function stepSession(session: Session, turn: Turn): Session {
  const next = { ...session, turns: session.turns + 1 }
  if (session.tlsSeen) return next
  if (session.opaqueFrom !== null && turn.kind !== 'tls') {
    // A readable command after 234 means that the handshake never happened: all of it was in clear.
    if (turn.kind !== 'command' || turn.command.verb === '*') return next
    return stepSession({ ...session, opaqueFrom: null, encrypted: 'no' }, turn)
  }
  switch (turn.kind) {
    case 'command':
      return stepSessionCommand(inClear(next), turn.command)
    case 'reply':
      return stepSessionReply(inClear(next), trimmed(turn.reply))
    case 'line':
      return { ...next, malformed: next.malformed + 1 }
    case 'tls':
      return withTls(next)
  }
}

/** The server's product, from all that it said. */
export const serverOf = ({ said }: Session): Identity | null => identify(said)

const inClear = (session: Session): Session =>
  session.encrypted === 'unknown' ? { ...session, encrypted: 'no' } : session

function withTls(session: Session): Session {
  const turn = session.turns - 1
  const opaqueFrom = session.opaqueFrom ?? turn
  const seenInClear = session.commandSeen || session.replySeen
  const encrypted = seenInClear ? 'from-auth' : session.view.startSeen ? 'implicit' : 'unknown'
  return { ...session, tlsSeen: true, opaqueFrom, encrypted }
}

/** Enough of a reply to tell what it is; a 257 KB banner is not kept for each of a million sessions. */
function trimmed(reply: Reply): Reply {
  const { replyLines, replyLine } = sessionLimits
  if (reply.lines.length <= replyLines && reply.lines.every((line) => line.length <= replyLine))
    return reply
  const { length } = reply.lines
  const lines =
    length > replyLines
      ? [...reply.lines.slice(0, replyLines - 1), reply.lines[length - 1] ?? '']
      : reply.lines
  return { ...reply, lines: lines.map((line) => line.slice(0, replyLine)) }
}
