/** Which client visits which server in which way: not every product of them, but each pair that there can be. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { testAccount } from '../servers/accounts.ts'
import { matrix } from '../servers/matrix.ts'
import { freePort, ipv6Loopback } from '../servers/process.ts'
import type { Running } from '../servers/running.ts'
import { type ClientName, commandsIn, type Step, type Visit } from './clients.ts'

export interface Row {
  readonly client: ClientName
  readonly server: 'vsftpd' | 'ProFTPD' | 'Pure-FTPd'
  readonly announce: Visit['announce']
  readonly family: 'IPv4' | 'IPv6'
  readonly tls: Visit['tls']
  readonly login: 'account' | 'anonymous' | 'refused'
  /** After a file; `XYZZY` is a command that nobody knows. */
  readonly then: readonly ('LIST' | 'NLST' | 'MLSD' | 'XYZZY')[]
  readonly pace: Visit['pace']
}

type Cells = readonly [
  Row['server'],
  Row['announce'],
  Row['family'],
  Row['tls'],
  Row['login'],
  Row['then'],
  Row['pace']?,
]
const table = (client: ClientName, cells: readonly Cells[]): readonly Row[] =>
  cells.map(([server, announce, family, tls, login, then, pace = 'in-turns']) => {
    return { client, server, announce, family, tls, login, then, pace }
  })

export const rows: readonly Row[] = [
  ...table('curl', [
    ['vsftpd', 'PASV', 'IPv4', 'none', 'account', ['LIST', 'XYZZY']],
    ['ProFTPD', 'EPSV', 'IPv6', 'none', 'anonymous', ['LIST', 'NLST']],
    ['Pure-FTPd', 'PORT', 'IPv4', 'none', 'account', ['MLSD']],
    ['vsftpd', 'EPRT', 'IPv6', 'none', 'account', ['NLST']],
    ['Pure-FTPd', 'EPSV', 'IPv4', 'explicit', 'account', ['LIST']],
    ['vsftpd', 'EPSV', 'IPv4', 'implicit', 'account', ['LIST']],
    ['Pure-FTPd', 'EPSV', 'IPv6', 'none', 'refused', []],
  ]),
  ...table('lftp', [
    // It names no address in EPRT, which of these servers vsftpd alone takes.
    ['vsftpd', 'EPRT', 'IPv6', 'none', 'account', ['LIST', 'NLST']],
    ['ProFTPD', 'PORT', 'IPv4', 'none', 'account', ['MLSD', 'XYZZY']],
    ['Pure-FTPd', 'PASV', 'IPv4', 'none', 'anonymous', ['LIST', 'MLSD']],
    ['ProFTPD', 'EPSV', 'IPv6', 'none', 'account', ['NLST']],
    ['ProFTPD', 'EPSV', 'IPv4', 'none', 'account', ['LIST', 'NLST'], 'pipelined'],
    ['vsftpd', 'PASV', 'IPv4', 'explicit', 'account', ['LIST']],
    ['ProFTPD', 'EPSV', 'IPv6', 'explicit', 'anonymous', ['LIST']],
    ['ProFTPD', 'EPSV', 'IPv6', 'implicit', 'account', ['LIST']],
    ['ProFTPD', 'PASV', 'IPv4', 'none', 'refused', []],
  ]),
  ...table('ftp', [
    ['vsftpd', 'EPSV', 'IPv4', 'none', 'anonymous', ['LIST', 'NLST']],
    ['ProFTPD', 'EPRT', 'IPv4', 'none', 'account', ['MLSD']],
    ['Pure-FTPd', 'EPRT', 'IPv6', 'none', 'account', ['LIST', 'MLSD']],
    ['vsftpd', 'PORT', 'IPv4', 'none', 'account', ['LIST', 'XYZZY']],
    ['ProFTPD', 'PASV', 'IPv4', 'none', 'anonymous', ['NLST']],
    ['vsftpd', 'EPSV', 'IPv6', 'none', 'refused', []],
  ]),
]

export const accounts = {
  account: testAccount,
  anonymous: { user: 'anonymous', password: 'nobody-4c1e@example.test' },
  refused: { user: testAccount.user, password: 'Not-the-password-5d2a' },
} as const

/** From where the kernel connects to any address of loopback. */
export const clientAddresses = { IPv4: '127.0.0.1', IPv6: ipv6Loopback } as const

/** Of `matrix`. */
const configurations: Readonly<Record<Row['server'], Partial<Record<Row['tls'], string>>>> = {
  vsftpd: {
    none: 'vsftpd, anonymous, no TLS',
    explicit: 'vsftpd, anonymous, TLS offered',
    implicit: 'vsftpd, implicit TLS',
  },
  ProFTPD: {
    none: 'ProFTPD, anonymous',
    explicit: 'ProFTPD, anonymous upload, TLS offered',
    implicit: 'ProFTPD, implicit TLS, elliptic key',
  },
  'Pure-FTPd': {
    none: 'Pure-FTPd, anonymous',
    explicit: 'Pure-FTPd, anonymous upload, TLS offered',
  },
}

export async function startServer({ server, tls, family }: Row): Promise<Running> {
  const found = matrix.find(({ name }) => name === configurations[server][tls])
  if (!found) throw new TypeError(`${server} has no ${tls} TLS`)
  if (family === 'IPv4') return found.start()
  // What begins with TLS is looked at on its own port alone.
  return found.start({ address: ipv6Loopback, port: tls === 'implicit' ? found.port : freePort() })
}

export interface Plan {
  readonly folder: string
  readonly wish: Pick<Visit, 'announce' | 'tls' | 'pace' | 'account' | 'quoted' | 'steps'>
  /** Of the file that goes up, down or both. */
  readonly content: Buffer
}

export async function planOf(row: Row, parent: string): Promise<Plan> {
  const { announce, tls, pace, login, then } = row
  const folder = await mkdtemp(join(parent, 'visit-'))
  const fetched = join(folder, 'fetched.bin')
  const listings = then.flatMap((verb) => (verb === 'XYZZY' ? [] : [{ verb, path: '/pub' }]))
  const wish = {
    ...{ announce, tls, pace, account: accounts[login] },
    quoted: then.includes('XYZZY') ? 'XYZZY nothing happens' : null,
  }
  // Under TLS nothing goes up: a client that does not wait for the server's session tickets resets what it sent.
  if (login !== 'account' || tls !== 'none') {
    const steps: readonly Step[] = [
      { verb: 'RETR', file: fetched, path: '/pub/readme.txt' },
      ...listings,
    ]
    return { folder, wish: { ...wish, steps }, content: Buffer.from('Nothing to see here.\n') }
  }
  // More than one packet, and every value of a byte.
  const content = Buffer.from(Uint8Array.from({ length: 300_007 }, (_, i) => (i * i) >> 3))
  const sent = join(folder, 'sent.bin')
  await writeFile(sent, content)
  const path = '/upload/sent.bin'
  const steps: readonly Step[] = [
    { verb: 'STOR', file: sent, path },
    { verb: 'RETR', file: fetched, path },
    ...listings,
  ]
  return { folder, wish: { ...wish, steps }, content }
}

/** What of a client's commands was sent in clear, by its log. */
export function saidInClear(log: string, { client, tls, login }: Row): readonly string[] {
  const commands = commandsIn(log)
  switch (tls) {
    case 'implicit':
      return []
    case 'explicit':
      return commands.slice(0, 1 + commands.findLastIndex((one) => one.startsWith('AUTH ')))
    case 'none':
      // curl takes leave when its log is closed already; who was refused is not told goodbye.
      return client === 'curl' && login !== 'refused' ? [...commands, 'QUIT'] : commands
  }
}
