/** Real clients against real servers, recorded on loopback. */
import { spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificateName, makeCertificate } from '../../../test/servers/certificates.ts'
import { isRoot, serversRequired } from '../../../test/servers/place.ts'
import * as proftpd from '../../../test/servers/proftpd.ts'
import * as pureFtpd from '../../../test/servers/pure-ftpd.ts'
import { type Running, whyNot } from '../../../test/servers/running.ts'
import * as vsftpd from '../../../test/servers/vsftpd.ts'
import { assessServices } from '../../checks/assess-services.ts'
import { serviceChecks } from '../../checks/index.ts'
import type { FtpSession, Observation } from '../../model/observation.ts'
import { readCapture } from '../read.ts'
import { ftpSink } from './sink.ts'

const port = 2127
const tools = ['/usr/bin/tcpdump', '/usr/bin/curl', '/usr/bin/lftp']
const missing = tools.find((path) => !existsSync(path))
const reason =
  whyNot('root', port) ??
  (missing === undefined ? (isRoot ? null : 'only root may capture') : `${missing} is not there`)
if (reason !== null && serversRequired) throw new Error(`captures of real clients: ${reason}`)

const servers = [
  {
    name: 'vsftpd',
    start: () => vsftpd.start({ port, anonymous: 'read', tls: 'offered', reuse: 'free' }),
  },
  { name: 'ProFTPD', start: () => proftpd.start({ port, anonymous: 'read', tls: 'offered' }) },
  { name: 'Pure-FTPd', start: () => pureFtpd.start({ port, anonymous: 'read', tls: 1 }) },
] as const

describe.skipIf(reason !== null).each(servers)(
  `a capture of clients of $name${reason === null ? '' : ` (${reason})`}`,
  ({ name, start }) => {
    let server: Running
    const folder = mkdtempSync(join(tmpdir(), 'portreeve-capture-'))
    const sessions: FtpSession[] = []
    const told: Observation[] = []
    const file = join(folder, 'clients.pcap')
    const own = join(folder, 'own.txt')

    beforeAll(async () => {
      server = await start()
      writeFileSync(own, 'my own file\n')
      const dump = spawn('/usr/bin/tcpdump', [
        ...[
          '-i',
          'lo',
          '-U',
          '--immediate-mode',
          '-Z',
          'root',
          '-s',
          '0',
          '-B',
          '8192',
          '-w',
          file,
        ],
        ...['host', server.address],
      ])
      await until(() => existsSync(file) && statSync(file).size >= 24)
      try {
        await visits(server, own)
        await settled(file)
      } finally {
        dump.kill('SIGINT')
        await new Promise((done) => dump.once('exit', done))
      }
      const sink = ftpSink((observation) => told.push(observation))
      await readCapture([{ kind: 'file', document: 'clients.pcap', path: file }], sink)
      sink.finish()
      // One that is still ending is told of after the next has begun.
      sessions.push(
        ...told
          .flatMap((one) => (one.kind === 'ftp-session' ? [one.session] : []))
          .sort((a, b) => a.start - b.start),
      )
    })
    afterAll(async () => {
      await server?.stop()
      rmSync(folder, { recursive: true })
    })

    test('has every session, with its client side whole', () => {
      expect(sessions.length).toBeGreaterThanOrEqual(5)
      for (const session of sessions)
        expect(session).toMatchObject({
          startSeen: true,
          endSeen: true,
          directions: 'both',
          lostBytes: 0,
        })
    })

    test('has the files, in both modes, with their hashes', () => {
      const wanted = createHash('sha256').update('Nothing to see here.\n').digest('hex')
      const [passive, active] = sessions
      for (const [session, mode] of [
        [passive, 'passive'],
        [active, 'active'],
      ] as const) {
        expect(session).toMatchObject({ anonymous: true, logins: { ok: 1, failed: 0 } })
        expect(session?.files).toMatchObject([
          {
            command: 'RETR',
            bytes: 21,
            complete: true,
            type: 'text/plain',
            category: 'text',
            sha256: wanted,
          },
        ])
        const channel = session?.dataChannels?.at(-1)
        expect(channel).toMatchObject({
          mode,
          actual: channel?.announced,
          bytes: 21,
          complete: true,
          outcome: '226',
        })
      }
    })

    test('has a login that failed, and none of its password', () => {
      expect(sessions.find(({ logins }) => logins?.failed === 1)).toMatchObject({
        users: ['nobody-here'],
        signs: ['clear-text-login'],
      })
      expect(JSON.stringify(told).toLowerCase()).not.toContain('canary')
    })

    test('has what was encrypted as such', () => {
      const encrypted = sessions.filter(({ encrypted }) => encrypted === 'from-auth')
      expect(encrypted.length).toBeGreaterThanOrEqual(1)
      for (const session of encrypted)
        expect(session).toMatchObject({ authTls: true, users: null, logins: null })
    })

    test('has the certificate and the versions that were negotiated', () => {
      const versions = told.flatMap((one) =>
        one.kind === 'service' && one.service.tls !== null ? [one.service.tls.version] : [],
      )
      expect(versions).toContain('TLSv1.3')
      const service = told.findLast((one) => one.kind === 'service')
      const configured = new X509Certificate(readFileSync(makeCertificate('good').certificateFile))
      expect(service?.kind === 'service' ? service.service : null).toMatchObject({
        hostname: certificateName,
        tls: {
          offers: {
            SSLv3: 'unknown',
            TLSv1: 'unknown',
            'TLSv1.1': 'unknown',
            'TLSv1.2': 'yes',
            'TLSv1.3': 'yes',
          },
          weakCiphers: null,
          names: [certificateName],
          nameMatches: 'yes',
          notAfter: configured.validToDate.toISOString(),
          keyType: 'rsa',
          keyBits: 2048,
          selfSigned: true,
          fingerprintSha256: configured.fingerprint256.replaceAll(':', '').toLowerCase(),
        },
      })
    })

    test('tells what it fails, and nothing that was not seen', () => {
      const service = told.findLast((one) => one.kind === 'service')
      const look = { run: 'ingest', network: 'site', vantage: 'sensor' }
      const judged = service?.kind === 'service' ? [service.service] : []
      const found = assessServices(judged, look, { checks: serviceChecks })
      const status = (id: string) => found.find(({ check }) => check.id === id)?.status
      expect(status('ftp-server-certificate-invalid')).toBe('fail')
      expect(status('ftp-server-tls-weak')).toBe('unknown')
    })

    test('has the files that were listed', () => {
      const service = told.findLast((one) => one.kind === 'service')
      const files = service?.kind === 'service' ? service.service.ftp?.files : null
      expect(files?.map(({ path }) => path)).toContainEqual(expect.stringMatching(/readme\.txt$/))
    })

    test('has the server, its product and what was seen of it', () => {
      const service = told.findLast((one) => one.kind === 'service')
      expect(service?.kind === 'service' ? service.service : null).toMatchObject({
        port,
        recognition: 'ftp',
        product: { name },
        ftp: {
          anonymous: 'yes',
          explicitTls: 'yes',
          clearLoginAnonymous: 'yes',
          passiveAddress: 'same',
        },
      })
    })
  },
)

/** In this order; each ends before the next begins. */
async function visits({ address }: Running, own: string): Promise<void> {
  const url = `ftp://${address}:${port}`
  const curl = (...more: readonly string[]) =>
    run('/usr/bin/curl', ['-s', '-S', '-m', '20', '--noproxy', '*', ...more])
  await curl('--disable-epsv', '-o', '/dev/null', `${url}/pub/readme.txt`)
  await curl('-P', '-', '-o', '/dev/null', `${url}/pub/readme.txt`)
  await curl('-u', 'nobody-here:Canary-1', '-o', '/dev/null', `${url}/x`)
  await curl('-k', '--ssl-reqd', '-o', '/dev/null', `${url}/pub/readme.txt`)
  const named = ['--resolve', `${certificateName}:${port}:${address}`, '--tls-max', '1.2']
  const byName = `ftp://${certificateName}:${port}/pub/readme.txt`
  await curl('-k', '--ssl-reqd', ...named, '-o', '/dev/null', byName)
  await curl('-T', own, `${url}/upload/own.txt`)
  await run('/usr/bin/lftp', [
    '-e',
    'set net:timeout 10; set net:max-retries 1; set ftp:ssl-allow no; cls /pub; bye',
    url,
  ])
}

/** Whatever it says: what it did is in the capture. */
function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: 30_000, killSignal: 'SIGKILL' })
    child.once('error', failed)
    child.once('exit', () => done())
  })
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!isSo()) {
    if (Date.now() > end) throw new Error('waited too long')
    await new Promise((done) => setTimeout(done, 20))
  }
}

/** Until nothing comes any more. */
async function settled(file: string): Promise<void> {
  for (let size = -1, same = 0; same < 15; ) {
    await new Promise((done) => setTimeout(done, 50))
    const now = readFileSync(file).length
    same = now === size ? same + 1 : 0
    size = now
  }
}
