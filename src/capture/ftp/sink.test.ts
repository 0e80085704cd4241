import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anonymous,
  endOf,
  login,
  type Seen,
  type Stage,
  server,
  session,
  stage,
} from './testing/stage.ts'

const only = (made: Stage) => {
  const [one, ...others] = made.sessions()
  if (one === undefined || others.length > 0) throw new Error(`${made.sessions().length} sessions`)
  return one
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const PASV = ['> PASV', '< 227 Entering Passive Mode (10,0,0,2,195,80)']
const to = '10.0.0.2:50000'

describe('recognised as FTP', () => {
  test.each<[string, readonly string[], string, Seen]>([
    ['on port 21', login, server, {}],
    ['on any port', login, '10.0.0.2:4711', {}],
    [
      'a login that fails',
      ['< 220 x', '> USER a', '< 331 x', '> PASS b', '< 530 no'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'refused by its wording',
      ['< 220 FTP ready', '> USER a', '< 530 Please log in elsewhere'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'TLS first',
      ['< 220 x', '> AUTH TLS', '< 234 go', '= client', '= server'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'pipelined before the greeting',
      ['> USER a', '> PASS b', '< 220 x', '< 331 y', '< 230 z'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'in lower case',
      ['< 220 x', '> user a', '< 331 y', '> pass b', '< 230 z'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'from the middle, by PASV',
      ['> PASV', '< 227 x (10,0,0,2,195,80)'],
      '10.0.0.2:4711',
      { start: 'unseen' },
    ],
    [
      'from the middle, by a transfer',
      ['> RETR x', '< 150 here', '< 226 done'],
      '10.0.0.2:4711',
      { start: 'unseen' },
    ],
    [
      'from the middle of a line',
      ['> ome.txt', '> PASV', '< 227 x (10,0,0,2,195,80)'],
      '10.0.0.2:4711',
      { start: 'unseen' },
    ],
    ['the server alone', ['< 220 x', '< 331 y', '< 230 z'], '10.0.0.2:4711', { sides: 'server' }],
    [
      'the server alone, from the middle',
      ['< 227 x (10,0,0,2,195,80)'],
      '10.0.0.2:4711',
      { start: 'unseen', sides: 'server' },
    ],
    [
      'the client alone, by PORT',
      ['> USER a', '> PASS b', '> PORT 10,0,0,1,195,80'],
      '10.0.0.2:4711',
      { sides: 'client' },
    ],
    [
      'the client alone, from the middle',
      ['> PORT 10,0,0,1,195,80'],
      '10.0.0.2:4711',
      { start: 'unseen', sides: 'client' },
    ],
    [
      'behind a banner of its own',
      ['< Welcome to this host', '< 220 x', '> USER a', '< 331 y'],
      '10.0.0.2:4711',
      {},
    ],
    [
      'behind Telnet commands',
      ['< \u00ff\u00fb\u0001220 x', '> USER a', '< 331 y'],
      '10.0.0.2:4711',
      {},
    ],
  ])('%s', (_, lines, to, seen) => {
    const made = stage()
    const wire = made.connect('10.0.0.1:40000', to, seen)
    for (const line of lines) {
      const text = `${line.slice(2)}\r\n`
      if (line[0] === '=') wire.say([line])
      else {
        const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0))
        if (line[0] === '>') wire.client(bytes)
        else wire.server(bytes)
      }
    }
    wire.close()
    expect(only(made.end()).server).toMatchObject(endOf(to))
    expect(made.services()).toMatchObject([{ recognition: 'ftp', protocol: 'ftp' }])
  })

  test.each<[string, readonly string[]]>([
    ['mail', ['< 220 a ESMTP', '> EHLO b', '< 250 c', '> QUIT', '< 221 d']],
    [
      'mail on a host called ftp',
      ['< 220 ftp.example ESMTP Postfix', '> EHLO b', '< 250-c', '< 250 d'],
    ],
    ['POP3', ['< +OK ready', '> USER a', '< +OK', '> PASS b', '< +OK in']],
    ['IMAP', ['< * OK ready', '> a LOGIN b c', '< a OK']],
    ['HTTP', ['> GET / HTTP/1.1', '< HTTP/1.1 200 OK']],
    ['SSH', ['< SSH-2.0-OpenSSH_9.9', '> SSH-2.0-x']],
    ['TLS', ['= client', '= server']],
    ['news', ['< 200 news', '> MODE READER', '< 200 x', '> LIST', '< 215 list']],
    ['nothing but a greeting', ['< 220 hello']],
  ])('not: %s', (_, lines) => {
    const made = session(lines, { to: '10.0.0.2:4711' })
    expect(made.sessions()).toEqual([])
    expect(made.services()).toEqual([])
  })
})

describe('what is not FTP on port 21', () => {
  test.each<[string, readonly string[], string, string]>([
    ['SSH', ['< SSH-2.0-OpenSSH_9.9'], 'ssh', 'not-ftp'],
    ['mail that says so', ['< 220 a ESMTP Postfix', '> QUIT', '< 221 b'], 'smtp', 'not-ftp'],
    ['mail by its answer', ['< 220 a', '> EHLO b', '< 250-c', '< 250 d'], 'smtp', 'not-ftp'],
    [
      'HTTP',
      ['> GET / HTTP/1.1', '> ', '< HTTP/1.1 200 OK', '< Server: nginx', '< '],
      'http',
      'not-ftp',
    ],
    ['POP3', ['< +OK ready'], 'pop3', 'not-ftp'],
    ['TLS without a name for what is in it', ['= client', '= server'], 'tls', 'undecided'],
    ['a greeting that tells nothing', ['< 220 hello'], 'unknown', 'undecided'],
    ['a banner that nobody knows', ['< \u0001\u0002\u0003'], 'unknown', 'undecided'],
  ])('%s', (_, lines, protocol, recognition) => {
    const made = session(lines)
    expect(made.sessions()).toEqual([])
    expect(made.services()).toMatchObject([{ protocol, recognition, port: 21, ftp: null }])
  })

  test('a port on which nothing was said is no service', () => {
    expect(session([]).told).toEqual([])
    expect(session(['> USER a'], { seen: { sides: 'both' } }).services()).toEqual([])
  })

  test('the same server is told of once', () => {
    const made = stage()
    for (let i = 0; i < 3; i++)
      made
        .connect(`10.0.0.1:${4000 + i}`, server)
        .say(['< SSH-2.0-OpenSSH_9.9'])
        .close()
    expect(made.end().services()).toHaveLength(1)
  })
})

test('a refused session counts once its server is known, before or after', () => {
  const made = stage()
  const refused = ['< 421 Too many connections']
  made.connect('10.0.0.1:4000', '10.0.0.2:4711').say(refused).close()
  expect(made.sessions()).toHaveLength(0)
  made.connect('10.0.0.1:4001', '10.0.0.2:4711').say(login).close()
  made.connect('10.0.0.1:4002', '10.0.0.2:4711').say(refused).close()
  made.connect('10.0.0.1:4003', '10.0.0.3:4711').say(refused).close()
  expect(
    made
      .end()
      .sessions()
      .map(({ client }) => client.port),
  ).toEqual([4001, 4000, 4002])
})

describe('a session', () => {
  test('whole', () => {
    const made = stage()
    const control = made
      .connect('10.0.0.1:40000', server)
      .say([...login, '> CLNT FileZilla 3.67', '< 200 ok', ...PASV])
    const data = made.connect('10.0.0.1:40001', to)
    control.say(['> RETR a.pdf', '< 150 Opening (13 bytes).'])
    data.server('%PDF-1.7 some').close()
    control.say(['< 226 done', '> FOO', '< 500 x', '> QUIT', '< 221 bye']).close()
    const file = {
      command: 'RETR',
      name: 'a.pdf',
      nameBase64: null,
      bytes: 13,
      complete: true,
      type: 'application/pdf',
      category: 'pdf',
      sha256: sha256('%PDF-1.7 some'),
    }
    expect(only(made.end())).toEqual({
      server: {
        ...endOf(server),
        product: expect.objectContaining({ name: 'vsftpd', version: '3.0.3' }),
      },
      client: {
        ...endOf('10.0.0.1:40000'),
        product: expect.objectContaining({ name: 'FileZilla', version: '3.67' }),
      },
      start: expect.any(Number),
      end: expect.any(Number),
      startSeen: true,
      endSeen: true,
      directions: 'both',
      lostBytes: 0,
      encrypted: 'no',
      opaqueFrom: null,
      banner: '(vsFTPd 3.0.3)',
      users: ['bob'],
      logins: { ok: 1, failed: 0 },
      anonymous: false,
      authTls: false,
      commands: { USER: 1, PASS: 1, CLNT: 1, PASV: 1, RETR: 1, QUIT: 1, '*': 1 },
      dataChannels: [
        {
          mode: 'passive',
          announced: endOf(to),
          actual: endOf(to),
          command: 'RETR',
          argument: 'a.pdf',
          bytes: 13,
          complete: true,
          outcome: '226',
        },
      ],
      files: [file],
      signs: ['clear-text-login'],
    })
    const [{ at } = { at: [] }] = made.told.flatMap((one) =>
      one.kind === 'ftp-session' ? [one] : [],
    )
    expect(at).toEqual([
      { document: 'made.pcap', packet: 1 },
      { document: 'made.pcap', packet: 4 },
    ])
  })

  test('of one side leaves the other’s part null', () => {
    const servers = only(session(login, { seen: { sides: 'server' } }))
    expect(servers).toMatchObject({
      directions: 'server',
      users: null,
      commands: null,
      files: null,
      logins: { ok: 1 },
    })
    const clients = only(
      session([...login, '> PORT 10,0,0,1,195,80'], { seen: { sides: 'client' } }),
    )
    expect(clients).toMatchObject({
      directions: 'client',
      users: ['bob'],
      logins: null,
      banner: null,
      anonymous: null,
      commands: { USER: 1, PASS: 1, PORT: 1 },
    })
  })

  test('behind TLS knows what it does not know', () => {
    const made = session([
      '< 220 x',
      '> AUTH TLS',
      '< 234 go',
      '= client',
      '= server',
      '< nonsense',
    ])
    expect(only(made)).toMatchObject({
      encrypted: 'from-auth',
      opaqueFrom: expect.any(Number),
      authTls: true,
      users: null,
      logins: null,
      dataChannels: null,
      files: null,
      commands: { AUTH: 1 },
    })
    expect(made.services()).toMatchObject([{ ftp: { explicitTls: 'yes' } }])
  })

  test('that goes on while its data comes is told of when both have ended', () => {
    const made = stage()
    const control = made
      .connect('10.0.0.1:40000', server)
      .say([...login, ...PASV, '> RETR a', '< 150 x'])
    const data = made.connect('10.0.0.1:40001', to).server('abc')
    control.say(['< 226 x']).close()
    expect(made.sessions()).toHaveLength(0)
    data.server('def').close()
    expect(only(made).files).toMatchObject([{ bytes: 6, sha256: sha256('abcdef') }])
  })

  test('with bytes lost says how many, and reads on at the next line', () => {
    const made = stage()
    const control = made.connect('10.0.0.1:40000', server).say(login)
    control
      .lost('client', 9)
      .client('rest of a line\r\n')
      .say([...PASV])
    control.lost('server', 5).server('of a reply\r\n').say(['> NOOP', '< 200 x']).close()
    expect(only(made.end())).toMatchObject({
      lostBytes: 14,
      commands: { PASV: 1, NOOP: 1, '*': 0 },
    })
  })
})

describe('data channels', () => {
  const run = (
    lines: readonly string[],
    connections: readonly { from: string; to: string; bytes?: string; when?: 'before' | 'after' }[],
    after: readonly string[] = ['> RETR x', '< 150 go', '< 226 done'],
    ends = { from: '10.0.0.1:40000', to: server },
  ) => {
    const made = stage()
    const control = made.connect(ends.from, ends.to).say(login)
    const connect = ({ from, to, bytes = 'abc' }: (typeof connections)[number]) => {
      const data = made.connect(from, to)
      if (bytes !== '') data.server(bytes)
      data.close()
    }
    for (const one of connections) if (one.when === 'before') connect(one)
    control.say(lines)
    for (const one of connections) if (one.when !== 'before') connect(one)
    control.say(after).close()
    return only(made.end())
  }

  test('nobody connects', () => {
    expect(run(PASV, [], []).dataChannels).toEqual([
      {
        mode: 'passive',
        announced: endOf(to),
        actual: null,
        command: null,
        argument: null,
        bytes: null,
        complete: null,
        outcome: null,
      },
    ])
  })
  test.each([
    ['227', PASV, '10.0.0.1:40001', to, []],
    ['229', ['> EPSV', '< 229 x (|||50000|)'], '10.0.0.1:40001', to, []],
    ['PORT', ['> PORT 10,0,0,1,195,80', '< 200 x'], '10.0.0.2:20', '10.0.0.1:50000', []],
    ['EPRT', ['> EPRT |1|10.0.0.1|50000|', '< 200 x'], '10.0.0.2:20', '10.0.0.1:50000', []],
    [
      'a 227 that names the inner address',
      ['> PASV', '< 227 x (192,168,7,7,195,80)'],
      '10.0.0.1:40001',
      to,
      ['third-party-passive'],
    ],
    ['a 227 with zeros', ['> PASV', '< 227 x (0,0,0,0,195,80)'], '10.0.0.1:40001', to, []],
    [
      'a PORT behind translation',
      ['> PORT 8,8,8,8,195,80', '< 200 x'],
      '10.0.0.2:20',
      '10.0.0.1:50000',
      ['nat-mismatch'],
    ],
    [
      'a bounce',
      ['> PORT 10,0,0,9,195,80', '< 200 x'],
      '10.0.0.2:20',
      '10.0.0.9:50000',
      ['bounce'],
    ],
    [
      'a privileged port',
      ['> PORT 10,0,0,1,0,25', '< 200 x'],
      '10.0.0.2:20',
      '10.0.0.1:25',
      ['privileged-port'],
    ],
    ['somebody else connects', PASV, '10.0.0.66:666', to, ['stolen-data-channel']],
    [
      'somebody else comes from the server’s side',
      ['> PORT 10,0,0,1,195,80', '< 200 x'],
      '10.0.0.66:20',
      '10.0.0.1:50000',
      ['stolen-data-channel'],
    ],
  ])('%s', (name, lines, from, to, signs) => {
    const { dataChannels, signs: found } = run(lines, [{ from, to }])
    expect(found).toEqual([...signs.filter((sign) => sign !== 'x'), 'clear-text-login'])
    const actual = signs.includes('stolen-data-channel') ? endOf(from) : endOf(to)
    expect([name, dataChannels]).toMatchObject([
      name,
      [{ actual, bytes: 3, command: 'RETR', outcome: '226', complete: true }],
    ])
  })

  test('a bounce that the server went along with is proved', () => {
    const made = stage()
    const control = made
      .connect('10.0.0.1:40000', server)
      .say([...login, '> PORT 10,0,0,9,195,80', '< 200 x', '> LIST'])
    made.connect('10.0.0.2:20', '10.0.0.9:50000').client('abc').close()
    control.say(['< 150 x', '< 226 y']).close()
    expect(made.end().services()).toMatchObject([{ ftp: { bounce: 'yes' } }])
  })

  test('opened before it is announced', () => {
    const { dataChannels } = run(PASV, [{ from: '10.0.0.1:40001', to, when: 'before' }])
    expect(dataChannels).toMatchObject([{ actual: endOf(to), bytes: 3, complete: true }])
  })

  test('who only knocks steals nothing', () => {
    const session = run(PASV, [
      { from: '10.0.0.66:666', to, bytes: '' },
      { from: '10.0.0.1:40001', to },
    ])
    expect(session.signs).toEqual(['clear-text-login'])
    expect(session.dataChannels).toMatchObject([{ actual: endOf(to), bytes: 3 }])
  })

  test('a port announced again takes the later connection', () => {
    const session = run([...PASV, ...PASV], [{ from: '10.0.0.1:40001', to }])
    expect(session.dataChannels).toMatchObject([
      { actual: null },
      { actual: endOf(to), command: 'RETR' },
    ])
  })

  test('between two servers both sessions have it', () => {
    const made = stage()
    const one = made.connect('10.0.0.1:40000', server).say([...login, ...PASV, '> STOR x'])
    const two = made
      .connect('10.0.0.1:40001', '10.0.0.3:21')
      .say([...login, '> PORT 10,0,0,2,195,80', '< 200 x', '> RETR x'])
    made.connect('10.0.0.3:20', to).client('abc').close()
    one.say(['< 150 x', '< 226 x']).close()
    two.say(['< 150 x', '< 226 x']).close()
    const [first, second] = made.end().sessions()
    expect(first).toMatchObject({
      signs: ['stolen-data-channel', 'clear-text-login'],
      files: [{ bytes: 3 }],
    })
    expect(second).toMatchObject({ signs: ['bounce', 'clear-text-login'], files: [{ bytes: 3 }] })
  })

  test('on IPv6, in both modes', () => {
    const ends = { from: '[2001:db8::1]:40000', to: '[2001:db8::2]:21' }
    const passive = run(
      ['> EPSV', '< 229 x (|||50000|)'],
      [{ from: '[2001:db8::1]:40001', to: '[2001:db8::2]:50000' }],
      undefined,
      ends,
    )
    expect(passive.dataChannels).toMatchObject([{ actual: endOf('[2001:db8::2]:50000'), bytes: 3 }])
    const active = run(
      ['> EPRT |2|2001:db8::1|50000|', '< 200 x'],
      [{ from: '[2001:db8::2]:20', to: '[2001:db8::1]:50000' }],
      undefined,
      ends,
    )
    expect(active.dataChannels).toMatchObject([{ actual: endOf('[2001:db8::1]:50000'), bytes: 3 }])
  })
})

describe('files', () => {
  const transfer = (
    command: readonly string[],
    act: (data: ReturnType<Stage['connect']>) => void,
    end: readonly string[] = ['< 226 done'],
    options = {},
  ) => {
    const made = stage(options)
    const control = made
      .connect('10.0.0.1:40000', server)
      .say([...login, ...PASV, ...command, '< 150 go'])
    act(made.connect('10.0.0.1:40001', to))
    control.say(end).close()
    return only(made.end()).files
  }
  test.each<
    [
      string,
      readonly string[],
      (data: ReturnType<Stage['connect']>) => void,
      readonly string[],
      object,
    ]
  >([
    [
      'sent by the client',
      ['> STOR a.txt'],
      (data) => data.client('abc').close(),
      ['< 226 x'],
      { command: 'STOR', bytes: 3, sha256: sha256('abc') },
    ],
    [
      'empty',
      ['> RETR a'],
      (data) => data.close(),
      ['< 226 x'],
      { bytes: 0, complete: true, type: null, sha256: sha256('') },
    ],
    [
      'cut off',
      ['> RETR a'],
      (data) => data.server('abc').close('reset'),
      ['< 426 x'],
      { bytes: 3, complete: false, sha256: null },
    ],
    [
      'with a hole',
      ['> RETR a'],
      (data) => data.server('%PDF-1').lost('server', 4).server('x').close(),
      ['< 226 x'],
      { bytes: 11, complete: true, type: 'application/pdf', sha256: null },
    ],
    [
      'without its start',
      ['> RETR a'],
      (data) => data.lost('server', 4).server('%PDF-1').close(),
      ['< 226 x'],
      { bytes: 10, type: null, sha256: null },
    ],
    [
      'from an offset on',
      ['> REST 5', '< 350 x', '> RETR a.pdf'],
      (data) => data.server('abc').close(),
      ['< 226 x'],
      { bytes: 3, type: null, category: 'pdf', sha256: null },
    ],
    [
      'named by the server',
      ['> STOU', '< 150 FILE: got.zip'],
      (data) => data.client('PK\u0003\u0004').close(),
      ['< 226 x'],
      { command: 'STOU', name: 'got.zip', category: 'archive' },
    ],
    [
      'whose content is not what its name says',
      ['> RETR a.pdf'],
      (data) => data.server('MZ..This program').close(),
      ['< 226 x'],
      { category: 'executable' },
    ],
    [
      'still open at the end',
      ['> RETR a'],
      (data) => data.server('abc'),
      [],
      { bytes: 3, complete: null, sha256: null },
    ],
    [
      'refused',
      ['> RETR a', '< 550 no'],
      (data) => data.close(),
      [],
      { bytes: 0, complete: false, sha256: null },
    ],
  ])('%s', (_, command, act, end, out) => {
    expect(transfer(command, act, end)).toMatchObject([out])
  })
  test('without hashes', () => {
    const files = transfer(
      ['> RETR a'],
      (data) => data.server('%PDF-1').server('abc').close(),
      undefined,
      { fileHashes: 'off' },
    )
    expect(files).toMatchObject([{ bytes: 9, type: 'application/pdf', sha256: null }])
  })
  test('a name that is no UTF-8 keeps its bytes', () => {
    const made = stage()
    made
      .connect('10.0.0.1:40000', server)
      .say(login)
      .client(Uint8Array.of(...[...'RETR '].map((c) => c.charCodeAt(0)), 0xe9, 13, 10))
      .say(['< 550 no'])
      .close()
    expect(only(made.end()).files).toMatchObject([
      { name: 'é', nameBase64: '6Q==', bytes: null, complete: false },
    ])
  })
})

describe('cut anywhere, the same is told', () => {
  const play = (made: Stage) => {
    const control = made
      .connect('10.0.0.1:40000', '10.0.0.2:4711')
      .say([
        ...['< 220-hello', '< 220 there', '> FEAT', '< 211-F', '<  UTF8', '< 211 End'],
        ...login.slice(1),
        ...PASV,
      ])
    const data = made.connect('10.0.0.1:40001', to)
    control.say(['> RETR Grüße.pdf', '< 150 x (9 bytes)'])
    data.server('%PDF-1.7é').close()
    control
      .say(['< 226 x', '> nonsense', '< 500 y', '> AUTH TLS', '< 234 go', '= client', '= server'])
      .close()
    made.connect('10.0.0.1:40002', server).say(['< SSH-2.0-OpenSSH_9.9']).close()
    made
      .connect('10.0.0.1:40003', '10.0.0.3:21')
      .say(['> GET / HTTP/1.0', '> ', '< HTTP/1.1 200 OK', '< Server: nginx', '< '])
      .close()
    made.connect('10.0.0.1:40004', '10.0.0.4:25').say(['< 220 x', '> EHLO y', '< 250 z']).close()
    made
      .connect('10.0.0.5:21', '10.0.0.1:40005', { start: 'unseen' })
      .say(['> 331 x', '< PASS y', '> 230 z'])
      .close()
    return made.end().told
  }
  const whole = play(stage())
  test('whole, it is all there', () => {
    expect(whole.map(({ kind }) => kind)).toEqual([
      'ftp-session',
      'service',
      'service',
      'service',
      'ftp-session',
      'service',
    ])
  })
  test('in any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 }),
        (sizes) => {
          let i = 0
          const cut = (bytes: Uint8Array) => {
            const pieces: Uint8Array[] = []
            for (let at = 0; at < bytes.length; ) {
              const size = sizes[i++ % sizes.length] ?? 1
              pieces.push(bytes.slice(at, at + size))
              at += size
            }
            return pieces
          }
          expect(play(stage({}, cut))).toEqual(whole)
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('the facts of a server are those that were seen', () => {
  const made = session([
    ...anonymous,
    '> MKD x',
    '< 257 made',
    '> AUTH TLS',
    '< 502 no',
    '> FEAT',
    '< 211-F',
    '<  UTF8',
    '< 211 End',
  ])
  const [service] = made.services()
  expect(service).toMatchObject({
    recognition: 'ftp',
    banner: 'ready',
    ftp: {
      anonymous: 'yes',
      clearLoginAnonymous: 'yes',
      clearLoginAccounts: 'unknown',
      writable: 'proved',
      explicitTls: 'no',
      implicitTls: 'no',
      tlsRequired: 'no',
      bounce: 'unknown',
      passiveAddress: 'unknown',
      features: ['UTF8'],
      files: null,
    },
  })
  expect(service?.ftp?.checks.filter(({ answer }) => answer === 'unknown').length).toBeGreaterThan(
    10,
  )
  for (const { lines } of service?.ftp?.checks ?? [])
    for (const n of lines) expect(service?.ftp?.transcript[n - 1]).toMatchObject({ n })
})
