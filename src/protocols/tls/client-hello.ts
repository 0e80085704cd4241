/** What a ClientHello says in clear (RFC 8446 §4.1.2): whom it asks for (RFC 6066 §3), and what for (RFC 7301). */
import { wireOf } from '../ftp/wire.ts'
import { type Reader, readerOf } from './bytes.ts'
import { isServerName } from './server-name.ts'

export interface ClientHello {
  /** SNI in lower case; null where there is none, or none that is a name. */
  readonly name: string | null
  /** ALPN, at most 32 names. */
  readonly protocols: readonly string[]
}

/** Bytes; longer ones are not waited for. */
export const maxHello = 4096

/** `more` while the hello is not whole; null where it is none, or too long, or over several records. */
export function parseClientHello(bytes: Uint8Array): ClientHello | 'more' | null {
  const record = readerOf(bytes)
  const type = record.number(1)
  const version = record.number(2)
  const length = record.number(2)
  if (type === undefined || version === undefined || length === undefined) return 'more'
  if (type !== handshake || version >> 8 !== 3) return null
  const body = record.take(length)
  if (body === undefined) return bytes.length < maxHello ? 'more' : null
  const message = readerOf(body)
  if (message.number(1) !== clientHello) return null
  const hello = message.vector(3)
  return hello === undefined ? null : readHello(readerOf(hello))
}

const handshake = 22
const clientHello = 1
const serverName = 0
const alpn = 16

/** Extensions up to the first that leads out of the hello. */
function readHello(hello: Reader): ClientHello {
  hello.take(2 + 32)
  hello.vector(1)
  hello.vector(2)
  hello.vector(1)
  const extensions = readerOf(hello.vector(2) ?? nothing)
  let name: string | null = null
  let protocols: readonly string[] = []
  while (!extensions.done()) {
    const type = extensions.number(2)
    const data = extensions.vector(2)
    if (type === undefined || data === undefined) break
    if (type === serverName) name = nameOf(data)
    if (type === alpn) protocols = listOf(data)
  }
  return { name, protocols }
}

/** Of the list's first entry: there is but one kind, and at most one of it. */
function nameOf(data: Uint8Array): string | null {
  const list = readerOf(readerOf(data).vector(2) ?? nothing)
  const kind = list.number(1)
  const name = list.vector(2)
  if (kind !== 0 || name === undefined) return null
  const text = wireOf(name).toLowerCase()
  return isServerName(text) ? text : null
}

function listOf(data: Uint8Array): readonly string[] {
  const names: string[] = []
  const list = readerOf(readerOf(data).vector(2) ?? nothing)
  while (!list.done() && names.length < maxNames) {
    const name = list.vector(1)
    if (name === undefined) break
    names.push(wireOf(name))
  }
  return names
}

const maxNames = 32
const nothing = new Uint8Array()
