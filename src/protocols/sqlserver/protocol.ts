/** SQL Server tells its version and whether it wants encryption before any login (MS-TDS §2.2.6.5, PRELOGIN). */
import { field, frame, slice, uint, zeros } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'
import { productOf, releaseOf } from './releases.ts'

/** Options: token, offset in the body, length; the values follow the terminator. The instance is empty: any will do. */
const body = frame(
  ...[0, field(26, 2), field(6, 2)], // VERSION
  ...[1, field(32, 2), field(1, 2)], // ENCRYPTION
  ...[2, field(33, 2), field(1, 2)], // INSTOPT
  ...[3, field(34, 2), field(4, 2)], // THREADID
  ...[4, field(38, 2), field(1, 2)], // MARS
  0xff,
  ...[9, 0, zeros(2), zeros(2)], // 9.0, which every server since 2005 knows
  ...[0, 0, zeros(4), 0], // ENCRYPT_OFF (the login alone is encrypted), no instance, no thread, no MARS
)
/** Type PRELOGIN, end of message, length in all, process id, packet id, window. */
const prelogin = frame(0x12, 1, field(8 + body.length, 2), zeros(2), 0, 0, body)

export const sqlserver: Protocol = {
  id: 'sqlserver',
  title: 'SQL Server',
  ports: [1433, 1434],
  probe: prelogin,
  hear: (heard) =>
    judge(heard, readResponse, ({ version, encryption }) => {
      const release = releaseOf(version)
      return recognised('sqlserver', `PRELOGIN response, version ${version}`, {
        product: productOf(version),
        details: [
          ...(release === null ? [] : ([['release', release]] as const)),
          ...(encryption === null
            ? []
            : ([['encryption', encryptions[encryption] ?? `unknown (${encryption})`]] as const)),
        ],
      })
    }),
}

/** In answer to ENCRYPT_OFF (MS-TDS §2.2.6.5). */
const encryptions: Readonly<Record<number, string>> = {
  0: 'login only',
  1: 'on',
  2: 'not supported',
  3: 'required',
}

interface Response {
  /** `major.minor.build`. */
  readonly version: string
  readonly encryption: number | null
}

const maxPacket = 4096

/** A tabular result (4) that is one packet and holds PRELOGIN options. */
function readResponse(bytes: Uint8Array): Reading<Response> {
  const [type, status, length] = [bytes[0], bytes[1], uint(bytes, 2, 2)]
  if (type !== 4 || (status !== undefined && status !== 1)) return foreign
  if (length !== undefined && (length < 20 || length > maxPacket)) return foreign
  // The first option must be VERSION with six bytes.
  if (bytes[8] !== undefined && bytes[8] !== 0) return foreign
  const size = uint(bytes, 11, 2)
  if (size !== undefined && size !== 6) return foreign
  if (length === undefined || bytes.length < length) return part()
  return readOptions(bytes.subarray(8, length))
}

function readOptions(body: Uint8Array): Reading<Response> {
  const values = new Map<number, Uint8Array>()
  let at = 0
  for (; body[at] !== 0xff; at += 5) {
    const [token, offset, size] = [body[at], uint(body, at + 1, 2), uint(body, at + 3, 2)]
    const value = slice(body, offset ?? body.length, size ?? 1)
    if (token === undefined || !value) return foreign
    values.set(token, value)
  }
  const version = values.get(0)
  const build = version && uint(version, 2, 2)
  if (!version || build === undefined) return foreign
  return whole({
    version: `${version[0]}.${version[1]}.${build}`,
    encryption: values.get(1)?.[0] ?? null,
  })
}
