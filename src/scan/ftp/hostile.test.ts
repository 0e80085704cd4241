import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Ending } from '../../model/service.ts'
import { assessed, assessedRaw, assessing } from '../testing/ftp-assessing.ts'
import { fakeFtp } from '../testing/ftp-manners.ts'

const timeouts = { connect: 500, reply: 500, total: 5000 }
const quick = { timeouts }

/** Writes for as long as somebody reads. */
function pour(socket: Socket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}
const lines = (line: string) => Buffer.from(`${line}\r\n`.repeat(500))

interface Row {
  readonly name: string
  readonly handle: (socket: Socket) => void
  readonly ended: Ending
}
const rows: readonly Row[] = [
  { name: 'says nothing', handle: () => {}, ended: 'silent' },
  { name: 'closes at once', handle: (socket) => socket.end(), ended: 'closed-by-server' },
  { name: 'resets at once', handle: (socket) => socket.resetAndDestroy(), ended: 'reset' },
  {
    name: 'greets without end',
    handle: (socket) => pour(socket, lines('220-Welcome')),
    ended: 'reply-too-long',
  },
  {
    name: 'greets in one line without end',
    handle: (socket) => pour(socket, Buffer.alloc(65_536, 'x')),
    ended: 'line-too-long',
  },
  {
    name: 'greets byte by byte',
    handle: (socket) => {
      const timer = setInterval(() => socket.write('2'), 100)
      socket.on('close', () => clearInterval(timer))
    },
    ended: 'too-slow',
  },
  {
    name: 'is noise',
    handle: (socket) =>
      pour(socket, Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251))),
    ended: 'not-understood',
  },
  {
    name: 'is something else',
    handle: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
    ended: 'not-understood',
  },
  {
    name: 'is on its way out',
    handle: (socket) => socket.end('421 Too many connections\r\n'),
    ended: 'banned',
  },
]

describe('a server that', () => {
  test.each(rows)('$name', async ({ handle, ended }) => {
    const { found, milliseconds, connections } = await assessedRaw(handle, quick)
    expect(found.ended).toBe(ended)
    expect(milliseconds).toBeLessThan(3000)
    expect(connections).toBe(1)
    expect(found.ftp.checks.filter(({ answer }) => answer !== 'unknown')).toEqual([])
  })

  test('is mail is left after a few words', async () => {
    const sent: string[] = []
    const { found } = await assessedRaw((socket) => {
      socket.write('220 mail.example.org ESMTP ready\r\n')
      socket.on('data', (chunk) => {
        sent.push(chunk.toString().trim())
        socket.write('502 5.5.2 Command not recognized\r\n')
      })
    }, quick)
    expect(found.verdict).toBe('undecided')
    expect(sent).not.toContain('AUTH TLS')
    expect(sent.join()).not.toContain('PASS')
  })

  test.each(['FEAT', 'SYST', 'USER', 'PASS', 'PWD', 'EPSV', 'PASV', 'MLSD', 'AUTH', 'QUIT'])(
    'goes away at %s',
    async (verb) => {
      const { found, server } = await assessed({ tls: 'offered', say: { [verb]: null } }, quick)
      expect(['closed-by-server', 'completed', 'reset']).toContain(found.ended)
      if (verb !== 'QUIT') expect(found.ended).not.toBe('completed')
      expect(server.connections()).toBeLessThanOrEqual(4)
    },
  )

  test.each(['FEAT', 'USER', 'LIST'])('falls silent at %s is left alone', async (verb) => {
    const { found, server } = await assessed(
      { listing: 'list', features: [], say: { [verb]: '' } },
      quick,
    )
    expect(found.ended).toBe('banned')
    expect(server.connections()).toBe(1)
  })

  test('answers in a thousand lines is understood', async () => {
    const inner = Array.from({ length: 1000 }, (_, at) => ` ${at} 211 x`).join('\n')
    const { found } = await assessed({ say: { HELP: `214-Help\n${inner}\n214 End` } }, quick)
    expect(found.ended).toBe('completed')
    expect(found.ftp.transcript.some(({ text }) => text === '937 more lines of this reply')).toBe(
      true,
    )
  })

  test('names others in 227 and 229 sends nobody there', async () => {
    const { found } = await assessed(
      { say: { EPSV: '229 (|1|198.51.100.7|9|)', PASV: '227 (198,51,100,7,0,9)' } },
      quick,
    )
    expect(found.ftp.transcript.filter(({ text }) => text.includes('is not dialled'))).toHaveLength(
      2,
    )
    expect(found.ftp.passiveAddress).toBe('differs')
  })

  test.each([
    { name: 'lines', line: '-rw-r--r-- 1 ftp ftp 21 Mar 04  2025 again.txt', ended: 'completed' },
    { name: 'nonsense', line: 'x'.repeat(200), ended: 'too-much-data' },
  ])('lists $name for ever is stopped', async ({ line, ended }) => {
    const { found } = await assessed({ listing: 'list', features: [], pours: `${line}\r\n` }, quick)
    expect(found.ended).toBe(ended)
    expect(found.ftp.files?.length ?? 0).toBeLessThanOrEqual(assessing.files.count)
  })

  test('opens a data connection and says nothing on it', async () => {
    const { found } = await assessed({ listing: 'list', features: [], pours: '' }, quick)
    expect(found.ftp.files).toBeNull()
    expect(found.ended).not.toBe('completed')
  })

  test('answers AUTH with no TLS', async () => {
    const { found, answer } = await assessed(
      { tls: 'offered', say: { AUTH: '234 go on\nnot TLS' } },
      quick,
    )
    expect(answer('explicit-tls')).toBe('unknown handshake-failed')
    expect(found.ftp.anonymous).toBe('yes')
    expect(found.ended).toBe('tls-failed')
  })

  test('answers slowly, always, ends with the time for all', async () => {
    const { found, milliseconds } = await assessedRaw(
      (socket) => {
        socket.write(`${fakeFtp.greeting}\r\n`)
        socket.on('data', () => setTimeout(() => socket.write('331 go on\r\n'), 400))
      },
      { timeouts: { ...timeouts, total: 1500 } },
    )
    expect(found.ended).toBe('too-slow')
    expect(milliseconds).toBeLessThan(3000)
  })
})
