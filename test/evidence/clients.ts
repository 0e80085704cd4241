/** Real FTP clients: each visits a server without a terminal and writes down every command that it sends. */
import { spawn } from 'node:child_process'
import { basename, dirname } from 'node:path'
import type { Account } from '../servers/expected.ts'

export interface Visit {
  readonly server: { readonly address: string; readonly port: number }
  /** How data channels are announced. */
  readonly announce: 'PASV' | 'EPSV' | 'PORT' | 'EPRT'
  readonly tls: 'none' | 'explicit' | 'implicit'
  /** Whether it waits for each reply before the next command; lftp alone can do without. */
  readonly pace: 'in-turns' | 'pipelined'
  readonly account: Account
  /** A command that no client has a word for, sent after the login; null is none. */
  readonly quoted: string | null
  readonly steps: readonly Step[]
  /** Home of the client, with no settings in it. */
  readonly folder: string
}

export type Step =
  | { readonly verb: 'STOR' | 'RETR'; readonly file: string; readonly path: string }
  | { readonly verb: 'LIST' | 'NLST' | 'MLSD'; readonly path: string }

export const clientPrograms = {
  curl: '/usr/bin/curl',
  lftp: '/usr/bin/lftp',
  ftp: '/usr/bin/tnftp',
} as const
export type ClientName = keyof typeof clientPrograms

/** What the client says that it did. Throws where it did not come to its end. */
export const visit = (client: ClientName, wish: Visit): Promise<string> => visits[client](wish)

const visits: Readonly<Record<ClientName, (wish: Visit) => Promise<string>>> = {
  curl(wish) {
    const { server, account, announce, tls } = wish
    const scheme = tls === 'implicit' ? 'ftps' : 'ftp'
    const common = [
      ...['--silent', '--show-error', '--verbose', '--max-time', '20'],
      ...['--user', `${account.user}:${account.password}`],
      ...{
        PASV: ['--ftp-pasv', '--disable-epsv'],
        EPSV: ['--ftp-pasv'],
        PORT: ['--ftp-port', '-', '--disable-eprt'],
        EPRT: ['--ftp-port', '-'],
      }[announce],
      ...(tls === 'none' ? [] : ['--ssl-reqd', '--insecure']),
    ]
    const root = `${scheme}://${hostOf(server)}:${server.port}`
    const calls = wish.steps.map((step) => [...common, ...curlStep(step, root)])
    // The star lets it go on when the server refuses.
    const quote = wish.quoted === null ? [] : ['--quote', `*${wish.quoted}`]
    const options = calls.flatMap((call, i) =>
      i === 0 ? [...quote, ...call] : ['--next', ...call],
    )
    // 67: the login was refused.
    return run(clientPrograms.curl, options, '', wish.folder, [0, 67])
  },
  lftp(wish) {
    const { server, account, announce, tls, pace } = wish
    const yes = (condition: boolean) => (condition ? 'yes' : 'no')
    const script = [
      ...['net:max-retries 1', 'net:timeout 10', 'xfer:clobber yes', 'ssl:verify-certificate no'],
      `ftp:passive-mode ${yes(announce === 'PASV' || announce === 'EPSV')}`,
      `ftp:prefer-epsv ${yes(announce === 'EPSV')}`,
      `ftp:ssl-force ${yes(tls !== 'none')}`,
      `ftp:ssl-allow ${yes(tls !== 'none')}`,
      'ftp:ssl-protect-data yes',
      `ftp:sync-mode ${yes(pace === 'in-turns')}`,
    ].map((setting) => `set ${setting}`)
    const scheme = tls === 'implicit' ? 'ftps' : 'ftp'
    script.push(
      `open -u ${account.user},${account.password} ${scheme}://${hostOf(server)}:${server.port}`,
    )
    if (wish.quoted !== null) script.push(`quote ${wish.quoted}`)
    for (const step of wish.steps)
      switch (step.verb) {
        case 'STOR':
          script.push(`put ${step.file} -o ${step.path}`)
          break
        case 'RETR':
          script.push(`get ${step.path} -o ${step.file}`)
          break
        case 'LIST':
          script.push(`ls ${step.path}`)
          break
        case 'NLST':
          script.push(`nlist ${step.path}`)
          break
        case 'MLSD':
          // It asks so for listings that it reads itself, of a server that knows MLSD.
          script.push(`cls -l ${step.path}`)
      }
    // 1: the login was refused.
    const options = ['-d', '--norc', '-c', [...script, 'bye'].join('; ')]
    return run(clientPrograms.lftp, options, '', wish.folder, [0, 1])
  },
  ftp(wish) {
    const { server, account, announce } = wish
    if (wish.tls !== 'none') throw new TypeError('ftp has no TLS')
    const mode = announce === 'PASV' || announce === 'EPSV' ? '-p' : '-A'
    const words = { STOR: 'put', RETR: 'get', LIST: 'ls', NLST: 'nlist', MLSD: 'mlsd' } as const
    const script = [
      `open ${server.address} ${server.port}`,
      ...(announce === 'PASV' || announce === 'PORT' ? ['epsv4 off'] : []),
      `user ${account.user} ${account.password}`,
      'binary',
      ...(wish.quoted === null ? [] : [`quote ${wish.quoted}`]),
      ...wish.steps.map((step) => {
        const word = words[step.verb]
        if (!('file' in step)) return `${word} ${step.path}`
        return step.verb === 'STOR'
          ? `${word} ${step.file} ${step.path}`
          : `${word} ${step.path} ${step.file}`
      }),
      'bye',
    ]
    const input = script.map((line) => `${line}\n`).join('')
    return run(clientPrograms.ftp, ['-n', '-v', '-d', '-i', mode], input, wish.folder, [0])
  },
}

function curlStep(step: Step, root: string): readonly string[] {
  const url = `${root}${step.path}`
  switch (step.verb) {
    case 'STOR':
      return ['--upload-file', step.file, url]
    case 'RETR':
      return ['--output', step.file, url]
    case 'LIST':
      return ['--output', '/dev/null', `${url}/`]
    case 'NLST':
      return ['--output', '/dev/null', '--list-only', `${url}/`]
    case 'MLSD':
      return ['--output', '/dev/null', '--request', 'MLSD', `${url}/`]
  }
}

const hostOf = ({ address }: Visit['server']): string =>
  address.includes(':') ? `[${address}]` : address

/** The commands of a log, in their order: `> STOR a.bin` of curl, `---> STOR a.bin` of the others. */
export const commandsIn = (log: string): readonly string[] =>
  [...log.matchAll(/^(?:---)?> (.*?)\r?$/gm)].map(([, command = '']) => command)

/** Of the commands, those that data channels are opened for. */
export const transfersOf = (commands: readonly string[]): readonly string[] =>
  commands.filter((one) => /^(?:RETR|STOR|LIST|NLST|MLSD)\b/.test(one))

export const verbOf = (command: string): string => command.split(' ', 1)[0] ?? ''
/** Null where there is none. */
export const argumentOf = (command: string): string | null =>
  command.includes(' ') ? command.slice(verbOf(command).length + 1) : null

/** The ports that PORT, EPRT, 227 and 229 name, in their order. */
export function announcedIn(log: string): readonly number[] {
  const lines = log.split('\n').filter((line) => /\b(?:PORT|EPRT|227|229) /.test(line))
  const ports = lines.flatMap((line) => {
    const extended = /\|(\d+)\|[^|]*$/.exec(line)?.[1]
    const [, high, low] = /(?:\d+,){4}(\d+),(\d+)/.exec(line) ?? []
    if (extended !== undefined) return [Number(extended)]
    return high === undefined || low === undefined ? [] : [Number(high) * 256 + Number(low)]
  })
  // tnftp writes these replies twice.
  return ports.filter((port, i) => port !== ports[i - 1])
}

const patience = 30_000

/** All that a program wrote; it must end with one of these codes. */
function run(
  program: string,
  options: readonly string[],
  input: string,
  home: string,
  codes: readonly number[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, {
      cwd: home,
      env: { HOME: home, PATH: dirname(program), LANG: 'C.UTF-8', TZ: 'UTC' },
      timeout: patience,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        text += chunk
      })
    }
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code !== null && codes.includes(code)) resolve(text)
      else reject(new Error(`${basename(program)} ended with ${code ?? signal}: ${text}`))
    })
    child.stdin.end(input)
  })
}
