/**
 * Point 4: whether the server connects wherever PORT says (RFC 2577 §3). A 200 proves nothing: only a connection from the
 * server that arrives at our own second address does. Nobody else's address is ever named.
 */
import type { Address } from '../../../model/address.ts'
import { contains } from '../../../model/address-set.ts'
import type { Answer, FtpCheckId } from '../../../model/service.ts'
import type { Connection } from '../../connection.ts'
import { alwaysRefused, loopback } from '../../scope.ts'
import { sameAddress } from '../../socket-address.ts'
import { announce } from '../data.ts'
import type { Session } from '../session.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

/** Below 1024 and of no known service; the first that this machine lets us listen on. */
const privileged = [1021, 1017, 1013] as const

export const bounce: Point = {
  title: 'Bounce',
  answers: ['bounce', 'bounce-privileged'],
  stage: 'session',
  async run(visit, session) {
    if (visit.options.bounceAddress === null) return
    await bounceTo(visit, session, 'bounce', ['any'])
    await bounceTo(visit, session, 'bounce-privileged', privileged)
  },
}

async function bounceTo(
  visit: Visit,
  session: Session,
  id: FtpCheckId,
  ports: readonly (number | 'any')[],
): Promise<void> {
  const address = visit.options.bounceAddress
  const { control, as } = session
  if (address === null || control.ended !== null) return
  const give = (answer: Answer, reason: string, lines: readonly number[]) =>
    visit.answers.give(id, answer, reason, lines, as)
  if (address.family !== control.connection.remote.address.family)
    return give('unknown', 'other-address-family', [])
  if (!isSecond(address, control.connection)) return give('unknown', 'not-a-second-address', [])
  const listener = await firstListener(visit, ports)
  if (!listener) return give('unknown', 'no-listener', [])
  try {
    const announced = await announce(visit, control, listener)
    if (!announced.reply) return
    if (announced.code >= 500) return give('no', 'refused', announced.lines)
    if (announced.code >= 300) return give('unknown', 'not-accepted', announced.lines)
    // The command is given and the connection awaited together: the reply may come after either.
    const arriving = listener.accept(visit.options.timeouts.connect)
    const started = await control.open('NLST')
    const arrived = await arriving
    arrived?.close()
    let { lines, code } = { lines: [...announced.lines, ...started.lines], code: started.code }
    if (arrived) {
      const { local } = listener
      lines = [
        ...lines,
        visit.transcript.note(
          control.ordinal,
          `bounced: a connection from the server arrived at port ${local.port}`,
        ),
      ]
      give('yes', 'connection-arrived', lines)
    }
    if (code >= 100 && code < 200) {
      const last = await control.close(lines)
      code = last.code
      lines = [...last.lines]
    }
    visit.settle(control)
    if (arrived) return
    if (code >= 500) give('no', 'refused', lines)
    else give('unknown', code === 0 ? 'no-reply' : 'nothing-arrived', lines)
  } finally {
    listener.close()
  }
}

/**
 * Ours as the server sees it, and not the one we speak from, to which any server connects. That this machine listens there
 * is not enough: 0.0.0.0 or 127.0.0.1, named to a server elsewhere, is that server.
 */
function isSecond(address: Address, { local, remote }: Connection): boolean {
  if (contains(alwaysRefused, address)) return false
  if (contains(loopback, address) !== contains(loopback, remote.address)) return false
  return !sameAddress(address, local.address) && !sameAddress(address, remote.address)
}

async function firstListener(visit: Visit, ports: readonly (number | 'any')[]) {
  const address = visit.options.bounceAddress
  for (const port of ports) {
    const listener = address && (await visit.reach.listen(address, port))
    if (listener) return listener
  }
  return null
}
