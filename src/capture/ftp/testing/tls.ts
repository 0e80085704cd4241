/** The server's side of handshakes, made by hand. */
import { concat, u8, u16, vector8, vector16, vector24 } from '../../../protocols/tls/bytes.ts'

const random = Uint8Array.from({ length: 32 }, (_, at) => at)
const record = (type: number, body: Uint8Array) => concat(Uint8Array.of(type, 3, 3), vector16(body))
const message = (type: number, body: Uint8Array) => concat(u8(type), vector24(body))

/** ServerHello of TLS 1.2 or older (`0x0303`). */
export const oldHello = (version: number, suite: number): Uint8Array =>
  record(22, message(2, concat(u16(version), random, vector8(random), u16(suite), u8(0))))

export const hello13 = (suite: number): Uint8Array => {
  const chosen = vector16(concat(u16(43), vector16(u16(0x0304))))
  const body = concat(u16(0x0303), random, vector8(random), u16(suite), u8(0), chosen)
  return concat(record(22, message(2, body)), changeCipherSpec, encrypted)
}

export const certificateMessage = (...chain: readonly Uint8Array[]): Uint8Array =>
  record(22, message(11, vector24(...chain.map((der) => vector24(der)))))

export const helloDone: Uint8Array = record(22, message(14, new Uint8Array()))
export const changeCipherSpec: Uint8Array = record(20, u8(1))
/** Bytes that nobody can read, as the end of a handshake is sent. */
export const encrypted: Uint8Array = record(
  22,
  Uint8Array.from({ length: 40 }, (_, at) => 255 - at),
)
export const applicationData: Uint8Array = record(23, random)
