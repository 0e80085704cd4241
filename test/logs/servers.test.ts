/** The logs of real servers, written for a visit of ours and read back. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { FtpSession } from '../../src/model/observation.ts'
import { systemAccounts } from '../servers/accounts.ts'
import { makeContent } from '../servers/content.ts'
import { describeServers } from '../servers/describe.ts'
import { programs } from '../servers/place.ts'
import { freeAddress, removeFolder, startProcess } from '../servers/process.ts'
import * as proftpd from '../servers/proftpd.ts'
import * as pureFtpd from '../servers/pure-ftpd.ts'
import * as pyftpdlib from '../servers/pyftpdlib.ts'
import { whyNot } from '../servers/running.ts'
import { open } from '../servers/talk.ts'
import * as vsftpd from '../servers/vsftpd.ts'
import { logFolder, type Read, readFrom, report, visitTwice } from './visit.ts'

const port = 2129
const folders: string[] = []
const folder = (writable: 'by-everybody' | 'by-root' = 'by-everybody'): string => {
  const made = logFolder(writable)
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) removeFolder(made)
})

/** Of the visit: what every log that has the words for it must say. */
function expectSound(read: Read, format: string): void {
  expect(read.format).toBe(format)
  expect(read.summary.bad).toBe(0)
  expect(read.text).not.toContain('Canary')
  expect(read.text).not.toContain('CANARY')
  expect(read.sessions).toHaveLength(2)
  for (const { start, end } of read.sessions) {
    expect(Math.abs(Date.now() - start)).toBeLessThan(60_000)
    expect(end).toBeGreaterThanOrEqual(start)
  }
  expect(read.sessions.map(({ anonymous }) => anonymous)).toEqual([true, false])
}
const filesOf = ({ files }: FtpSession) =>
  files?.map(({ command, name, bytes, complete }) => [command, name, bytes, complete])
const loginsOf = (read: Read) => read.sessions.map(({ users, logins }) => [users, logins])
const both = [
  [['ghost', 'anonymous'], { ok: 1, failed: 1 }],
  [['ghost', 'alice'], { ok: 1, failed: 1 }],
]

{
  const log = join(folder(), 'log')
  const settings = { xferlog_enable: 'YES', log_ftp_protocol: 'YES', vsftpd_log_file: log }
  const row = { needs: vsftpd.needs, port } as const
  const start = () => vsftpd.start({ port, anonymous: 'read', settings })
  describeServers('vsftpd.log with the protocol', row, start, (server) => {
    test('tells the visit whole', async () => {
      const { address, expected } = server()
      await visitTwice(address, port)
      const read = await readFrom(log, 68, address, port)
      expectSound(read, 'vsftpd-log')
      expect(loginsOf(read)).toEqual(both)
      const [first] = read.sessions
      expect(first?.server.product).toMatchObject({ name: 'vsftpd', version: expected.version })
      expect([first?.startSeen, first?.endSeen, first?.authTls]).toEqual([true, true, false])
      expect(first && filesOf(first)).toEqual([
        ['RETR', report, 1000, true],
        ['RETR', '/pub/missing.zip', 0, false],
      ])
      expect(first?.commands).toMatchObject({ USER: 2, PASS: 2, RETR: 2, LIST: 1, QUIT: 1, '*': 1 })
      expect(first?.dataChannels?.map(({ mode, command }) => [mode, command])).toEqual([
        ['passive', 'RETR'],
        ['passive', 'RETR'],
        ['passive', 'LIST'],
      ])
      expect(first?.signs).toEqual([])
    })
  })
}

{
  const made = folder()
  const [log, transfers] = [join(made, 'log'), join(made, 'xferlog')]
  const settings = {
    xferlog_enable: 'YES',
    dual_log_enable: 'YES',
    vsftpd_log_file: log,
    xferlog_file: transfers,
  }
  const row = { needs: vsftpd.needs, port } as const
  const start = () => vsftpd.start({ port, anonymous: 'read', settings })
  describeServers('both logs of vsftpd', row, start, (server) => {
    test('tell logins, and transfers alone', async () => {
      const { address } = server()
      await visitTwice(address, port)
      const read = await readFrom(log, 10, address, port)
      expectSound(read, 'vsftpd-log')
      expect(loginsOf(read)).toEqual([
        [['ghost', 'ftp'], { ok: 1, failed: 1 }],
        [['ghost', 'alice'], { ok: 1, failed: 1 }],
      ])
      const moved = await readFrom(transfers, 4, address, port)
      expectSound(moved, 'xferlog')
      expect(loginsOf(moved)).toEqual([
        [null, null],
        [['alice'], null],
      ])
      expect(moved.sessions.map(filesOf)[0]).toEqual([
        ['RETR', '/pub/yearly_report.pdf', 1000, true],
        ['RETR', '/pub/missing.zip', 0, false],
      ])
    })
  })
}

{
  const made = folder('by-root')
  const [all, auth, transfers] = ['all', 'auth', 'xferlog'].map((name) => join(made, name)) as [
    string,
    string,
    string,
  ]
  const itself = join(made, 'itself')
  const lines = [
    `TransferLog ${transfers}`,
    `ExtendedLog ${all} ALL`,
    'LogFormat auth "%v [%P] %h %t \\"%r\\" %s"',
    `ExtendedLog ${auth} AUTH auth`,
  ]
  const row = { needs: proftpd.needs, port } as const
  const start = () => proftpd.start({ port, anonymous: 'read', lines })
  describeServers('the logs of ProFTPD', row, start, (server) => {
    test('tell commands, logins and transfers', async () => {
      const { address } = server()
      await visitTwice(address, port)
      const read = await readFrom(all, 26, address, port)
      expectSound(read, 'proftpd-extended')
      expect(loginsOf(read)).toEqual(both)
      expect(read.sessions.map(filesOf)[0]).toEqual([
        ['RETR', report, 1000, true],
        ['RETR', '/pub/missing.zip', null, false],
      ])
      const logins = await readFrom(auth, 8, address, port)
      expectSound(logins, 'proftpd-extended')
      expect(loginsOf(logins)).toEqual(both)
      const moved = await readFrom(transfers, 2, address, port)
      expectSound(moved, 'xferlog')
      // In the foreground it writes its log to standard error.
      await expect
        .poll(
          () =>
            server()
              .output()
              .match(/session closed/g)?.length,
        )
        .toBe(2)
      writeFileSync(itself, server().output())
      const visits = await readFrom(itself, 8, address, port)
      expectSound(visits, 'proftpd-log')
      expect(loginsOf(visits)).toEqual([
        [['ghost', 'ftp'], { ok: 1, failed: 1 }],
        [['ghost', 'alice'], { ok: 1, failed: 1 }],
      ])
      for (const { startSeen, endSeen, files } of visits.sessions)
        expect([startSeen, endSeen, files]).toEqual([true, true, null])
    })
  })
}

for (const format of ['clf', 'w3c', 'stats', 'xferlog'] as const) {
  const log = join(folder(), format)
  const row = { needs: pureFtpd.needs, port } as const
  const start = () =>
    pureFtpd.start({ port, anonymous: 'read', options: ['-O', `${format}:${log}`] })
  describeServers(`the transfer log of Pure-FTPd as ${format}`, row, start, (server) => {
    test('tells transfers', { timeout: 60_000 }, async () => {
      const { address } = server()
      await visitTwice(address, port, 'smooth')
      const read = await readFrom(log, format === 'w3c' ? 6 : 2, address, port)
      expectSound(read, format === 'xferlog' ? 'xferlog' : `pure-ftpd-${format}`)
      expect(loginsOf(read)).toEqual([
        [['ftp'], null],
        [['alice'], null],
      ])
      for (const session of read.sessions) {
        const [file] = session.files ?? []
        expect(session.files).toHaveLength(1)
        expect(file?.name.endsWith(format === 'xferlog' ? '/yearly_report.pdf' : report)).toBe(true)
        expect(file?.bytes).toBe(1000)
      }
    })
  })
}

for (const level of ['INFO', 'DEBUG'] as const) {
  const file = join(folder(), 'log')
  const row = { needs: pyftpdlib.needs, port } as const
  const start = () => pyftpdlib.start({ port, anonymous: 'read', log: { file, level } })
  describeServers(`the log of pyftpdlib at ${level}`, row, start, (server) => {
    test('tells the visit', { timeout: 60_000 }, async () => {
      const { address, expected } = server()
      await visitTwice(address, port)
      const read = await readFrom(file, 2, address, port, 'FTP session closed')
      expectSound(read, 'pyftpdlib')
      expect(loginsOf(read)).toEqual(both)
      for (const session of read.sessions) {
        expect([session.startSeen, session.endSeen]).toEqual([true, true])
        expect(session.client.port).toBeGreaterThan(0)
        expect(session.server).toMatchObject({ port, product: { name: 'pyftpdlib' } })
      }
      const [first] = read.sessions
      if (level === 'INFO') {
        expect(first?.files?.map(({ name }) => name.endsWith(report))).toEqual([true])
        expect([first?.commands, first?.authTls]).toEqual([null, null])
        return
      }
      expect(first?.server.product?.version).toBe(expected.version)
      expect(first && filesOf(first)).toEqual([
        ['RETR', report, 1000, true],
        ['RETR', '/pub/missing.zip', null, false],
      ])
      expect(first?.commands).toMatchObject({ USER: 2, PASS: 2, RETR: 2, LIST: 1, QUIT: 1, '*': 1 })
    })
  })
}

const reason = whyNot('root', port)
describe.skipIf(reason !== null)(
  `the zone of Pure-FTPd's CLF${reason ? ` (${reason})` : ''}`,
  () => {
    test('is the one that it runs in', {
      timeout: 60_000,
    }, async () => {
      const made = folder()
      const log = join(made, 'clf')
      const [home, address] = [join(made, 'home'), freeAddress()]
      mkdirSync(home)
      makeContent(home, 'closed')
      const server = await startProcess({
        program: programs.pureFtpd,
        options: [
          '-S',
          `${address},${port}`,
          '-e',
          '-H',
          '-g',
          join(made, 'pid'),
          '-O',
          `clf:${log}`,
        ],
        address,
        port,
        // Five and a half hours ahead of UTC, in the words of POSIX.
        environment: {
          ...systemAccounts(made, { anonymous: home, account: home }),
          TZ: 'XXX-5:30',
        },
      })
      try {
        const talk = await open(address, port)
        await talk.reply()
        await talk.say('USER anonymous')
        await talk.say('PASS x')
        await talk.transfer('RETR /pub/readme.txt', 'PASV')
        await talk.say('QUIT')
        talk.close()
        const read = await readFrom(log, 1, address, port)
        const [session] = read.sessions
        expect(read.format).toBe('pure-ftpd-clf')
        expect(Math.abs(Date.now() - (session?.start ?? 0))).toBeLessThan(60_000)
      } finally {
        await server.stop()
      }
    })
  },
)
