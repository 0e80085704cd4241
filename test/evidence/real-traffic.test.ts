/**
 * Real clients at real servers, captured by tcpdump on loopback, and what is said of the capture: which commands, logins,
 * data channels and files, with their hashes.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'
import { matrix } from '../servers/matrix.ts'
import { serversRequired } from '../servers/place.ts'
import type { Running } from '../servers/running.ts'
import { whyNot } from '../servers/running.ts'

const run = promisify(execFile)
const tools = { tcpdump: '/usr/bin/tcpdump', curl: '/usr/bin/curl' }
const missing = Object.values(tools).find((path) => !existsSync(path))
const reason =
  whyNot('root', 21) ??
  (missing ? `run scripts/test-servers.sh clients: ${missing} is not there` : null)
if (reason !== null && serversRequired) throw new Error(reason)

interface Session {
  readonly server: {
    readonly address: string
    readonly port: number
    readonly product: { readonly name: string } | null
  }
  readonly directions: string
  readonly encrypted: string
  readonly startSeen: boolean
  readonly endSeen: boolean
  readonly lostBytes: number
  readonly users: readonly string[]
  readonly logins: { readonly ok: number; readonly failed: number }
  readonly anonymous: boolean
  readonly authTls: boolean
  readonly commands: Readonly<Record<string, number>>
  readonly dataChannels: readonly {
    readonly mode: string
    readonly command: string
    readonly bytes: number
    readonly outcome: string
    readonly actual: unknown
  }[]
  readonly files: readonly {
    readonly command: string
    readonly name: string
    readonly bytes: number
    readonly complete: boolean
    readonly sha256: string | null
    readonly category: string
  }[]
}

const canary = 'canary-9b1f2c'
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-traffic-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** What the capture of these calls says, and every line of it as text. */
async function captured(server: Running, ...calls: readonly (readonly string[])[]) {
  const file = join(
    folder,
    `${server.address}-${server.port}-${calls.length}-${Math.random()}.pcap`,
  )
  const dump = spawn(tools.tcpdump, ['-i', 'lo', '-U', '-w', file, 'host', server.address], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    await says(dump, /listening on/)
    for (const call of calls)
      await run(tools.curl, ['--silent', '--show-error', '--max-time', '20', ...call]).catch(
        (error: { readonly code: number }) => {
          // 67 is a login that was denied, which some calls are about.
          if (error.code !== 67) throw error
        },
      )
    // The kernel hands packets over in blocks: what is still in one comes within a second.
    await new Promise((later) => setTimeout(later, 1200))
  } finally {
    dump.kill('SIGINT')
    await once(dump, 'exit')
  }
  const { out, err, code } = await portreeve(
    ['ingest', file, '--no-store', '--format', 'json', '--no-flows'],
    { network: scanSystem, documents: disk },
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return {
    text: out,
    sessions: lines.filter(({ type }) => type === 'ftp-session') as Session[],
    services: lines.filter(({ type }) => type === 'service'),
  }
}

const says = (child: ChildProcess, what: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ''
    child.stderr?.on('data', (chunk) => {
      text += chunk
      if (what.test(text)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`tcpdump ended with ${code}: ${text}`)))
  })

const rows = [
  'vsftpd, anonymous, no TLS',
  'ProFTPD, anonymous',
  'Pure-FTPd, anonymous',
  'pyftpdlib, anonymous upload',
]

describe.skipIf(reason !== null)(`real traffic${reason === null ? '' : ` (${reason})`}`, () => {
  describe.each(rows)('%s', (name) => {
    let server: Running
    beforeAll(async () => {
      const row = matrix.find((one) => one.name === name)
      if (!row) throw new TypeError(name)
      server = await row.start()
    })
    afterAll(async () => {
      await server.stop()
    })
    test.each([
      ['passive', ['--ftp-pasv', '--disable-epsv'], 'PASV'],
      ['passive, extended', ['--ftp-pasv'], 'EPSV'],
      ['active', ['--ftp-port', '-', '--disable-eprt'], 'PORT'],
    ] as const)('a download, %s', async (mode, options, verb) => {
      const target = join(folder, `${server.address}-${verb}`)
      const url = `ftp://${server.address}:${server.port}/pub/readme.txt`
      const { sessions, services } = await captured(server, [...options, url, '-o', target])
      const bytes = await readFile(target)
      expect(sessions).toHaveLength(1)
      const [session] = sessions as [Session]
      expect(session).toMatchObject({
        server: { address: server.address, port: server.port },
        directions: 'both',
        encrypted: 'no',
        startSeen: true,
        lostBytes: 0,
        users: ['anonymous'],
        logins: { ok: 1, failed: 0 },
        anonymous: true,
        authTls: false,
      })
      expect(session.commands).toMatchObject({ USER: 1, [verb]: 1, RETR: 1 })
      expect(session.dataChannels).toMatchObject([
        { mode: mode.split(',')[0], command: 'RETR', bytes: bytes.length, outcome: '226' },
      ])
      expect(session.files).toMatchObject([
        {
          command: 'RETR',
          bytes: bytes.length,
          complete: true,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          category: 'text',
        },
      ])
      expect(services).toMatchObject([{ recognition: 'ftp', ftp: { anonymous: 'yes' } }])
    })
    test('a password that was refused stands nowhere', async () => {
      const url = `ftp://${server.address}:${server.port}/`
      const { sessions, text } = await captured(server, ['--user', `somebody:${canary}`, url])
      expect(sessions).toMatchObject([{ users: ['somebody'], logins: { ok: 0, failed: 1 } }])
      expect(sessions[0]?.anonymous).not.toBe(true)
      expect(text).not.toContain(canary)
    })
  })
  describe('under TLS', () => {
    let server: Running
    beforeAll(async () => {
      const row = matrix.find((one) => one.name === 'vsftpd, anonymous, TLS offered')
      if (!row) throw new TypeError('no row')
      server = await row.start()
    })
    afterAll(async () => {
      await server.stop()
    })
    test('the session is opaque from AUTH on, and says so', async () => {
      const url = `ftp://${server.address}:${server.port}/`
      const { sessions } = await captured(server, [
        '--ssl-reqd',
        '--insecure',
        url,
        '-o',
        '/dev/null',
      ])
      expect(sessions).toMatchObject([
        { encrypted: 'from-auth', authTls: true, commands: { AUTH: 1 } },
      ])
    })
  })
})
