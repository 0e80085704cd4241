/** A client that says what it is told to, for tests that hold a server against what is expected of it. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure, type PeerCertificate, type TLSSocket } from 'node:tls'

export interface Talk {
  /** The next reply with all its lines, or `closed` or `silent` when none comes. */
  reply(): Promise<string>
  /** Sends a command; its reply. */
  say(command: string): Promise<string>
  /** TLS from here on. */
  secure(options?: TlsWish): Promise<Secured>
  /** The content of a data channel opened by EPSV or PASV for this command, and the replies. */
  transfer(command: string, how: 'EPSV' | 'PASV', data?: DataWish): Promise<Transfer>
  close(): void
}
export interface TlsWish {
  readonly version?: string
  readonly ciphers?: string
}
export interface Secured {
  readonly version: string
  readonly certificate: PeerCertificate
}
/** Of a data channel under TLS: to resume the control channel's session, to begin afresh, or to go without. */
export type DataWish = 'session' | 'fresh' | 'in-clear'
export interface Transfer {
  readonly first: string
  readonly last: string
  readonly content: string
}

/** Milliseconds for a reply. */
const usualPatience = 10_000
const oldTls = 'ALL:@SECLEVEL=0'

/** Opens a control connection; the greeting is the first reply. */
export async function open(
  address: string,
  port: number,
  wish?: TlsWish,
  patience = usualPatience,
): Promise<Talk> {
  let socket: Socket = await connected(address, port)
  let text = ''
  let ended = false
  let wake: () => void = () => {}
  let secured: TLSSocket | null = null
  const listen = () => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      wake()
    })
    for (const event of ['close', 'error']) {
      socket.on(event, () => {
        ended = true
        wake()
      })
    }
  }
  const reply = async (): Promise<string> => {
    const deadline = performance.now() + patience
    for (;;) {
      const found = readReply(text)
      if (found !== null) {
        text = text.slice(found.length)
        return found.trimEnd()
      }
      if (ended) return 'closed'
      const left = deadline - performance.now()
      if (left <= 0) return 'silent'
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const secure = async (options: TlsWish = {}): Promise<Secured> => {
    socket.removeAllListeners()
    secured = await handshake(socket, options)
    socket = secured
    listen()
    return { version: secured.getProtocol() ?? 'none', certificate: secured.getPeerCertificate() }
  }
  const say = (command: string): Promise<string> => {
    socket.write(`${command}\r\n`)
    return reply()
  }
  const transfer: Talk['transfer'] = async (command, how, wanted = 'session') => {
    const passive = await say(how)
    if (!passive.startsWith('2')) return { first: passive, last: passive, content: '' }
    const data = await connected(address, readPort(passive))
    data.on('error', () => {})
    socket.write(`${command}\r\n`)
    const first = await reply()
    if (!first.startsWith('1')) {
      data.destroy()
      return { first, last: first, content: '' }
    }
    const session = wanted === 'session' ? newestSession(secured) : undefined
    const plain = secured === null || wanted === 'in-clear'
    const channel = plain ? data : await handshake(data, {}, session).catch(() => null)
    const content = channel === null ? '' : await readAll(channel)
    return { first, last: await reply(), content }
  }
  listen()
  if (wish !== undefined) await secure(wish)
  return { reply, say, secure, transfer, close: () => socket.destroy() }
}

/** The first whole reply of a text (RFC 959 section 4.2), or null. */
function readReply(text: string): string | null {
  const code = /^(\d{3})-/.exec(text)?.[1]
  const end = code === undefined ? /^.*\r?\n/ : new RegExp(`^${code} .*\\r?\\n`, 'm')
  const found = end.exec(text)
  return found === null ? null : text.slice(0, found.index + found[0].length)
}

/** The port of a 227 or 229. */
export function readPort(reply: string): number {
  const extended = /\(\|\|\|(\d+)\|\)/.exec(reply)?.[1]
  if (extended !== undefined) return Number(extended)
  const [high, low] = /(\d+),(\d+)\)/.exec(reply)?.slice(1) ?? []
  if (high === undefined || low === undefined) throw new Error(`no port in ${reply}`)
  return Number(high) * 256 + Number(low)
}

const connected = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectPlain({ host, port })
    socket.setTimeout(usualPatience, () =>
      socket.destroy(new Error(`no answer from ${host}:${port}`)),
    )
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })

const sessions = new WeakMap<TLSSocket, Buffer>()
const newestSession = (socket: TLSSocket | null): Buffer | undefined =>
  socket === null ? undefined : sessions.get(socket)

const handshake = (
  socket: Socket,
  { version, ciphers = oldTls }: TlsWish,
  session?: Buffer,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const secured = connectSecure({
      socket,
      rejectUnauthorized: false,
      ciphers,
      minVersion: asVersion(version) ?? 'TLSv1',
      ...(version === undefined ? {} : { maxVersion: asVersion(version) ?? 'TLSv1.3' }),
      ...(session === undefined ? {} : { session }),
    })
    secured.on('session', (next: Buffer) => sessions.set(secured, next))
    secured.once('error', reject)
    secured.once('close', () => reject(new Error('closed in the handshake')))
    secured.once('secureConnect', () => resolve(secured))
  })

type Version = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
const asVersion = (name: string | undefined): Version | undefined =>
  (['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).find((version) => version === name)

const readAll = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
  })
