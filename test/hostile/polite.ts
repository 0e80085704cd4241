/** An FTP session that behaves, but for the commands that a hostile server answers in its own way. */
import type { Socket } from 'node:net'
import { type Listening, listen } from './listening.ts'

export interface Session {
  readonly socket: Socket
  /** Where the server listens. */
  readonly address: string
  reply(text: string): void
  /** Opens a port for data and resolves to it; `serve` has the one connection that comes. */
  openData(serve: (data: Socket) => void): Promise<number>
}

/** What a command gets: a reply, or something of its own. */
export type Manner = string | ((session: Session, argument: string) => void)
export type Manners = Readonly<Record<string, Manner>>

const features = ['EPRT', 'EPSV', 'PASV', 'REST STREAM', 'SIZE', 'UTF8']

const listing = [
  'drwxr-xr-x   2 ftp      ftp          4096 Mar 04  2025 pub',
  '-rw-r--r--   1 ftp      ftp            21 Mar 04  2025 readme.txt',
]

/** Greets and answers every command of a login, a listing and a leave. `greeting` null: the caller has greeted. */
export function serveSession(
  socket: Socket,
  address: string,
  manners: Manners = {},
  greeting: string | null = '220 FTP server ready.',
  content: (data: Socket) => void = (data) => data.end(`${listing.join('\r\n')}\r\n`),
): void {
  const data: Listening[] = []
  let waiting: Socket | null = null
  let wanted = false
  const serveData = () => {
    if (waiting === null || !wanted) return
    wanted = false
    const channel = waiting
    waiting = null
    channel.on('close', () => session.reply('226 Transfer complete.'))
    content(channel)
  }
  const session: Session = {
    socket,
    address,
    reply: (text) => {
      if (!socket.destroyed) socket.write(`${text}\r\n`)
    },
    openData: async (serve) => {
      const listening = await listen({ address }, serve)
      data.push(listening)
      return listening.port
    },
  }
  const openOrdinary = () =>
    session.openData((channel) => {
      waiting = channel
      serveData()
    })
  const list: Manner = () => {
    session.reply('150 Here it comes.')
    wanted = true
    serveData()
  }
  const usual: Manners = {
    USER: '331 Password required.',
    PASS: '230 Logged in.',
    SYST: '215 UNIX Type: L8',
    FEAT: `211-Features:\r\n${features.map((name) => ` ${name}\r\n`).join('')}211 End`,
    PWD: '257 "/" is the current directory',
    TYPE: '200 Type set.',
    OPTS: '200 Fine.',
    CWD: '250 Changed.',
    NOOP: '200 Fine.',
    EPSV: () => {
      openOrdinary().then((port) => session.reply(`229 Extended passive (|||${port}|)`), fail)
    },
    PASV: () => {
      openOrdinary().then((port) => session.reply(passiveReply(address, port)), fail)
    },
    LIST: list,
    NLST: list,
    QUIT: () => {
      session.reply('221 Goodbye.')
      socket.end()
    },
  }
  const fail = (error: unknown) => socket.destroy(error instanceof Error ? error : undefined)
  let pending = ''
  socket.on('data', (chunk: Buffer) => {
    pending += chunk.toString('latin1')
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      const line = pending.slice(0, end).trimEnd()
      pending = pending.slice(end + 1)
      const [verb = '', ...rest] = line.split(' ')
      const name = verb.toUpperCase()
      const manner = manners[name] ?? usual[name] ?? '502 Not implemented.'
      if (typeof manner === 'string') session.reply(manner)
      else manner(session, rest.join(' '))
    }
  })
  socket.on('close', () => {
    for (const listening of data) void listening.stop()
  })
  if (greeting !== null) session.reply(greeting)
}

/** RFC 959 section 4.1.2. */
export const passiveReply = (address: string, port: number): string =>
  `227 Entering Passive Mode (${address.replaceAll('.', ',')},${port >> 8},${port & 0xff})`
