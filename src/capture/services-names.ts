/** What a service is that is not FTP, by the first bytes that came from it. */
import { foreignLine, rows } from '../protocols/ftp/evidence.ts'
import { readWire, wireOf } from '../protocols/ftp/wire.ts'
import { protocols } from '../protocols/index.ts'
import type { Recognised } from '../protocols/protocol.ts'

/** The first bytes of both ends, as far as a name needs them. */
export interface Naming {
  /** The client spoke before the service did. */
  asked: boolean
  bytes: Uint8Array
  /** Nothing else of it will be gathered. */
  full: boolean
}

const maxBytes = 1024

export const startNaming = (): Naming => ({ asked: false, bytes: new Uint8Array(), full: false })

export function gather(naming: Naming, from: 'client' | 'server', bytes: Uint8Array): void {
  if (from === 'client') {
    // That it asked is kept, not what: it may be a password.
    naming.asked ||= naming.bytes.length === 0
    return
  }
  if (naming.full) return
  const more = bytes.subarray(0, maxBytes - naming.bytes.length)
  const joined = new Uint8Array(naming.bytes.length + more.length)
  joined.set(naming.bytes)
  joined.set(more, naming.bytes.length)
  naming.bytes = joined
  naming.full = joined.length >= maxBytes
}

/**
 * The first protocol of the registry that knows the bytes for its own; `more` while one before it may still do so; null
 * where nobody knows them.
 */
export function nameOf(
  { asked, bytes, full }: Naming,
  over: 'open' | 'ended',
): Recognised | 'more' | null {
  const ended = over === 'ended' || full
  if (bytes.length === 0) return ended ? null : 'more'
  for (const protocol of others) {
    const outcome = protocol.hear({ sent: asked ? nothing : null, bytes, ended, overTls: false })
    if (outcome.kind === 'is') return outcome.recognised
    // Nobody asks the question it would ask: the client's own may bring what decides.
    if (outcome.kind !== 'not' && !ended) return 'more'
  }
  return foreignOf(bytes, ended)
}

/** Some protocols are only sure after a question of our own: what their first line says it is, by the table of FTP. */
function foreignOf(bytes: Uint8Array, ended: boolean): Recognised | 'more' | null {
  const [line = '', rest] = wireOf(bytes.subarray(0, 512)).split(/\r?\n/, 2)
  const row = foreignLine(line)
  if (row === undefined) return null
  if (rest === undefined && !ended) return 'more'
  const { is, weight } = rows[row]
  const evidence = [{ line: readWire(line).slice(0, 256), weight }]
  return { protocol: is, product: null, banner: readWire(line), evidence, details: [] }
}

const nothing = new Uint8Array()
const others = protocols.filter(({ id }) => id !== 'ftp')
