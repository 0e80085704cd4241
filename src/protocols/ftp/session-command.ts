/** What a client's command changes in a session, before it is answered. */
import { parseExtendedPort, parsePort } from './address.ts'
import { type Channel, type Sign, signsOf } from './channel.ts'
import type { Command } from './command.ts'
import { enqueue } from './conversation.ts'
import { isAnonymous, userOf, withUser } from './login.ts'
import { type Session, sessionLimits, type Waiting } from './session-state.ts'
import { isForeignVerb, isTransferVerb, type TransferVerb } from './verbs.ts'
import { readWire } from './wire.ts'

export function stepSessionCommand(before: Session, { verb, argument }: Command): Session {
  const turn = before.turns - 1
  const session = counted(before, verb)
  const waiting = (made: Partial<Waiting> = {}): readonly Waiting[] =>
    enqueue(session.waiting, {
      verb,
      argument: argument?.slice(0, sessionLimits.argument) ?? null,
      turn,
      transfer: null,
      channel: null,
      ...made,
    })
  switch (verb) {
    case 'USER': {
      const user = userOf(argument ?? '')
      return { ...session, logins: withUser(session.logins, user), waiting: waiting() }
    }
    case 'PASS':
      return { ...withSigns(session, passwordSigns(session, turn)), waiting: waiting() }
    case 'PORT':
    case 'EPRT': {
      const parsed = verb === 'PORT' ? parsePort(argument ?? '') : parseExtendedPort(argument ?? '')
      if (parsed.kind === 'malformed')
        return { ...session, malformed: session.malformed + 1, waiting: waiting() }
      const { address, port } = parsed
      const made = announced(session, {
        by: verb,
        mode: 'active',
        announced: { address, port },
        turn,
      })
      return { ...made, waiting: waiting({ channel: made.pending }) }
    }
    case 'CLNT':
    case 'CSID': {
      const hints = session.clientHints
      const hint = readWire((argument ?? '').slice(0, 256))
      const isNew = hint !== '' && hints.length < sessionLimits.hints && !hints.includes(hint)
      return { ...session, clientHints: isNew ? [...hints, hint] : hints, waiting: waiting() }
    }
    case 'ABOR':
      return { ...aborted(session), waiting: waiting() }
    default: {
      if (!isTransferVerb(verb)) return { ...session, waiting: waiting() }
      const made = withTransfer(session, verb, argument, turn)
      const transfer =
        made === session || made.transfersBeyond > session.transfersBeyond
          ? null
          : made.transfers.length - 1
      return { ...made, waiting: waiting({ transfer }) }
    }
  }
}

/** A channel that either side announced; it waits for the next transfer. */
export function announced(
  session: Session,
  given: Pick<Channel, 'by' | 'mode' | 'announced' | 'turn'>,
): Session {
  const own = given.mode === 'active' ? session.ends.client : session.ends.server
  const signed = withSigns(session, signsOf(given, own))
  if (session.channels.length >= sessionLimits.channels)
    return { ...signed, channelsBeyond: signed.channelsBeyond + 1, pending: null }
  const channel: Channel = { ...given, refused: false, transfer: null }
  return { ...signed, channels: [...signed.channels, channel], pending: signed.channels.length }
}

/** A transfer that takes the pending channel, if there is one. */
export function withTransfer(
  session: Session,
  verb: TransferVerb | null,
  argument: string | null,
  turn: number,
): Session {
  const { pending, transfers, channels } = session
  const after = { ...session, pending: null, restart: 0 }
  if (transfers.length >= sessionLimits.transfers)
    return { ...after, transfersBeyond: session.transfersBeyond + 1 }
  const channel = pending === null ? undefined : channels[pending]
  return {
    ...after,
    channels:
      pending !== null && channel
        ? channels.with(pending, { ...channel, transfer: transfers.length })
        : channels,
    transfers: [
      ...transfers,
      {
        verb,
        argument: argument?.slice(0, sessionLimits.argument) ?? null,
        channel: pending,
        turn,
        type: session.type,
        offset: session.restart,
        started: false,
        promisedBytes: null,
        stored: null,
        aborted: false,
        outcome: null,
        complete: false,
      },
    ],
  }
}

export function withSigns(session: Session, signs: readonly Sign[]): Session {
  const fresh = signs.filter(({ sign }) => !session.signs.some((seen) => seen.sign === sign))
  return fresh.length === 0 ? session : { ...session, signs: [...session.signs, ...fresh] }
}

function counted(session: Session, verb: Command['verb']): Session {
  const key = isForeignVerb(verb) ? '*' : verb
  const commands = { ...session.commands, [key]: (session.commands[key] ?? 0) + 1 }
  return { ...session, commandSeen: true, commands }
}

/** The password of an account was on the wire for all to read, whatever the server thought of it. */
function passwordSigns({ waiting, logins }: Session, turn: number): readonly Sign[] {
  const sent = waiting.findLast(({ verb }) => verb === 'USER')?.argument
  const user = sent === undefined || sent === null ? (logins.open?.user ?? null) : userOf(sent)
  if (user === null || isAnonymous(user)) return []
  return [{ sign: 'clear-text-login', turn, detail: 'PASS without TLS' }]
}

/** ABOR ends the transfer that is under way. */
function aborted(session: Session): Session {
  const { waiting, transfers } = session
  const index = waiting.findLast(({ transfer }) => transfer !== null)?.transfer ?? null
  const transfer = index === null ? undefined : transfers[index]
  return {
    ...session,
    aborts: session.aborts + 1,
    transfers:
      index !== null && transfer
        ? transfers.with(index, { ...transfer, aborted: true })
        : transfers,
  }
}
