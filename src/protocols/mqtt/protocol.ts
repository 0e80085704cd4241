/** MQTT 3.1.1: a connection of nobody (no name, no will, nothing kept) is taken or refused (OASIS MQTT 3.1.1 §3.1, §3.2). */
import { equal, field, frame } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, likely, not, part, type Reading, recognised, whole } from '../reading.ts'

/** CONNECT: name and level of the protocol, clean session, keep alive 60 s, empty client id. */
const connect = frame(0x10, 12, field(4, 2), 'MQTT', 4, 0x02, field(60, 2), field(0, 2))

export const mqtt: Protocol = {
  id: 'mqtt',
  title: 'MQTT',
  ports: [1883, 8883],
  probe: connect,
  hear: (heard) =>
    judge(heard, readAck, ({ code, isFive }) => {
      // So few bytes prove something only in answer to our own question.
      if (!equal(heard.sent, connect)) return not
      const [said, authentication] = codes[code] ?? [`code ${code}`, null]
      return recognised('mqtt', `CONNACK: ${said}`, {
        details: [
          ['connection', said],
          ...(authentication === null ? [] : ([['authentication', authentication]] as const)),
          ...(isFive ? ([['version', '5 only']] as const) : []),
        ],
        weight: likely,
      })
    }),
}

/** Return codes of 3.1.1 (§3.2.2.3) and reason codes of 5.0 (§3.2.2.2), and what they say of logins. */
const codes: Readonly<Record<number, readonly [string, string | null]>> = {
  0: ['accepted', 'none'],
  1: ['unacceptable protocol version', null],
  2: ['identifier rejected', null],
  3: ['server unavailable', null],
  4: ['bad user name or password', 'required'],
  5: ['not authorized', 'required'],
  132: ['unsupported protocol version', null],
  133: ['client identifier not valid', null],
  134: ['bad user name or password', 'required'],
  135: ['not authorized', 'required'],
}

interface Ack {
  readonly code: number
  readonly isFive: boolean
}

/** CONNACK: type, remaining length (2; 3 and more with the properties of 5.0), flags, code. */
function readAck(bytes: Uint8Array): Reading<Ack> {
  const [type, length, flags, code, properties] = bytes
  if (type !== 0x20 || (length !== undefined && (length < 2 || length > 0x7f))) return foreign
  // A session cannot be present, since none was kept.
  if (flags !== undefined && flags !== 0) return foreign
  if (code !== undefined && !(code in codes)) return foreign
  if (length === undefined || code === undefined || bytes.length < 2 + length) return part()
  const isFive = length > 2
  if (isFive ? properties !== length - 3 || code < 0x80 : code > 5) return foreign
  return whole({ code, isFive })
}
