import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { turnsOf } from '../../../test/ftp-conversation.ts'
import { wire } from '../../../test/ftp-wire.ts'
import { parseAddress } from '../../model/address.ts'
import { commandStart, readCommands } from './command.ts'
import { type Turn, turnOf, type View } from './conversation.ts'
import { readReplies, replyStart } from './reply.ts'
import { serverOf, stepSession } from './session.ts'
import { type Ends, sessionLimits, sessionStart } from './session-state.ts'

const whole: View = { directions: 'both', startSeen: true }
const middle: View = { directions: 'both', startSeen: false }
const serverOnly: View = { directions: 'server', startSeen: false }
const ends = (client: string, server: string): Ends => ({
  client: parseAddress(client) ?? null,
  server: parseAddress(server) ?? null,
})
const near = ends('192.168.1.2', '192.168.1.9')
const run = (lines: readonly string[], view = whole, between = near) =>
  turnsOf(lines).reduce(stepSession, sessionStart(view, between))

const login = [
  '< 220 (vsFTPd 3.0.3)',
  '> USER bob',
  '< 331 Please specify the password.',
  '> PASS x',
  '< 230 in',
]
const PASV = ['> PASV', '< 227 Entering (192,168,1,9,195,80)']

describe('logins', () => {
  test.each([
    ['one', login, whole, { ok: 1, failed: 0, users: ['bob'], anonymous: false }],
    [
      'without a password',
      ['> USER ftp', '< 230 in'],
      middle,
      { ok: 1, failed: 0, users: ['ftp'], anonymous: true },
    ],
    [
      '232',
      ['> USER bob', '< 232 in'],
      middle,
      { ok: 1, failed: 0, users: ['bob'], anonymous: false },
    ],
    [
      'refused',
      ['> USER a', '< 331 x', '> PASS b', '< 530 no'],
      middle,
      { ok: 0, failed: 1, users: ['a'], anonymous: null },
    ],
    [
      'anonymous refused',
      ['> USER anonymous', '< 530 no'],
      middle,
      { ok: 0, failed: 1, users: ['anonymous'], anonymous: false },
    ],
    [
      'ACCT',
      ['> USER a', '< 331 x', '> PASS b', '< 332 more', '> ACCT c', '< 230 in'],
      middle,
      { ok: 1, failed: 0, users: ['a'], anonymous: false },
    ],
    [
      'pipelined',
      ['> USER ftp', '> PASS b', '< 220 x', '< 331 y', '< 230 in'],
      whole,
      { ok: 1, failed: 0, users: ['ftp'], anonymous: true },
    ],
    [
      'again after REIN',
      [...login, '> REIN', '< 220 x', ...login.slice(1)],
      whole,
      { ok: 2, failed: 0, users: ['bob'], anonymous: false },
    ],
    [
      'PASS from the middle',
      ['> PASS b', '< 230 in'],
      middle,
      { ok: 1, failed: 0, users: [], anonymous: null },
    ],
    [
      'the server alone',
      ['< 331 x', '< 530 no', '< 530 Please login', '< 331 x', '< 230 in'],
      serverOnly,
      { ok: 1, failed: 1, users: [], anonymous: null },
    ],
    [
      'a 230 that answers no login',
      ['> CWD x', '< 250-a', '< 230 b', '< 250 c'],
      middle,
      { ok: 0, failed: 0, users: [], anonymous: null },
    ],
    [
      'a server that closes',
      ['> USER a', '< 331 x', '> PASS b', '< 421 busy'],
      middle,
      { ok: 0, failed: 0, users: ['a'] },
    ],
    [
      'a lost reply',
      ['> USER a', '> PASS b', '< 230 in'],
      middle,
      { ok: 1, failed: 0, users: ['a'] },
    ],
  ])('%s', (_, lines, view, out) => {
    expect(run(lines, view).logins).toMatchObject(out)
  })

  test('guessing is counted', () => {
    const guess = ['> USER root', '< 331 x', '> PASS x', '< 530 no']
    const session = run(Array.from({ length: 5 }, () => guess).flat(), middle)
    expect(session.logins).toMatchObject({ failed: 5, mostFailedInARow: 5, users: ['root'] })
    expect(session.commands).toMatchObject({ USER: 5, PASS: 5 })
  })

  test.each([
    ['offered', ['> FEAT', '< 211-F', '<  AUTH TLS', '< 211 End'], 'yes'],
    ['not offered', ['> FEAT', '< 211-F', '<  UTF8', '< 211 End'], 'no'],
    ['refused', ['> AUTH TLS', '< 502 no'], 'no'],
    ['not asked', [], 'unknown'],
  ])('in clear, TLS %s', (_, asked, offered) => {
    const session = run([login[0] ?? '', ...asked, ...login.slice(1)])
    expect(session.authOffered).toBe(offered)
    expect(session.signs.map(({ sign }) => sign)).toEqual(['clear-text-login'])
  })

  test('an anonymous password is no secret', () => {
    expect(run(['> USER anonymous', '< 331 x', '> PASS me@', '< 230 in'], middle).signs).toEqual([])
  })
})

describe('TLS', () => {
  test('hides all from AUTH on', () => {
    const session = run(['< 220 x', '> AUTH TLS', '< 234 go', '= client', '< garbage', '= server'])
    expect(session).toMatchObject({
      encrypted: 'from-auth',
      opaqueFrom: 3,
      authTls: true,
      malformed: 0,
    })
  })
  test('that never began leaves the session readable', () => {
    const session = run(['< 220 x', '> AUTH TLS', '< 234 go', ...login.slice(1)])
    expect(session).toMatchObject({
      encrypted: 'no',
      opaqueFrom: null,
      authTls: true,
      authOffered: 'yes',
    })
    expect(session.logins.ok).toBe(1)
  })
  test.each([
    ['implicit', ['= client', '= server'], whole, 'implicit'],
    ['from the middle', ['= server'], middle, 'unknown'],
    ['none', ['< 220 x'], whole, 'no'],
    ['nothing seen', [], whole, 'unknown'],
  ])('%s', (_, lines, view, encrypted) => {
    expect(run(lines, view).encrypted).toBe(encrypted)
  })
})

describe('transfers', () => {
  test('take the channel announced, the type and the offset in force', () => {
    const session = run([
      ...['> TYPE I', '< 200 ok', ...PASV, '> REST 100', '< 350 ok'],
      ...['> RETR a.pdf', '< 150 Opening (118196 bytes).', '< 226 done'],
      ...['> EPSV', '< 229 x (|||50001|)', '> LIST', '< 150 x', '< 226 y'],
    ])
    expect(session.transfers).toMatchObject([
      {
        verb: 'RETR',
        argument: 'a.pdf',
        channel: 0,
        type: 'I',
        offset: 100,
        outcome: 226,
        complete: true,
        promisedBytes: 118_196,
      },
      { verb: 'LIST', argument: null, channel: 1, offset: 0, outcome: 226, complete: true },
    ])
    expect(session.channels).toMatchObject([
      { by: '227', mode: 'passive', transfer: 0, announced: { port: 50_000 } },
      {
        by: '229',
        mode: 'passive',
        transfer: 1,
        announced: { port: 50_001, address: near.server },
      },
    ])
  })

  test('pipelined, each take their own channel', () => {
    const session = run([
      '> PASV',
      '> RETR a',
      '> PASV',
      '> RETR b',
      PASV[1] ?? '',
      '< 150 x',
      '< 226 y',
      PASV[1] ?? '',
      '< 150 x',
      '< 426 z',
    ])
    expect(session.transfers.map(({ channel, outcome }) => [channel, outcome])).toEqual([
      [0, 226],
      [1, 426],
    ])
    expect(session.channels.map(({ transfer }) => transfer)).toEqual([0, 1])
  })

  test('pipelined behind two announcements take the second', () => {
    const [, entering = ''] = PASV
    const session = run(['> PASV', '> PASV', '> RETR a', entering, entering, '< 150 x', '< 226 y'])
    expect(session.channels.map(({ transfer }) => transfer)).toEqual([null, 0])
  })

  test('whose ABOR is answered in their place are not complete', () => {
    const session = run([...PASV, '> RETR a', '< 150 x', '> ABOR', '< 226 Abort successful'])
    expect(session.transfers).toMatchObject([{ outcome: 226, aborted: true, complete: false }])
  })

  test('take a channel once', () => {
    const session = run([...PASV, '> LIST', '< 226 x', '> LIST', '< 425 y'])
    expect(session.transfers.map(({ channel }) => channel)).toEqual([0, null])
  })

  test('that are aborted are not complete', () => {
    const session = run([
      ...PASV,
      '> RETR a',
      '< 150 x',
      '> ABOR',
      '< 426 gone',
      '< 226 aborted',
      '> NOOP',
      '< 200 ok',
    ])
    expect(session.transfers).toMatchObject([{ outcome: 426, aborted: true, complete: false }])
    expect(session).toMatchObject({ aborts: 1, waiting: [] })
  })

  test('go on while STAT is answered', () => {
    const session = run([
      ...PASV,
      '> RETR a',
      '< 150 x',
      '> STAT',
      '< 211-s',
      '< 211 e',
      '< 226 done',
    ])
    expect(session.transfers).toMatchObject([{ outcome: 226, complete: true }])
  })

  test('of STOU get the name that the server chose', () => {
    expect(run(['> STOU', '< 150 FILE: a.1', '< 226 ok'], middle).transfers[0]?.stored).toBe('a.1')
    expect(
      run(
        ['> STOU', '< 150 Ok to send data.', '< 226 Transfer complete (unique file name:stou.x).'],
        middle,
      ).transfers[0]?.stored,
    ).toBe('stou.x')
  })

  test('of the server’s side alone are seen as well', () => {
    const session = run([PASV[1] ?? '', '< 150 Opening', '< 226 done'], serverOnly)
    expect(session.transfers).toMatchObject([
      { verb: null, channel: 0, outcome: 226, complete: true },
    ])
  })

  test('a refused PORT is announced all the same, and nothing takes it', () => {
    const session = run(['> PORT 192,168,1,2,4,1', '< 500 no', '> LIST', '< 425 x'], middle)
    expect(session.channels).toMatchObject([{ by: 'PORT', refused: true, transfer: null }])
    expect(session.transfers).toMatchObject([{ channel: null, outcome: 425, complete: false }])
  })
})

describe('signs', () => {
  const [home, shop] = ['8.8.8.8', '9.9.9.9']
  test.each([
    ['own address', '> PORT 192,168,1,2,4,1', near, []],
    ['own address, mapped', '> PORT 192,168,1,2,4,1', ends('::ffff:192.168.1.2', '::1'), []],
    ['another of the same kind', '> PORT 192,168,1,3,4,1', near, ['bounce']],
    ['another, by EPRT', '> EPRT |2|2600::2|5000|', ends('2600::1', '2600::9'), ['bounce']],
    [
      'a third on the internet',
      '> PORT 1,1,1,1,0,25',
      ends(home, shop),
      ['privileged-port', 'bounce'],
    ],
    ['loopback from afar', '> PORT 127,0,0,1,4,1', ends(home, shop), ['bounce']],
    ['behind a translation', '> PORT 192,168,1,2,4,1', ends(home, shop), ['nat-mismatch']],
    ['passive behind a translation', '< 227 x (10,0,0,1,4,1)', ends(home, shop), ['nat-mismatch']],
    [
      'passive to a third party',
      '< 227 x (1,1,1,1,4,1)',
      ends(home, shop),
      ['third-party-passive'],
    ],
    ['passive without an address', '< 227 x (0,0,0,0,4,1)', ends(home, shop), []],
    ['nobody known', '> PORT 1,1,1,1,4,1', { client: null, server: null }, []],
  ])('%s', (_, line, between, signs) => {
    expect(run([line], middle, between).signs.map(({ sign }) => sign)).toEqual(signs)
  })
})

test('EPSV ALL, QUIT, hints and unknown commands are kept', () => {
  const session = run([
    '< 220 x',
    '> CLNT lftp',
    '< 200 ok',
    '> EPSV ALL',
    '< 200 ok',
    '> XYZZY',
    '< 500 ?',
    '> QUIT',
    '< 221 bye',
  ])
  expect(session).toMatchObject({ epsvAll: true, ended: 'quit', clientHints: ['lftp'] })
  expect(session.commands).toEqual({ '*': 1, CLNT: 1, EPSV: 1, QUIT: 1 })
  expect(run(['< 421 timeout']).ended).toBe('closed-by-server')
})

test('the server is known by what it said', () => {
  expect(serverOf(run(login))).toMatchObject({
    name: 'vsftpd',
    version: '3.0.3',
    from: ['banner', 'wording'],
  })
})

test('an echo of a command that is not understood is not kept', () => {
  const session = run([...login.slice(0, 3), '> s3cret', '< 500 s3cret not understood'])
  expect(JSON.stringify(session)).not.toContain('s3cret')
})

test('hundreds of announcements and names stay within bounds, the rest is counted', () => {
  const many = Array.from({ length: 1500 }, (_, i) => [
    ...PASV,
    `> USER u${i}`,
    '< 331 x',
    '> NLST',
    '< 226 y',
  ]).flat()
  const session = run(many)
  expect(session).toMatchObject({
    channelsBeyond: 1500 - sessionLimits.channels,
    transfersBeyond: 1500 - sessionLimits.transfers,
  })
  expect(session.logins.users).toHaveLength(64)
  expect(session.logins.usersBeyond).toBe(1500 - 64)
  expect(session.commands['PASV']).toBe(1500)
})

test('whatever comes, nothing throws and no password is kept', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), wire), { maxLength: 8 }), (parts) => {
      const turns = parts.flatMap(([ofClient, text]): readonly Turn[] =>
        ofClient
          ? readCommands(commandStart, `${text}\r\nPASS c4n4ry\r\nc4n4ry\r\n`).commands.map(
              (command) => ({
                kind: 'command',
                command,
              }),
            )
          : readReplies(replyStart, `${text}\r\n`).outcomes.map(turnOf),
      )
      const session = turns.reduce(stepSession, sessionStart(whole, near))
      expect(session.turns).toBe(turns.length)
      expect(JSON.stringify(session)).not.toContain('c4n4ry')
      for (const { channel } of session.transfers)
        if (channel !== null) expect(session.channels[channel]).toBeDefined()
    }),
    { numRuns: 200 },
  )
})
