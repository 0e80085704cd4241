/** Java RMI acknowledges its transport, and repeats from where it was called (Java RMI specification §10.2). */
import { equal, frame, isPrintable, slice, uint } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'

/** `JRMI`, version 2, StreamProtocol. */
const call = frame('JRMI', 0, 2, 0x4b)

export const rmi: Protocol = {
  id: 'rmi',
  title: 'Java RMI',
  ports: [1099, 1098],
  probe: call,
  hear: (heard) =>
    judge(heard, readAnswer, (answer) =>
      equal(heard.sent, call) ? recognised('rmi', `JRMP ${answer}`) : not,
    ),
}

type Answer = 'ProtocolAck'
const maxHost = 255

/** Ack (a refusal is one byte, and proves nothing), then our own address as text behind its length (2), and our port (4). */
function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const [kind, length] = [bytes[0], uint(bytes, 1, 2)]
  if (kind !== 0x4e || (length !== undefined && (length === 0 || length > maxHost))) return foreign
  if (length === undefined) return part()
  const host = slice(bytes, 3, Math.min(length, bytes.length - 3))
  if (host && host.length > 0 && !isPrintable(host)) return foreign
  const port = uint(bytes, 3 + length, 4)
  if (port === undefined) return part()
  return port > 0 && port < 65_536 ? whole('ProtocolAck') : foreign
}
