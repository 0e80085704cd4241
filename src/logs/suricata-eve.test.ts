/** Events in the form of https://docs.suricata.io/en/latest/output/eve/eve-json-format.html: documented, not recorded. */
import { describe, expect, test } from 'vitest'
import { line, readText, written } from './read.test.data.ts'

const control = {
  flow_id: 586497171462735,
  in_iface: 'eth0',
  src_ip: '198.51.100.7',
  src_port: 50_001,
  dest_ip: '192.0.2.21',
  dest_port: 2121,
  proto: 'TCP',
}
const at = (second: number) => `2026-11-21T10:00:${String(second).padStart(2, '0')}.250000+0100`
const event = (second: number, type: string, more: object, ends: object = control) => ({
  timestamp: at(second),
  ...ends,
  event_type: type,
  ...more,
})
const canary = 'canary-7f3a-password'
const ftp = (second: number, command: string | undefined, more: object) =>
  event(second, 'ftp', { ftp: { command, reply_received: 'yes', ...more } })

const greeting = ftp(0, undefined, { completion_code: ['220'], reply: ['(vsFTPd 3.0.3)'] })
const user = (name: string) =>
  ftp(1, 'USER', {
    command_data: name,
    completion_code: ['331'],
    reply: ['Please specify the password.'],
  })
const pass = ftp(2, 'PASS', {
  command_data: canary,
  completion_code: ['230'],
  reply: ['Login successful.'],
})
const pasv = ftp(3, 'PASV', {
  completion_code: ['227'],
  reply: ['Entering Passive Mode (192,0,2,21,195,80).'],
  dynamic_port: 50_000,
  mode: 'passive',
})
const retr = ftp(4, 'RETR', {
  command_data: 'report.pdf',
  completion_code: ['150', '226'],
  reply: [
    'Opening BINARY mode data connection for report.pdf (118196 bytes).',
    'Transfer complete.',
  ],
})
const data = {
  flow_id: 1_000_000_000_000_007,
  src_ip: '192.0.2.21',
  src_port: 50_000,
  dest_ip: '198.51.100.7',
  dest_port: 50_002,
  proto: 'TCP',
}
const sha256 = 'ab'.repeat(32)
const fileinfo = (more: object = {}) =>
  event(
    4,
    'fileinfo',
    {
      app_proto: 'ftp-data',
      fileinfo: {
        filename: 'report.pdf',
        gaps: false,
        state: 'CLOSED',
        sha256,
        stored: false,
        size: 118_196,
        tx_id: 0,
        ...more,
      },
    },
    data,
  )
const ftpData = event(
  4,
  'ftp_data',
  { ftp_data: { filename: 'report.pdf', command: 'RETR' } },
  data,
)
const flow = event(9, 'flow', {
  app_proto: 'ftp',
  flow: {
    pkts_toserver: 12,
    pkts_toclient: 11,
    bytes_toserver: 740,
    bytes_toclient: 1480,
    start: at(0),
    end: at(8),
    age: 8,
    state: 'closed',
    reason: 'timeout',
    alerted: false,
  },
  tcp: {
    tcp_flags: '1b',
    tcp_flags_ts: '1b',
    tcp_flags_tc: '1b',
    syn: true,
    fin: true,
    psh: true,
    ack: true,
  },
})
const eve = (...events: object[]) => events.map((one) => JSON.stringify(one)).join('\n')

test('the events of one connection are one session, without the password', () => {
  const text = eve(greeting, user('anonymous'), pass, pasv, retr, ftpData, fileinfo(), flow)
  expect(text).toContain(canary)
  const all = readText(text)
  const { format, sessions, flows, services, gaps, summary } = all
  expect(format).toBe('suricata-eve')
  expect(gaps).toEqual([])
  expect(summary).toMatchObject({ lines: 8, bad: 0, skipped: 0 })
  expect(flows.map(line)).toEqual([
    'suricata 198.51.100.7:50001>192.0.2.21:2121 tcp 23p 2220b accept by src',
  ])
  expect(services).toMatchObject([
    { port: 2121, recognition: 'ftp', protocol: 'ftp', ftp: { anonymous: 'yes' } },
    { port: 2121, recognition: 'ftp', protocol: 'ftp', ftp: null },
  ])
  expect(sessions).toMatchObject([
    {
      server: { port: 2121, product: { name: 'vsftpd', version: '3.0.3' } },
      start: Date.parse('2026-11-21T09:00:00.250Z'),
      end: Date.parse('2026-11-21T09:00:08.250Z'),
      startSeen: true,
      endSeen: true,
      directions: 'both',
      encrypted: 'no',
      opaqueFrom: null,
      banner: '(vsFTPd 3.0.3)',
      users: ['anonymous'],
      logins: { ok: 1, failed: 0 },
      anonymous: true,
      authTls: false,
      commands: { USER: 1, PASS: 1, PASV: 1, RETR: 1, '*': 0 },
      signs: [],
      dataChannels: [{ mode: 'passive', command: 'RETR', bytes: 118_196, outcome: '226' }],
      files: [{ name: 'report.pdf', bytes: 118_196, complete: true, category: 'pdf', sha256 }],
    },
  ])
  expect(sessions[0]?.dataChannels?.map(({ announced }) => written(announced))).toEqual([
    '192.0.2.21:50000',
  ])
  expect(JSON.stringify(all)).not.toContain(canary)
})

test('an account in clear has its sign; a failed login counts', () => {
  const failed = ftp(2, 'PASS', {
    command_data: canary,
    completion_code: ['530'],
    reply: ['Login incorrect.'],
  })
  const { sessions } = readText(eve(user('alice'), failed))
  expect(sessions).toMatchObject([
    {
      users: ['alice'],
      logins: { ok: 0, failed: 1 },
      signs: ['clear-text-login'],
      startSeen: false,
    },
  ])
})

test('TLS on the connection of FTP ends what can be read, and is no service of its own', () => {
  const auth = ftp(1, 'AUTH', {
    command_data: 'TLS',
    completion_code: ['234'],
    reply: ['Proceed.'],
  })
  const tls = event(2, 'tls', {
    tls: {
      subject: 'CN=ftp.example.org',
      issuerdn: 'CN=ca',
      sni: 'ftp.example.org',
      version: 'TLS 1.2',
    },
  })
  const { sessions, services } = readText(eve(greeting, auth, tls))
  expect(services).toMatchObject([{ protocol: 'ftp', ftp: { explicitTls: 'yes' } }])
  expect(sessions).toMatchObject([
    {
      encrypted: 'from-auth',
      opaqueFrom: Date.parse('2026-11-21T09:00:02.250Z'),
      authTls: true,
      users: [],
    },
  ])
})

test('TLS by itself is undecided', () => {
  const tls = event(2, 'tls', {
    tls: { subject: 'CN=a', issuerdn: 'CN=ca', sni: 'a.example.org', version: 'TLSv1' },
  })
  expect(readText(eve(tls)).services).toMatchObject([
    { recognition: 'undecided', protocol: 'tls', tls: { version: 'TLSv1', subject: 'CN=a' } },
  ])
})

test('unless ALPN says ftp', () => {
  const tls = event(2, 'tls', { tls: { version: 'TLS 1.3', server_alpns: ['ftp'] } })
  expect(readText(eve(tls)).services).toMatchObject([{ recognition: 'ftp', protocol: 'ftp' }])
})

describe('files', () => {
  test.each([
    { name: 'gaps', more: { gaps: true } },
    { name: 'a cut', more: { state: 'TRUNCATED' } },
    { name: 'a hash that is none', more: { sha256: 'xyz' } },
  ])('no hash with $name', ({ more }) => {
    const { sessions } = readText(eve(pasv, retr, fileinfo(more)))
    expect(sessions[0]?.files).toMatchObject([{ sha256: null }])
  })

  test('of a session that is not in the log are told by a gap', () => {
    const { sessions, gaps } = readText(eve(fileinfo(), ftpData))
    expect(sessions).toEqual([])
    expect(gaps).toEqual(['files-without-sessions'])
  })
})

describe('flows', () => {
  const flowWith = (more: object, tcp: object = {}) =>
    readText(eve({ ...flow, ...more, tcp: { ...flow, ...tcp } })).flows[0]
  test.each([
    {
      name: 'no answer',
      tcp: { tcp_flags_ts: '02', tcp_flags_tc: '00' },
      action: 'unknown',
      initiator: 'src',
    },
    {
      name: 'reset',
      tcp: { tcp_flags_ts: '02', tcp_flags_tc: '14' },
      action: 'reject',
      initiator: 'src',
    },
    {
      name: 'from the middle',
      tcp: { tcp_flags_ts: '18', tcp_flags_tc: '18' },
      action: 'unknown',
      initiator: 'unknown',
    },
  ])('$name', ({ tcp, action, initiator }) => {
    expect(flowWith({}, tcp)).toMatchObject({ action, initiator })
  })
  test('ids beyond what a number holds stay apart', () => {
    const first = eve(user('a')).replace('586497171462735', '18446744073709551614')
    const second = eve(user('b')).replace('586497171462735', '18446744073709551615')
    expect(readText(`${first}\n${second}`).sessions.map(({ users }) => users)).toEqual([
      ['a'],
      ['b'],
    ])
  })
  test.each([
    ['IPv6-ICMP', 'icmpv6', 58],
    ['OSPFIGP', 'other', 89],
    ['PIM', 'other', 103],
    ['253', 'other', 253],
  ])('the protocol %s', (proto, transport, protocol) => {
    const ends = { src_port: undefined, dest_port: undefined }
    expect(flowWith({ proto, ...ends })).toMatchObject({ transport, protocol })
  })
  test('what else stands in a log of Suricata is passed over, whatever it has or lacks', () => {
    const others = [
      event(1, 'alert', { alert: { signature: 'ET SCAN', category: '' }, app_proto: 'ftp' }),
      event(1, 'anomaly', { anomaly: { type: 'decode', event: 'ipv4.trunc_pkt' } }, {}),
      event(1, 'stats', { stats: { uptime: 1 } }, {}),
      event(1, 'netflow', { netflow: { pkts: 1 } }),
      event(1, 'http', { http: { hostname: 'a' } }),
      event(1, 'fileinfo', { app_proto: 'http', fileinfo: { filename: '/a' } }),
      event(1, 'drop', { drop: { len: 60 } }),
    ]
    const { summary, gaps, sessions } = readText(eve(flow, ...others))
    expect(summary).toMatchObject({ understood: 1, skipped: others.length, bad: 0 })
    expect([gaps, sessions]).toEqual([[], []])
  })
  test('other protocols and events', () => {
    expect(flowWith({ proto: 'UDP' })).toMatchObject({ transport: 'udp', protocol: 17 })
    const { summary } = readText(
      eve(flow, event(1, 'stats', { stats: {} }), event(1, 'dns', { dns: {} })),
    )
    expect(summary).toMatchObject({ understood: 1, skipped: 2, bad: 0 })
  })
})

test('a line that is no event is bad and has no sample', () => {
  const { summary } = readText(
    `${eve(pass)}\n{"event_type":"ftp","ftp":{"command":"PASS","command_data":"${canary}\n`,
  )
  expect(summary).toMatchObject({ bad: 1, samples: [{ reason: 'broken-json', sample: null }] })
})
