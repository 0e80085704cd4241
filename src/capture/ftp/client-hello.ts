/** What a ClientHello offers by ALPN (RFC 7301): the only sign that implicit TLS carries FTP. */
import { wireOf } from '../../protocols/ftp/wire.ts'
import { readerOf } from '../../protocols/tls/bytes.ts'

/** Longer ones are not waited for. */
export const maxHello = 4096

/** Names offered; `more` while the hello is not whole; empty where there are none, or where it is no hello. */
export function offeredProtocols(bytes: Uint8Array): readonly string[] | 'more' {
  const record = readerOf(bytes)
  const type = record.number(1)
  const version = record.number(2)
  const length = record.number(2)
  if (type === undefined || version === undefined || length === undefined) return 'more'
  if (type !== 22 || version >> 8 !== 3) return []
  const body = record.take(length)
  if (body === undefined) return bytes.length < maxHello ? 'more' : []
  return namesOf(body)
}

function namesOf(handshake: Uint8Array): readonly string[] {
  const message = readerOf(handshake)
  if (message.number(1) !== clientHello) return []
  const body = message.vector(3)
  if (body === undefined) return []
  const hello = readerOf(body)
  hello.take(2 + 32)
  hello.vector(1)
  hello.vector(2)
  hello.vector(1)
  const block = hello.vector(2)
  if (block === undefined) return []
  const extensions = readerOf(block)
  while (!extensions.done()) {
    const type = extensions.number(2)
    const data = extensions.vector(2)
    if (type === undefined || data === undefined) return []
    if (type === alpn) return listOf(data)
  }
  return []
}

function listOf(data: Uint8Array): readonly string[] {
  const names: string[] = []
  const list = readerOf(readerOf(data).vector(2) ?? new Uint8Array())
  while (!list.done() && names.length < 32) {
    const name = list.vector(1)
    if (name === undefined) break
    names.push(wireOf(name))
  }
  return names
}

const clientHello = 1
const alpn = 16
