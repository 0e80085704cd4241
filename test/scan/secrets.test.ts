/** The operator's password against a server that says it again wherever it can: no output and no file of ours holds it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scanFormatNames } from '../../src/report/services/format.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'
import { type Hostile, startHostile } from '../hostile/listening.ts'
import { serveSession } from '../hostile/polite.ts'

const secret = 'Zebra-Wörd-9417'
const wire = Buffer.from(secret).toString('latin1')

let server: Hostile
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-secrets-'))
  const echo = `250 ${wire}`
  server = await startHostile({ port: 0 }, (socket) => {
    socket.setDefaultEncoding('latin1')
    serveSession(
      socket,
      socket.localAddress ?? '127.0.0.1',
      {
        // Nobody in particular is refused, so that the account is tried.
        USER: (session, name) => session.reply(`331 ${name} ${wire}`),
        PASS: (session, password) =>
          session.reply(password === wire ? `230-hello ${wire}\r\n${wire}\r\n230 in` : '530 no'),
        FEAT: `211-Features:\r\n ${wire}\r\n UTF8\r\n211 End`,
        SYST: `215 ${wire} Version: ${wire}`,
        STAT: `211-${wire}\r\n211 ${wire}`,
        HELP: `214 ${wire}`,
        SITE: `214-${wire}\r\n214 end`,
        PWD: `257 "/${wire}" is the current directory`,
        CWD: echo,
        MKD: `257 "${wire}" made`,
        RMD: `550 ${wire}\r\n${wire} is no reply`,
        AUTH: `502 ${wire}`,
      },
      `220 ${wire} FTP server (ProFTPD ${wire})`,
      (data) => {
        data.end(
          Buffer.from(
            `drwxrwxrwx 2 ${wire} ${wire} 4096 Mar 04 2025 ${wire}\r\n-rw-r--r-- 1 a b 9 Mar 04 2025 ${wire}.pdf\r\n-rw-r--r-- 1 a b 9 Mar 04 2025 \xff${wire}\xfe.txt\r\n`,
            'latin1',
          ),
        )
      },
    )
  })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

const files = {
  'accounts.json': JSON.stringify({
    credentials: [{ target: '127.0.0.0/8', user: 'audit', password: secret, clear: true }],
  }),
}

test.each(scanFormatNames)('%s', async (format) => {
  const { address, port } = server
  const args = [address, '-p', String(port), '--credentials', 'accounts.json', '-f', format]
  const more = ['--details', '--all', '--prove-writable', '--sniff', '--depth', '0']
  const checkpoint = join(folder, `${format}.checkpoint`)
  let kept = ''
  // What is on disk is looked at whenever it is made durable.
  const network = {
    ...scanSystem,
    async journal(path: string, keep: number) {
      const journal = await scanSystem.journal(path, keep)
      const remove = async () => {
        await journal.sync()
        for (const name of await readdir(folder))
          kept += await readFile(join(folder, name), 'latin1')
        await journal.remove()
      }
      return { ...journal, remove }
    },
  }
  const { out, err } = await portreeve(['scan', ...args, ...more, '--checkpoint', checkpoint], {
    files,
    network,
  })
  expect(server.received()).toContain(`PASS ${wire}`)
  expect(out).toContain('***')
  expect(kept).toContain('***')
  const written = `${out}${err}${kept}`
  for (const form of [secret, wire, '9417', Buffer.from(secret).toString('base64')])
    expect(written.includes(form)).toBe(false)
})
