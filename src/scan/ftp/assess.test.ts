import { createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ftpCheckIds } from '../../model/service.ts'
import { reachTo, serve } from '../socket-world.test.data.ts'
import { answersOf, assessed, assessing } from '../testing/ftp-assessing.ts'
import { assessFtp } from './assess.ts'
import { meanings } from './meanings.ts'
import { points } from './points/index.ts'

const tree = { '/': [{ name: 'a.pdf', kind: 'file', body: '%PDF-1.7' }] } as const

describe('an assessment', () => {
  test('answers every check once, in their order, and derives the short fields', async () => {
    const { found } = await assessed({ tree, tls: 'required' })
    expect(found.ftp.checks.map(({ id }) => id)).toEqual(ftpCheckIds)
    expect(found.ftp).toMatchObject({
      anonymous: 'yes',
      writable: 'no',
      explicitTls: 'yes',
      implicitTls: 'no',
      clearLoginAnonymous: 'no',
      clearLoginAccounts: 'no',
      tlsRequired: 'yes',
      bounce: 'unknown',
      passiveAddress: 'same',
    })
    expect(found.verdict).toBe('ftp')
    expect(found.ended).toBe('completed')
  })

  test('every reason is kebab-case, and every yes or no names lines of the transcript', async () => {
    const { found } = await assessed({ tree, tls: 'offered' })
    for (const { id, answer, reason, lines } of found.ftp.checks) {
      expect(reason).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      if (answer !== 'unknown') expect([id, lines.length > 0]).toEqual([id, true])
      for (const line of lines) expect(found.ftp.transcript[line - 1]?.n).toBe(line)
    }
  })

  test('numbers its lines from 1 over all connections', async () => {
    const { found } = await assessed({ tree, tls: 'offered' })
    const { transcript } = found.ftp
    expect(transcript.map(({ n }) => n)).toEqual(transcript.map((_, at) => at + 1))
    expect(new Set(transcript.map(({ connection }) => connection))).toEqual(new Set([1, 2, 3]))
  })

  test('says goodbye on every connection', async () => {
    const { server } = await assessed({ tree, tls: 'offered' })
    const last = [1, 2, 3].map((on) => server.heard.findLast((one) => one.on === on)?.line)
    expect(last).toEqual(['QUIT', 'QUIT', 'QUIT'])
  })

  test('changes nothing unasked', async () => {
    const { sent } = await assessed({ tree, tls: 'offered', perm: { '/': 'elcmdfp' } })
    const changing =
      /^(?:STOR|STOU|APPE|DELE|MKD|RMD|RNFR|RNTO|SITE (?:CHMOD|EXEC|CPTO)|RETR|PORT|EPRT)/
    expect(sent.filter((line) => changing.test(line))).toEqual([])
  })

  test('over implicit TLS needs no AUTH', async () => {
    const { found, sent, answer } = await assessed({ tree, tls: 'implicit' }, { implicit: true })
    expect(found.ftp).toMatchObject({
      implicitTls: 'yes',
      explicitTls: 'no',
      tlsRequired: 'yes',
      anonymous: 'yes',
    })
    expect(answer('clear-login-accounts')).toBe('no tls-first')
    expect(sent).not.toContain('AUTH TLS')
    expect(found.tls?.version).toBe('TLSv1.3')
  })

  test('of points alone asks what they need', async () => {
    const { answer, sent, server } = await assessed(
      { tree, tls: 'offered' },
      { points: ['product', 'login'] },
    )
    expect(server.connections()).toBe(1)
    expect(sent.map((line) => line.split(' ')[0])).toEqual([
      ...['FEAT', 'SYST', 'HELP', 'USER', 'USER', 'PASS', 'PWD', 'QUIT'],
    ])
    expect(answer('anonymous')).toBe('yes logged-in')
    expect(answer('hosted-files')).toBe('unknown not-asked')
  })
})

test('no more than four control connections are made', async () => {
  const { answer, server } = await assessed({
    tree,
    tls: 'required',
    closesOnRefusal: true,
    data: 'tls-1.2-only',
  })
  expect(server.connections()).toBe(4)
  expect(answer('anonymous-list')).toBe('yes listed')
  expect(answer('starttls-injection')).toBe('unknown connection-limit')
})

describe('a connection that recognition made', () => {
  test('goes on where it stands, in the middle of a reply, and counts', async () => {
    const heard: string[] = []
    let connections = 0
    const { port } = await serve((socket) => {
      connections++
      polite(socket, (line) => {
        heard.push(line)
        if (line !== 'FEAT') return false
        socket.write('211-Features:\r\n MLST ty')
        setTimeout(() => socket.write('pe*;\r\n211 End\r\n'), 100)
        return true
      })
    })
    const dialled = await reachTo('127.0.0.1').dial(port, 1000)
    if (dialled.kind === 'failed') throw new Error(dialled.ending)
    const { connection } = dialled
    const greeting = await connection.receive(1000)
    const feat = new TextEncoder().encode('FEAT\r\n')
    await connection.send(feat)
    const half = await connection.receive(1000)
    if (greeting.kind !== 'bytes' || half.kind !== 'bytes') throw new Error('nothing was heard')
    const found = await assessFtp(reachTo('127.0.0.1'), port, assessing, {
      connection,
      exchanges: [
        { sent: null, bytes: greeting.bytes, ended: false, overTls: false },
        { sent: feat, bytes: half.bytes, ended: false, overTls: false },
      ],
      tls: null,
    })
    expect(found.ftp.features).toEqual(['MLST type*;'])
    expect(found.product?.name).toBe('vsftpd')
    expect(found.ftp.anonymous).toBe('yes')
    expect(heard.filter((line) => line === 'FEAT')).toHaveLength(1)
    expect(connections).toBe(2)
  })
})

describe('a server that bans', () => {
  test.each(['421 Too many connections', null])('after one connection: %s', async (word) => {
    let connections = 0
    const { port } = await serve((socket: Socket) => {
      connections++
      if (connections === 1) polite(socket)
      else if (word) socket.end(`${word}\r\n`)
      else socket.destroy()
    })
    const found = await assessFtp(reachTo('127.0.0.1'), port, assessing)
    expect(found.ended).toBe('banned')
    expect(connections).toBe(2)
    expect(found.ftp.anonymous).toBe('yes')
    expect(answersOf(found)('explicit-tls')).toBe('unknown banned')
  })

  test('by refusing the next connection', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      polite(socket)
      server.close()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    const port = typeof bound === 'object' && bound ? bound.port : 0
    const found = await assessFtp(reachTo('127.0.0.1'), port, assessing)
    expect(found.ended).toBe('banned')
    expect(found.ftp.anonymous).toBe('yes')
  })

  test('in the middle of a conversation', async () => {
    const { found, server } = await assessed({ say: { 'USER ANONYMOUS': '421 Go away' } })
    expect(found.ended).toBe('banned')
    expect(server.connections()).toBe(1)
  })
})

test('every check has a meaning and a point or a login that answers it', () => {
  expect(Object.keys(meanings)).toEqual([...ftpCheckIds])
  const answered = new Set(points.flatMap((point) => point.answers))
  const elsewhere = ['explicit-tls', 'implicit-tls', 'clear-login-anonymous', 'anonymous']
  expect(ftpCheckIds.filter((id) => !answered.has(id))).toEqual(elsewhere)
})

/** Greets and lets everybody in; `answer` may say that it answered itself. */
function polite(socket: Socket, answer: (line: string) => boolean = () => false): void {
  socket.write('220 (vsFTPd 3.0.3)\r\n')
  const replies: Record<string, string> = {
    FEAT: '211-F\r\n MLST\r\n211 E',
    USER: '331 p',
    PASS: '230 in',
    QUIT: '221 bye',
  }
  socket.on('data', (chunk) => {
    for (const line of chunk.toString().trim().split('\r\n')) {
      if (answer(line)) continue
      const verb = line.split(' ')[0] ?? ''
      socket.write(`${replies[verb] ?? '500 no'}\r\n`)
      if (verb === 'QUIT') socket.end()
    }
  })
}
