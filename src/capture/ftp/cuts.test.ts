/** However the bytes of a conversation are cut into segments, the same is told of it. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Cut,
  client,
  type Seen,
  type Stage,
  server,
  stage,
  type Wire,
} from './testing/stage.ts'

const bytesOf = (wire: string) => Uint8Array.from(wire, (one) => one.charCodeAt(0))
const hello = '\u0016\u0003\u0001\0\u0004\u0001\0\0\0'
const lines = (...of: readonly string[]) => fc.constantFrom(...of).map((line) => `${line}\r\n`)

const said = {
  client: fc.oneof(
    lines('USER a', 'USER anonymous', 'PASS p', 'PASV', 'EPSV', 'RETR x', 'STOR y', 'LIST', 'QUIT'),
    lines(
      'PORT 10,0,0,1,195,80',
      'AUTH TLS',
      'EHLO x',
      'foo',
      'SYST',
      'FEAT',
      'REIN',
      'REST 5',
      '',
    ),
    lines(
      'GET / HTTP/1.0\r\n',
      'me.txt',
      'SITE CPFR /etc',
      'CLNT x 1.0',
      'USER a\r\nPASS b\r\nPASV',
    ),
    fc.constantFrom(hello, '\u00ff\u00f4\u00ff\u00f2ABOR\r\n', 'US', 'ER b\r\n'),
  ),
  server: fc.oneof(
    lines('220 x', '220-a\r\n 211 b\r\n220 c', '331 x', '230 x', '530 no login', '150 x (3 bytes)'),
    lines('227 x (10,0,0,2,195,80)', '229 x (|||50000|)', '226 x', '234 x', '250 x', '215 UNIX'),
    lines(
      '211-F\r\n UTF8\r\n211 E',
      '+OK x',
      'SSH-2.0-x',
      'HTTP/1.0 200 OK\r\n',
      'welcome',
      '421 x',
    ),
    lines('500 x', '* OK x', '350 x', '221 x'),
    fc.constantFrom(hello, '\u00ff\u00fb\u0001', '\0\u0001', '22', '0 y\r\n'),
  ),
}
const step = fc.oneof(
  fc.record({ kind: fc.constant('client' as const), text: said.client }),
  fc.record({ kind: fc.constant('server' as const), text: said.server }),
  fc.record({
    kind: fc.constant('lost' as const),
    who: fc.constantFrom('client' as const, 'server' as const),
  }),
  fc.record({
    kind: fc.constant('data' as const),
    from: fc.constantFrom('10.0.0.1', '10.0.0.8'),
    who: fc.constantFrom('client' as const, 'server' as const),
    text: fc.constantFrom('%PDF-1.7', 'PK\u0003\u0004abc', 'abc'),
  }),
  fc.record({
    kind: fc.constant('close' as const),
    reason: fc.constantFrom('fin' as const, 'reset' as const),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const login: readonly Step[] = [
  { kind: 'server', text: '220 x\r\n' },
  { kind: 'client', text: 'USER bob\r\n' },
  { kind: 'server', text: '331 x\r\n' },
  { kind: 'client', text: 'PASS y\r\n' },
  { kind: 'server', text: '230 in\r\n' },
]

function play(made: Stage, steps: readonly Step[], to: string, seen: Seen) {
  const control = made.connect(client, to, seen)
  let data: Wire | null = null
  for (const [i, one] of steps.entries()) {
    switch (one.kind) {
      case 'client':
      case 'server':
        control[one.kind](bytesOf(one.text))
        break
      case 'lost':
        control.lost(one.who, 5)
        break
      case 'data':
        data ??= made.connect(`${one.from}:${41_000 + i}`, '10.0.0.2:50000')
        data[one.who](bytesOf(one.text))
        break
      case 'close':
        data?.close(one.reason)
        data = null
        break
    }
  }
  control.close()
  return made.end().told
}

test('a Telnet command is waited for behind whatever stands before it', () => {
  for (const said of ['22', '220', '2', 'USER', 'U', ''])
    for (const who of ['server', 'client'] as const) {
      const steps = [`${said}\u00ff\u00fb\u0001`, '0 ready\r\n'].map((text) => ({
        kind: who,
        text,
      }))
      const seen = { start: 'seen', sides: 'both' } as const
      const whole = play(stage(), steps, server, seen)
      const cut: Cut = (bytes) => [...bytes].map((byte) => Uint8Array.of(byte))
      expect(play(stage({}, cut), steps, server, seen)).toEqual(whole)
    }
})

test('a cut changes nothing', () => {
  const sessions = { told: 0 }
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 25 }),
      fc.record({
        start: fc.constantFrom('seen' as const, 'unseen' as const),
        sides: fc.constantFrom('both' as const, 'client' as const, 'server' as const),
      }),
      fc.constantFrom(server, '10.0.0.2:4711', '10.0.0.2:990'),
      fc.constantFrom([], login),
      fc.integer({ min: 1, max: 5 }),
      (rest, seen, to, first, size) => {
        const whole = play(stage(), [...first, ...rest], to, seen)
        const cut: Cut = (bytes) =>
          Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.slice(i * size, (i + 1) * size),
          )
        sessions.told += whole.filter(({ kind }) => kind === 'ftp-session').length
        expect(play(stage({}, cut), [...first, ...rest], to, seen)).toEqual(whole)
      },
    ),
    { numRuns: 1000 },
  )
  // Nothing told is the same in any pieces.
  expect(sessions.told).toBeGreaterThan(300)
})
