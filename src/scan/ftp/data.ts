/**
 * Data connections: to the target's own address whatever 227 says, to ports from 1024 up; EPSV first, PASV where it is
 * refused or leads nowhere. In TLS the control connection's newest session is resumed.
 */
import { contains } from '../../model/port-set.ts'
import {
  formatExtendedPort,
  formatPort,
  parseExtendedPassive,
  parsePassive,
} from '../../protocols/ftp/address.ts'
import { replyText } from '../../protocols/ftp/reply.ts'
import { wireOf } from '../../protocols/ftp/wire.ts'
import type { Connection, Listener } from '../connection.ts'
import { listenOnlyPorts } from '../ports.ts'
import type { Exchange } from './conversation.ts'
import type { Session } from './session.ts'
import type { Visit } from './visit.ts'

export interface TransferLimits {
  /** Bytes taken at most. */
  readonly bytes: number
  /** Wire text as it comes; `enough` ends the transfer. */
  take(chunk: string): 'more' | 'enough'
}

export type Transfer =
  /** The data came to its end, or was ended by us. */
  | {
      readonly kind: 'done'
      readonly end: 'complete' | 'enough' | 'too-much' | 'silent' | 'lost'
      /** The final reply's code; 0 when none came. */
      readonly code: number
      readonly bytes: number
      readonly lines: readonly number[]
    }
  /** The command was refused. */
  | { readonly kind: 'refused'; readonly code: number; readonly lines: readonly number[] }
  /** There was no data connection; the command was not given, or led to nothing. */
  | { readonly kind: 'no-data'; readonly reason: string; readonly lines: readonly number[] }

/** One command that answers over a data connection. */
export async function transfer(
  visit: Visit,
  session: Session,
  wire: string,
  limits: TransferLimits,
): Promise<Transfer> {
  const { control } = session
  const way = await openWay(visit, session)
  if (way.kind === 'none') return { kind: 'no-data', reason: way.reason, lines: way.lines }
  try {
    const first = await control.open(wire)
    const lines = [...way.lines, ...first.lines]
    if (first.code === 0 || first.code >= 200) {
      visit.settle(control)
      if (first.reply) visit.remember(wire, first.reply)
      // Some send nothing of an empty directory but the final reply.
      if (first.code >= 200 && first.code < 300)
        return { kind: 'done', end: 'complete', code: first.code, bytes: 0, lines }
      return first.code === 0
        ? { kind: 'no-data', reason: control.ended ?? 'no-reply', lines }
        : { kind: 'refused', code: first.code, lines }
    }
    const connection = way.kind === 'passive' ? way.connection : await accepted(visit, way.listener)
    if (!connection) return await failed(visit, session, 'nobody-connected', lines)
    way.connection = connection
    if (session.isPrivate) {
      const { connect, reply } = visit.options.timeouts
      const started = await connection.startTls({
        name: visit.options.hostname,
        resume: control.connection,
        maxVersion: control.maxVersion,
        milliseconds: Math.max(1, Math.min(connect + reply, visit.deadline - visit.reach.clock())),
      })
      if (started.kind === 'failed') {
        visit.transcript.note(control.ordinal, `data connection: TLS failed: ${started.reason}`)
        return await failed(visit, session, 'tls-refused', lines)
      }
    }
    const read = await readData(visit, connection, limits)
    connection.close()
    visit.transcript.note(control.ordinal, `data connection: ${read.bytes} bytes, ${read.end}`)
    if (read.end !== 'complete') await abort(visit, session)
    const last = await control.close(lines)
    visit.settle(control)
    if (last.reply) visit.remember(wire, last.reply)
    // vsftpd says 522 behind the 150 when the session was not resumed.
    if (last.code === 522 || (last.code === 425 && read.bytes === 0 && session.isPrivate))
      return { kind: 'no-data', reason: 'tls-refused', lines: last.lines }
    if (read.bytes === 0 && (read.end === 'silent' || read.end === 'lost')) {
      if (read.end === 'silent') visit.disturbed ??= 'silent'
      return { kind: 'no-data', reason: `data-${read.end}`, lines: last.lines }
    }
    if (last.code >= 400 && read.end === 'complete' && read.bytes === 0)
      return { kind: 'refused', code: last.code, lines: last.lines }
    return { kind: 'done', end: read.end, code: last.code, bytes: read.bytes, lines: last.lines }
  } finally {
    way.connection?.close()
    if (way.kind === 'active') way.listener.close()
  }
}

/** The text and the verdict of one request for a passive port. */
export type Way =
  | { kind: 'passive'; connection: Connection; readonly lines: readonly number[] }
  | {
      kind: 'active'
      connection: Connection | null
      readonly listener: Listener
      readonly lines: readonly number[]
    }
  | { kind: 'none'; readonly reason: string; readonly lines: readonly number[] }

async function openWay(visit: Visit, session: Session): Promise<Way> {
  let lines: readonly number[] = []
  let reason = 'passive-refused'
  if (session.passive === 'extended') {
    const asked = await visit.ask(session.control, 'EPSV')
    lines = asked.lines
    const parsed =
      asked.reply && asked.code === 229 ? parseExtendedPassive(replyText(asked.reply)) : null
    const way = parsed?.kind === 'port' ? await reachPort(visit, session, parsed.port) : null
    if (typeof way === 'object' && way) return { kind: 'passive', connection: way, lines }
    reason = way ?? reason
    // EPSV may be dead behind a firewall that only reads PASV; on IPv6 there is nothing else.
    session.passive = isIp4(session) ? 'plain' : 'none'
  }
  if (session.passive === 'plain' && session.control.ended === null) {
    const asked = await visit.ask(session.control, 'PASV')
    lines = [...lines, ...asked.lines]
    const parsed = asked.reply && asked.code === 227 ? parsePassive(replyText(asked.reply)) : null
    const way = parsed?.kind === 'endpoint' ? await reachPort(visit, session, parsed.port) : null
    if (typeof way === 'object' && way) return { kind: 'passive', connection: way, lines }
    reason = way ?? reason
    session.passive = 'none'
  }
  if (visit.options.active === 'ask' && session.control.ended === null)
    return openActive(visit, session, lines)
  return { kind: 'none', reason: session.control.ended ?? reason, lines }
}

/** A connection to that port of the target, or why there is none. */
async function reachPort(
  visit: Visit,
  { control }: Session,
  port: number,
): Promise<Connection | string> {
  if (port < 1024) {
    visit.transcript.note(control.ordinal, `data connection: port ${port} is not dialled`)
    return 'privileged-data-port'
  }
  // A printer prints whatever comes there, a TLS hello included.
  if (contains(listenOnlyPorts, port)) {
    visit.transcript.note(control.ordinal, `data connection: port ${port} is not dialled`)
    return 'listen-only-data-port'
  }
  const dialled = await visit.reach.dial(port, visit.options.timeouts.connect)
  if (dialled.kind === 'connected') return dialled.connection
  visit.transcript.note(control.ordinal, `data connection: port ${port}: ${dialled.ending}`)
  return 'data-port-unreachable'
}

async function openActive(
  visit: Visit,
  { control }: Session,
  before: readonly number[],
): Promise<Way> {
  const listener = await visit.reach.listen(control.connection.local.address, 'any')
  if (!listener) return { kind: 'none', reason: 'no-listener', lines: before }
  const asked = await announce(visit, control, listener)
  const lines = [...before, ...asked.lines]
  if (asked.code >= 200 && asked.code < 300)
    return { kind: 'active', connection: null, listener, lines }
  listener.close()
  return { kind: 'none', reason: 'active-refused', lines }
}

/** PORT where the address has one, else EPRT. */
export function announce(
  visit: Visit,
  control: Session['control'],
  { local }: Listener,
): Promise<Exchange> {
  const port = formatPort(local)
  return visit.ask(
    control,
    port === undefined ? `EPRT ${formatExtendedPort(local)}` : `PORT ${port}`,
  )
}

const accepted = (visit: Visit, listener: Listener): Promise<Connection | null> =>
  listener.accept(visit.options.timeouts.connect)

const noticeMilliseconds = 300

/** Our end is closed; a server that does not notice is told (RFC 959 §4.1.3). */
async function abort(visit: Visit, { control }: Session): Promise<void> {
  const patience = Math.min(noticeMilliseconds, visit.options.timeouts.reply)
  if (!(await control.isAnswered(patience))) await control.say('ABOR')
}

/** The command was begun and its data never came: its final reply is still owed. */
async function failed(
  visit: Visit,
  session: Session,
  reason: string,
  lines: readonly number[],
): Promise<Transfer> {
  const last = await session.control.close(lines)
  visit.settle(session.control)
  return {
    kind: 'no-data',
    reason: last.code === 522 ? 'tls-refused' : reason,
    lines: last.lines,
  }
}

/** Replies' time that one transfer may take. */
const slowest = 4

async function readData(
  visit: Visit,
  connection: Connection,
  limits: TransferLimits,
): Promise<{
  readonly bytes: number
  readonly end: 'complete' | 'enough' | 'too-much' | 'silent' | 'lost'
}> {
  const { reply } = visit.options.timeouts
  // A byte now and then would last for ever.
  const until = Math.min(visit.deadline, visit.reach.clock() + slowest * reply)
  let bytes = 0
  for (;;) {
    const left = Math.min(reply, until - visit.reach.clock())
    if (left <= 0) return { bytes, end: 'silent' }
    const received = await connection.receive(left)
    if (received.kind === 'silence') return { bytes, end: 'silent' }
    if (received.kind === 'ended')
      return { bytes, end: received.ending === 'closed-by-server' ? 'complete' : 'lost' }
    bytes += received.bytes.length
    if (limits.take(wireOf(received.bytes)) === 'enough') return { bytes, end: 'enough' }
    if (bytes >= limits.bytes) return { bytes, end: 'too-much' }
  }
}

export const isIp4 = ({ control }: Session): boolean =>
  control.connection.remote.address.family === 4
