/** Hostile FTP servers, a function each. They answer for as long as somebody listens, and end when they are stopped. */
import type { Socket } from 'node:net'
import { freeAddress } from '../servers/process.ts'
import { type Hostile, type HostilePlace, listen, pour, reset, startHostile } from './listening.ts'
import { type Manners, passiveReply, serveSession } from './polite.ts'

type Start = (place?: HostilePlace) => Promise<Hostile>

/** A greeting of many lines that has no last one. */
export const endlessGreeting: Start = (place = {}) => {
  const chunk = Buffer.from('220-Welcome, and wait.\r\n'.repeat(1000))
  return startHostile(place, (socket) => pour(socket, () => chunk))
}

/** A greeting of one line that never ends. */
export const endlessLine: Start = (place = {}) => {
  const chunk = Buffer.alloc(65_536, 'x')
  return startHostile(place, (socket) => {
    socket.write('220 ')
    pour(socket, () => chunk)
  })
}

/** A whole greeting of so many bytes in one line, and then an FTP server like others. */
export const longLine = (bytes = 10_000_000, place: HostilePlace = {}): Promise<Hostile> =>
  polite(place, {}, `220 ${'x'.repeat(bytes)}`)

/** A greeting that comes byte after byte. */
export const slowGreeting = (milliseconds = 1000, place: HostilePlace = {}): Promise<Hostile> => {
  const text = `220-${'slow '.repeat(100_000)}`
  return startHostile(place, (socket) => {
    let at = 0
    const timer = setInterval(() => {
      socket.write(text.charAt(at))
      at += 1
    }, milliseconds)
    socket.on('close', () => clearInterval(timer))
  })
}

/** Bytes without sense or end; the same on every run. */
export const binaryNoise: Start = (place = {}) => {
  const chunk = noise(65_536)
  return startHostile(place, (socket) => pour(socket, () => chunk))
}

/** One reply of so many lines to a command (or as greeting), and an FTP server like others. */
export function longReply(
  lines = 1000,
  to = 'greeting',
  place: HostilePlace = {},
): Promise<Hostile> {
  const reply = (code: string) => {
    const inner = Array.from({ length: lines }, (_, n) => ` ${999 - (n % 900)} line ${n}\r\n`)
    return `${code}-\r\n${inner.join('')}${code} end`
  }
  return to === 'greeting' ? polite(place, {}, reply('220')) : polite(place, { [to]: reply('211') })
}

/** RST as the answer to a command; `connect` is before any greeting, `greeting` is right after it. */
export function resetsAt(state: string, place: HostilePlace = {}): Promise<Hostile> {
  if (state === 'connect') return startHostile(place, reset)
  if (state === 'greeting') {
    return startHostile(place, (socket) => {
      socket.write('220 FTP server ready.\r\n')
      // A reset overtakes what was not read yet.
      setTimeout(reset, 100, socket)
    })
  }
  return polite(place, { [state]: ({ socket }) => reset(socket) })
}

/** Closes as the answer to a command, half a reply sent. */
export const closesAt = (command: string, place: HostilePlace = {}): Promise<Hostile> =>
  polite(place, { [command]: ({ socket }) => socket.end('211-Only half') })

/** 227 and 229 lead away from the server: to a third address, where a listener counts who comes. */
export async function passiveToThirdParty(place: HostilePlace = {}): Promise<Hostile> {
  const trap = await listen({ address: freeAddress() }, (socket) => socket.end('here you are'))
  return polite(
    place,
    {
      EPSV: `229 Extended passive (|1|${trap.address}|${trap.port}|)`,
      PASV: passiveReply(trap.address, trap.port),
    },
    undefined,
    undefined,
    [trap],
  )
}

/** 227 names a port below 1024 of the server's own address, where a listener counts who comes. EPSV is refused. */
export async function passiveToPrivilegedPort(
  privileged = 993,
  place: HostilePlace = {},
): Promise<Hostile> {
  const address = place.address ?? freeAddress()
  const trap = await listen({ address, port: privileged }, (socket) => socket.end())
  const manners = { EPSV: '500 What?', PASV: passiveReply(address, privileged) }
  return polite({ ...place, address }, manners, undefined, undefined, [trap])
}

/** 227 names an inside address, as behind a NAT that does not mend it; the port is open on the server's own address. */
export const insideAddress = (inside = '10.0.0.1', place: HostilePlace = {}): Promise<Hostile> =>
  startHostile(place, (socket) => {
    let waiting: Socket | null = null
    serveSession(socket, addressOf(socket), {
      EPSV: '500 What?',
      PASV: (session) => {
        session
          .openData((data) => {
            waiting = data
          })
          .then(
            (port) => session.reply(passiveReply(inside, port)),
            () => session.reply('425 No port.'),
          )
      },
      LIST: (session) => {
        session.reply('150 Here it comes.')
        waiting?.end('-rw-r--r-- 1 ftp ftp 21 Mar 04  2025 readme.txt\r\n', () =>
          session.reply('226 Done.'),
        )
      },
    })
  })

/** A listing of so many entries whose names carry terminal sequences, line breaks, zero bytes and bad UTF-8. */
export const nastyListing = (entries = 100_000, place: HostilePlace = {}): Promise<Hostile> =>
  polite(place, {}, undefined, (data) => {
    let at = 0
    const next = () => {
      if (at >= entries) return null
      const lines: string[] = []
      for (const end = Math.min(at + 1000, entries); at < end; at++) {
        const name = nastyNames[at % nastyNames.length] ?? ''
        lines.push(`-rw-r--r--   1 ftp      ftp      ${at % 1000} Mar 04  2025 ${name}${at}\r\n`)
      }
      return Buffer.from(lines.join(''), 'latin1')
    }
    pour(data, next, () => data.end())
  })

export const nastyNames: readonly string[] = [
  '\x1b[2J\x1b]0;owned\x07',
  'a\x00b',
  '..\x2f..\x2fetc\x2fpasswd',
  '<script>alert(1)</script>',
  '=cmd|calc',
  '\xff\xfe\xfd',
  '\rback',
  'x'.repeat(3000),
  ' leading and trailing ',
  '\x7f\x9b31m',
]

/** AUTH is granted, and what comes then is no TLS. */
export const tlsGarbage: Start = (place = {}) =>
  polite(place, {
    AUTH: (session) => {
      session.reply('234 Go ahead.')
      session.socket.write(noise(4096))
    },
  })

/** AUTH is granted, and nothing comes then. */
export const tlsSilence: Start = (place = {}) =>
  polite(place, {
    AUTH: (session) => {
      session.reply('234 Go ahead.')
      session.socket.removeAllListeners('data')
      session.socket.resume()
    },
  })

/** Listings that never end: lines for ever, or an open data channel on which nothing comes. */
export function endlessData(
  kind: 'lines' | 'silence' = 'lines',
  place: HostilePlace = {},
): Promise<Hostile> {
  const chunk = Buffer.from('-rw-r--r-- 1 ftp ftp 21 Mar 04  2025 again.txt\r\n'.repeat(1000))
  return polite(place, {}, undefined, (data) => {
    if (kind === 'lines') pour(data, () => chunk)
  })
}

/** Takes connections and says nothing. */
export const silent: Start = (place = {}) => startHostile(place, () => {})

/** Takes connections and closes them. */
export const closesAtOnce: Start = (place = {}) => startHostile(place, (socket) => socket.end())

/** An FTP server like others that greets late, as those do that look names up first. */
export const late = (milliseconds = 10_000, place: HostilePlace = {}): Promise<Hostile> =>
  startHostile(place, (socket) => {
    const timer = setTimeout(() => serveSession(socket, addressOf(socket)), milliseconds)
    socket.on('close', () => clearTimeout(timer))
  })

/** An FTP server like others for so many connections; all later ones are turned away. */
export const bans = (
  after = 2,
  by: '421' | 'reset' | 'silence' = '421',
  place: HostilePlace = {},
): Promise<Hostile> =>
  startHostile(place, (socket, connection) => {
    if (connection <= after) serveSession(socket, addressOf(socket))
    else if (by === '421') socket.end('421 Too many connections from your address.\r\n')
    else if (by === 'reset') reset(socket)
  })

/** Answers with codes that are none, replies without text, Telnet commands, and more replies than questions. */
export const nonsense: Start = (place = {}) =>
  polite(
    place,
    {
      FEAT: '999',
      SYST: '99 almost',
      USER: '331\r\n331 twice',
      PASS: '\xff\xfb\x01230 Logged in.',
      EPSV: '229 Extended passive (|||99999|)',
      PASV: '227 Entering Passive Mode (999,1,2,3,4,5)',
    },
    '220',
  )

/** Takes every login, and lists what no file system holds. */
function polite(
  place: HostilePlace,
  manners: Manners,
  greeting?: string,
  content?: (data: Socket) => void,
  traps: Parameters<typeof startHostile>[2] = [],
): Promise<Hostile> {
  return startHostile(
    place,
    (socket) => serveSession(socket, addressOf(socket), manners, greeting, content),
    traps,
  )
}

const addressOf = (socket: Socket): string => socket.localAddress ?? '127.0.0.1'

/** Bytes that look random: xorshift (Marsaglia, 2003). */
function noise(bytes: number): Buffer {
  let state = 1
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0xff
    }),
  )
}
