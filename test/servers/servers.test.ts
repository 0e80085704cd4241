import { connect, createServer, type Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { describeServers } from './describe.ts'
import type { CertificateKind, ExpectedFtp } from './expected.ts'
import { matrix } from './matrix.ts'
import { freeAddress, isListening } from './process.ts'
import type { Running } from './running.ts'
import { open, readPort, type Secured, type Talk, type TlsWish } from './talk.ts'

/** The greeting of a protocol that speaks first. */
const greetings = {
  ftp: /^220[ -]/,
  ssh: /^SSH-2\.0-OpenSSH_/,
  smtp: /^220 /,
  pop3: /^\+OK /,
  imap: /^\* OK /,
  http: /^silent$/,
} as const

const allVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

for (const row of matrix) {
  describeServers(row.name, row, row.start, (server) => {
    const ftp = (): ExpectedFtp => {
      const { ftp: expected } = server().expected
      if (expected === null) throw new Error('not an FTP server')
      return expected
    }
    test('is what it is said to be', { timeout: 60_000 }, async () => {
      const running = server()
      const { protocol, product, version, names } = running.expected
      if (protocol === 'http') {
        const talk = await open(running.address, running.port)
        expect(await talk.say('GET / HTTP/1.0\r\n')).toBe('HTTP/1.0 200 OK')
        expect(product).toBe('Python http.server')
        expect(await talk.reply()).toContain(`Python/${version}`)
        talk.close()
        return
      }
      if (protocol !== 'ftp') {
        const greeting = await greetingOf(running)
        expect(greeting).toMatch(greetings[protocol])
        // aiosmtpd calls itself by the name of the module before it.
        const word = product === 'aiosmtpd' ? 'Python SMTP' : product
        if (names.product === 'greeting') expect(greeting).toContain(word)
        if (names.version === 'greeting') expect(greeting).toContain(version)
        return
      }
      const expected = ftp()
      if (expected.bansAfter !== null) {
        await expectBan(running, expected.bansAfter)
        return
      }
      await expectGreeting(running)
      await expectTls(running, expected)
      await expectLogins(running, expected)
      if (expected.anonymous === 'yes') {
        const talk = await anonymousTalk(running, expected)
        await expectDirectories(talk, expected)
        await expectChannels(talk, running, expected)
        await expectBounce(talk, expected)
        talk.close()
        await expectProtection(running, expected)
      }
      if (expected.anonymous === 'no' && expected.certificate !== null) {
        const talk = await bestTalk(running, expected)
        expect(await logIn(talk, 'anonymous', 'test@example.test')).toMatch(/^5/)
        talk.close()
      }
      if (expected.account !== null) await expectAccount(running, expected)
    })
  })
}

async function expectGreeting(running: Running): Promise<void> {
  const { product, version, names, ftp } = running.expected
  const talk = await open(
    running.address,
    running.port,
    ftp?.implicitTls === 'yes' ? {} : undefined,
  )
  const greeting = await talk.reply()
  expect(greeting).toMatch(greetings.ftp)
  // Pure-FTPd and inetutils write themselves in words of their own.
  const word = (product ?? '').replace('GNU inetutils ftpd', 'GNU inetutils')
  expect(greeting.toLowerCase().includes(word.toLowerCase())).toBe(names.product === 'greeting')
  expect(greeting.includes(version ?? '')).toBe(names.version === 'greeting')
  talk.close()
}

async function expectTls(running: Running, expected: ExpectedFtp): Promise<void> {
  const { address, port } = running
  if (expected.explicitTls === 'no' && expected.implicitTls === 'no') {
    const talk = await open(address, port)
    await talk.reply()
    expect(await talk.say('AUTH TLS')).toMatch(/^5/)
    talk.close()
    return
  }
  const handshake = async (wish: TlsWish): Promise<Secured | null> => {
    const talk = await open(address, port)
    if (expected.explicitTls === 'yes') {
      await talk.reply()
      expect(await talk.say('AUTH TLS')).toMatch(/^234/)
    }
    const outcome = await talk.secure(wish).catch(() => null)
    talk.close()
    return outcome
  }
  for (const version of allVersions) {
    const taken = expected.tlsVersions.includes(version) ? version : undefined
    expect((await handshake({ version }))?.version).toBe(taken)
  }
  const weak = await handshake({ version: 'TLSv1.2', ciphers: 'aNULL:eNULL:@SECLEVEL=0' })
  expect(weak !== null).toBe(expected.weakSuites === 'yes')
  const certificate = (await handshake({}))?.certificate
  expect(certificate?.subject.CN).toBe('ftp.example.test')
  expect(certificate?.bits).toBe(keyBits[expected.certificate ?? 'good'])
  expect(Date.parse(certificate?.valid_to ?? '') < Date.now()).toBe(
    expected.certificate === 'expired',
  )
}

const keyBits: Readonly<Record<CertificateKind, number>> = {
  good: 2048,
  expired: 2048,
  'small-key': 1024,
  elliptic: 256,
}

/** Anonymous and the account, both in clear. */
async function expectLogins(running: Running, expected: ExpectedFtp): Promise<void> {
  if (expected.implicitTls === 'yes') return
  const talk = await open(running.address, running.port)
  await talk.reply()
  const last = await logIn(talk, 'anonymous', 'test@example.test')
  expect(last.startsWith('230')).toBe(expected.clearLoginAnonymous === 'yes')
  if (expected.explicitTls === 'no') expect(expected.anonymous).toBe(expected.clearLoginAnonymous)
  talk.close()
  const { user: name, password } = expected.account ?? { user: '', password: '' }
  const other = await open(running.address, running.port)
  await other.reply()
  const answer = await logIn(other, name, password)
  expect(answer.startsWith('230')).toBe(expected.clearLoginAccounts === 'yes')
  other.close()
}

async function logIn(talk: Talk, user: string, password: string): Promise<string> {
  const first = await talk.say(`USER ${user}`)
  return first.startsWith('331') ? talk.say(`PASS ${password}`) : first
}

/** A control connection, over TLS where the server has it. */
async function bestTalk(running: Running, expected: ExpectedFtp): Promise<Talk> {
  const { address, port } = running
  const talk = await open(address, port, expected.implicitTls === 'yes' ? {} : undefined)
  await talk.reply()
  if (expected.explicitTls === 'yes') {
    expect(await talk.say('AUTH TLS')).toMatch(/^234/)
    await talk.secure()
  }
  if (expected.explicitTls === 'yes' || expected.implicitTls === 'yes') {
    expect(await talk.say('PBSZ 0')).toMatch(/^200/)
    expect(await talk.say('PROT P')).toMatch(/^200/)
  }
  return talk
}

async function anonymousTalk(running: Running, expected: ExpectedFtp): Promise<Talk> {
  const talk = await bestTalk(running, expected)
  expect(await logIn(talk, 'anonymous', 'test@example.test')).toMatch(/^230/)
  return talk
}

async function expectDirectories(talk: Talk, expected: ExpectedFtp): Promise<void> {
  for (const folder of ['/', '/pub', '/pub/deep', '/upload']) {
    const name = `${folder}/made-by-a-test`.replace('//', '/')
    const made = await talk.say(`MKD ${name}`)
    expect(made.startsWith('257')).toBe(expected.writable.includes(folder))
    if (!made.startsWith('257')) continue
    expect((await talk.say(`RMD ${name}`)).startsWith('250')).toBe(
      expected.anonymousRemoves === 'yes',
    )
  }
  await talk.say('TYPE I')
  for (const { path, bytes } of expected.files) {
    expect(await talk.say(`SIZE ${path}`)).toBe(`213 ${bytes}`)
  }
  if (expected.listing === 'mlsd') {
    const claims = /perm=([a-z]*);/i.exec(await talk.say('MLST /upload'))?.[1]
    expect(claims?.includes('m')).toBe(expected.permWritable?.includes('/upload'))
  }
  const status = await talk.say('STAT')
  expect(/3\.0\.3|inetutils\) 2\.4/.test(status)).toBe(expected.statNamesVersion === 'yes')
}

async function expectChannels(talk: Talk, running: Running, expected: ExpectedFtp): Promise<void> {
  const extended = await talk.say('EPSV')
  expect(extended.startsWith('229')).toBe(expected.epsv !== 'refused')
  if (expected.epsv !== 'refused') {
    const answered = await answers(running.address, readPort(extended))
    expect(answered).toBe(expected.epsv === 'works')
  }
  const passive = await talk.say('PASV')
  expect(passive).toMatch(/^227/)
  expect(passive.includes(running.address.replaceAll('.', ','))).toBe(
    expected.passiveAddress === 'same',
  )
  const command = expected.listing === 'mlsd' ? 'MLSD' : 'LIST'
  const how = expected.epsv === 'works' ? 'EPSV' : 'PASV'
  if (expected.listing === 'list') expect(await talk.say('MLSD')).toMatch(/^5/)
  const { first, last, content } = await talk.transfer(command, how)
  expect(first).toMatch(/^1[25]/)
  expect(last).toMatch(/^226/)
  expect(content).toContain('upload')
}

/** What the server makes of data channels without TLS, and of such that resume nothing. */
async function expectProtection(running: Running, expected: ExpectedFtp): Promise<void> {
  if (expected.explicitTls === 'no' && expected.implicitTls === 'no') return
  const fresh = await anonymousTalk(running, expected)
  const { last } = await fresh.transfer('LIST', 'PASV', 'fresh')
  expect(last.startsWith('226')).toBe(expected.sessionReuse === 'free')
  fresh.close()
  const clear = await anonymousTalk(running, expected)
  const refused = !(await clear.say('PROT C')).startsWith('200')
  const { last: end } = refused
    ? { last: 'refused' }
    : await clear.transfer('LIST', 'PASV', 'in-clear')
  expect(end.startsWith('226')).toBe(expected.tlsRequired !== 'data')
  clear.close()
}

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: boolean) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(500, end(false))
    socket.once('connect', end(true))
    socket.once('error', end(false))
  })

/** A listener on an address of neither side. */
async function expectBounce(talk: Talk, expected: ExpectedFtp): Promise<void> {
  const third = await listenAnywhere()
  const target = `${third.address.replaceAll('.', ',')},${third.port >> 8},${third.port & 0xff}`
  const accepted = await talk.say(`PORT ${target}`)
  if (accepted.startsWith('200')) {
    await talk.say('LIST')
    await wait(100)
  }
  expect(third.connections() > 0).toBe(expected.bounce === 'yes')
  third.server.close()
}

async function expectAccount(running: Running, expected: ExpectedFtp): Promise<void> {
  const talk = await bestTalk(running, expected)
  const { user, password } = expected.account ?? { user: '', password: '' }
  expect(await logIn(talk, user, password)).toMatch(/^230/)
  expect(await talk.say('MKD upload/made-by-a-test')).toMatch(/^257/)
  const help = await talk.say('SITE HELP')
  expect(/\bCHMOD\b/.test(help)).toBe(expected.siteChmod === 'yes')
  expect(/\bCPFR\b/.test(help)).toBe(expected.siteCopy === 'yes')
  talk.close()
}

async function expectBan(running: Running, after: number): Promise<void> {
  const greetingsSeen: string[] = []
  for (let round = 0; round <= after; round++) greetingsSeen.push(await greetingOf(running))
  expect(greetingsSeen.slice(0, after).every((greeting) => greeting.startsWith('220'))).toBe(true)
  expect(greetingsSeen[after]).toMatch(/^(421 |closed|silent)/)
}

async function greetingOf({ address, port }: Running): Promise<string> {
  // A reset right behind the handshake may come before the connection is known to stand.
  const talk = await open(address, port, undefined, 1500).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') return null
    throw error
  })
  if (!talk) return 'closed'
  const greeting = await talk.reply()
  talk.close()
  return greeting
}

interface Third {
  readonly server: Server
  readonly address: string
  readonly port: number
  connections(): number
}

async function listenAnywhere(): Promise<Third> {
  const address = freeAddress()
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on('error', () => {})
    socket.end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, address, resolve)
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return { server, address, port: bound.port, connections: () => count }
}

for (const name of ['vsftpd, anonymous, no TLS', 'ProFTPD, anonymous', 'POP3 on port 21']) {
  const row = matrix.find((other) => other.name === name)
  if (row === undefined) throw new Error(`no row ${name}`)
  describeServers(`${name}: its end`, row, row.start, (server) => {
    test('takes its sessions and its port with it', async () => {
      const { address, port, pids, stop } = server()
      const talk = await open(address, port, undefined, 1500)
      await talk.reply()
      expect(isListening(address, port)).toBe(true)
      await stop()
      expect(await talk.reply()).toBe('closed')
      expect(isListening(address, port)).toBe(false)
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
      await stop()
    })
  })
}

describe('the matrix', () => {
  test('has no two rows of one name', () => {
    expect(new Set(matrix.map(({ name }) => name)).size).toBe(matrix.length)
  })
})
