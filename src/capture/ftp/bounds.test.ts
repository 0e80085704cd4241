import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { wire } from '../../../test/ftp-wire.ts'
import type { Tcp } from '../stream.ts'
import type { FtpFlow } from './sink.ts'
import { client, endOf, login, type Stage, server, stage } from './testing/stage.ts'

const text = (line: string) => Uint8Array.from(line, (one) => one.charCodeAt(0))

test('connections that say nothing cost nothing', () => {
  const { sink } = stage()
  const ends = [endOf('10.0.0.1:4000'), endOf('10.0.0.2:21')] as const
  for (let i = 0; i < 200_000; i++) {
    const tcp: Tcp<FtpFlow> = {
      ends,
      initiator: 0,
      start: i,
      document: 'x',
      packet: i,
      bytes: [0, 0],
      packets: [1, 1],
      state: undefined,
    }
    sink.open(tcp, i, i)
    if (tcp.state !== undefined) throw new Error('something is kept')
  }
  expect(sink.summary()).toMatchObject({ controlConnections: 0 })
})

test('connections that do not decide are let go of, the oldest first', () => {
  const made = stage({ limits: { sniffing: 10, controls: 10 } })
  const begun = Array.from({ length: 100 }, (_, i) =>
    made.connect(`10.0.0.1:${4000 + i}`, '10.0.0.2:4711').client(text('US')),
  )
  expect(begun.filter(({ tcp }) => tcp.state?.kind === 'sniffing')).toHaveLength(10)
  const greeted = Array.from({ length: 100 }, (_, i) =>
    made.connect(`10.0.0.1:${5000 + i}`, '10.0.0.2:4711').say(['< 220 x']),
  )
  expect(greeted.filter(({ tcp }) => tcp.state?.kind === 'control')).toHaveLength(10)
  expect(made.sink.summary().letGo.undecided).toBe(180)
})

test('sessions that never end are told of when there are too many', () => {
  const made = stage({ limits: { controls: 10 } })
  for (let i = 0; i < 25; i++) made.connect(`10.0.0.1:${4000 + i}`, server).say(login)
  expect(made.sessions()).toHaveLength(15)
  expect(made.sessions()[0]).toMatchObject({ endSeen: false, client: { port: 4000 } })
  made.end()
  expect(made.sessions()).toHaveLength(25)
  expect(made.told.filter(({ kind }) => kind === 'gap')).toHaveLength(1)
})

test('text that sessions keep has a bound', () => {
  const made = stage({ limits: { text: 100_000 } })
  const name = 'n'.repeat(4000)
  for (let i = 0; i < 20; i++)
    made
      .connect(`10.0.0.1:${4000 + i}`, server)
      .say([...login, ...Array.from({ length: 10 }, () => [`> RETR ${name}`, '< 550 no']).flat()])
  expect(made.sessions().length).toBeGreaterThan(10)
})

test('hundreds of passive ports on one connection', () => {
  const made = stage()
  const control = made.connect(client, server).say(login)
  for (let i = 0; i < 1500; i++)
    control.say(['> PASV', `< 227 x (10,0,0,2,${100 + (i >> 8)},${i & 255})`])
  control.close()
  const [session] = made.end().sessions()
  expect(session?.dataChannels).toHaveLength(1024)
  expect(session?.commands).toMatchObject({ PASV: 1500 })
  expect(made.told.flatMap((one) => (one.kind === 'gap' ? [one.gap.reason] : []))).toEqual([
    'ftp-session-truncated',
  ])
})

test('a line without an end', () => {
  const made = stage()
  const control = made.connect(client, server).say(login)
  const piece = new Uint8Array(65_536).fill(65)
  for (let i = 0; i < 300; i++) {
    control.client(piece)
    control.server(piece)
  }
  const { tcp, ...state } =
    control.tcp.state?.kind === 'control' ? control.tcp.state : expect.fail()
  expect(JSON.stringify({ ...state, tcp: tcp.packet }).length).toBeLessThan(40_000)
  control.client(text('\r\n')).server(text('\r\n')).say(['> NOOP', '< 200 x']).close()
  expect(made.end().sessions()).toMatchObject([{ commands: { NOOP: 1 } }])
})

test('announcements that nobody follows are forgotten', () => {
  const made = stage({ limits: { expected: 4 } })
  const control = made.connect(client, server).say(login)
  for (let i = 0; i < 10; i++) control.say(['> PASV', `< 227 x (10,0,0,2,195,${80 + i})`])
  made.connect('10.0.0.1:40001', '10.0.0.2:50000').server(text('abc')).close()
  made.connect('10.0.0.1:40002', '10.0.0.2:50009').server(text('abc')).close()
  control.close()
  const actual = made
    .end()
    .sessions()[0]
    ?.dataChannels?.map((channel) => channel.actual !== null)
  expect(actual).toEqual([...Array.from({ length: 9 }, () => false), true])
})

test('data connections beyond the limit are counted as let go of', () => {
  const made = stage({ limits: { data: 2 } })
  const control = made.connect(client, server).say(login)
  for (let i = 0; i < 4; i++) {
    control.say(['> PASV', `< 227 x (10,0,0,2,195,${80 + i})`])
    made.connect(`10.0.0.1:${4001 + i}`, `10.0.0.2:${50_000 + i}`).server(text('abc'))
  }
  expect(made.sink.summary().letGo.data).toBe(2)
})

const step = fc.record({
  who: fc.constantFrom('client' as const, 'server' as const),
  bytes: wire.map(text),
  lost: fc.nat({ max: 5 }),
  other: fc.boolean(),
})
const steps = fc.array(step, { maxLength: 20 })
const start = fc.constantFrom<'seen' | 'unseen'>('seen', 'unseen')
const to = fc.constantFrom(server, '10.0.0.2:4711', '10.0.0.2:990')
const tight = { sniffing: 2, controls: 2, pending: 2, data: 2, expected: 2 }

const play = (
  made: Stage,
  said: readonly { who: 'client' | 'server'; bytes: Uint8Array; lost: number; other: boolean }[],
  target: string,
  seen: 'seen' | 'unseen',
) => {
  const one = made.connect(client, target, { start: seen })
  const two = made.connect('1.2.3.4:1286', '1.2.3.4:1286', { start: seen })
  for (const { who, bytes, lost, other } of said) {
    const at = other ? two : one
    if (lost === 1) at.lost(who, bytes.length + 1)
    at[who](bytes)
  }
  one.close()
  return made.end().told
}

test('whatever the bytes, it ends and keeps little', () => {
  fc.assert(
    fc.property(steps, start, to, (said, seen, target) => {
      for (const observation of play(stage({ limits: tight }), said, target, seen))
        expect(JSON.stringify(observation).length).toBeLessThan(100_000)
    }),
    { numRuns: 300 },
  )
})

test('whatever the bytes, a cut changes nothing', () => {
  fc.assert(
    fc.property(steps, start, to, fc.integer({ min: 1, max: 5 }), (said, seen, target, size) => {
      const whole = play(stage(), said, target, seen)
      const cut = (bytes: Uint8Array) =>
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.slice(i * size, (i + 1) * size),
        )
      expect(play(stage({}, cut), said, target, seen)).toEqual(whole)
    }),
    { numRuns: 200 },
  )
})
