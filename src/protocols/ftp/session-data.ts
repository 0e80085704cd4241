/** What replies change in the channels and transfers of a session. */
import { parseExtendedPassive, parsePassive } from './address.ts'
import { promisedBytes, storedName, type Transfer } from './channel.ts'
import { type Reply, replyText } from './reply.ts'
import { announced, withTransfer } from './session-command.ts'
import type { Session, Waiting } from './session-state.ts'

/** A reply to PASV, EPSV and their kin. */
export function passive(session: Session, reply: Reply, item: Waiting | undefined): Session {
  const { code } = reply
  const turn = session.turns - 1
  if (code === 200 && /^\s*ALL\s*$/i.test(item?.argument ?? ''))
    return { ...session, epsvAll: true }
  if (code !== 227 && code !== 229) return session
  const text = replyText(reply)
  const parsed = code === 227 ? parsePassive(text) : parseExtendedPassive(text)
  if (parsed.kind === 'malformed') return { ...session, malformed: session.malformed + 1 }
  const address = parsed.kind === 'endpoint' ? parsed.address : session.ends.server
  const by = code === 227 ? ('227' as const) : ('229' as const)
  const made = announced(session, {
    by,
    mode: 'passive',
    announced: { address, port: parsed.port },
    turn,
  })
  return item ? taken(made, item) : made
}

/** A client that pipelines PASV and RETR sends the second before the 227 comes. */
function taken(session: Session, { turn }: Waiting): Session {
  const { pending, waiting, transfers, channels } = session
  const nextPassive = waiting.find((item) => isPassive(item))?.turn ?? Number.POSITIVE_INFINITY
  const index = waiting.find(
    (item) => item.transfer !== null && item.turn > turn && item.turn < nextPassive,
  )?.transfer
  const transfer = index === undefined || index === null ? undefined : transfers[index]
  const channel = pending === null ? undefined : channels[pending]
  if (index === undefined || index === null || pending === null || !transfer || !channel)
    return session
  if (transfer.channel !== null) return session
  return {
    ...session,
    pending: null,
    channels: channels.with(pending, { ...channel, transfer: index }),
    transfers: transfers.with(index, { ...transfer, channel: pending }),
  }
}
const isPassive = ({ verb }: Waiting): boolean =>
  verb === 'PASV' || verb === 'EPSV' || verb === 'CPSV' || verb === 'SPSV'

/** A PORT or EPRT that the server will not have. */
export function refused(session: Session, item: Waiting | undefined): Session {
  const index = item?.channel ?? null
  const channel = index === null ? undefined : session.channels[index]
  if (index === null || !channel) return session
  return {
    ...session,
    channels: session.channels.with(index, { ...channel, refused: true }),
    pending: session.pending === index ? null : session.pending,
  }
}

/** A reply to what carries files or listings. */
export function transferred(session: Session, reply: Reply, item: Waiting | undefined): Session {
  const { code } = reply
  // Without the client's side a 150 opens a transfer, and the next final reply ends it.
  const known = item ? session : opened(session, code)
  const index = item ? item.transfer : known.transfers.length - 1
  const transfer = index === null ? undefined : known.transfers[index]
  if (index === null || !transfer || transfer.outcome !== null) return known
  return { ...known, transfers: known.transfers.with(index, withReply(transfer, reply)) }
}

const opened = (session: Session, code: number): Session =>
  code === 125 || code === 150 ? withTransfer(session, null, null, session.turns - 1) : session

function withReply(transfer: Transfer, reply: Reply): Transfer {
  const { code } = reply
  const stored =
    transfer.verb === 'STOU' ? (storedName(reply.lines.join('\n')) ?? transfer.stored) : null
  if (code < 200)
    return { ...transfer, started: true, stored, promisedBytes: promisedBytes(replyText(reply)) }
  const complete = code < 300 && !transfer.aborted
  return { ...transfer, stored, outcome: code, complete }
}
