/**
 * Rows in the form of https://docs.zeek.org/en/master/logs/ (conn, ftp, files, ssl), with addresses for documentation:
 * documented, not recorded.
 */
import { describe, expect, test } from 'vitest'
import { line, readText, written } from './read.test.data.ts'
import { noCompanions } from './read-companions.ts'

type Values = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

/** As Zeek's ASCII writer does it. */
function tsv(path: string, fields: readonly string[], rows: readonly Values[]): string {
  const cell = (value: Values[string] | undefined): string => {
    if (value === null || value === undefined) return '-'
    if (value === '' || (Array.isArray(value) && value.length === 0)) return '(empty)'
    if (typeof value === 'boolean') return value ? 'T' : 'F'
    return Array.isArray(value) ? value.join(',') : String(value)
  }
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    '#open\t2026-11-21-09-00-00',
    `#fields\t${fields.join('\t')}`,
    `#types\t${fields.map(() => 'string').join('\t')}`,
    ...rows.map((row) => fields.map((field) => cell(row[field])).join('\t')),
    '#close\t2026-11-21-10-00-00',
    '',
  ].join('\n')
}
const json = (_path: string, _fields: readonly string[], rows: readonly Values[]): string =>
  rows
    .map((row) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
    )
    .join('\n')
const forms = [
  { form: 'TSV', write: tsv },
  { form: 'JSON', write: json },
]

const control = {
  'id.orig_h': '198.51.100.7',
  'id.orig_p': 50_001,
  'id.resp_h': '192.0.2.21',
  'id.resp_p': 2121,
}
const connFields = [
  ...['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'service'],
  ...['duration', 'orig_bytes', 'resp_bytes', 'conn_state', 'local_orig', 'local_resp'],
  ...['missed_bytes', 'history', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes'],
  'tunnel_parents',
]
const conn: Values = {
  ts: 1_795_251_600.25,
  uid: 'CcontrolUid01',
  ...control,
  proto: 'tcp',
  service: 'ftp',
  duration: 12.5,
  orig_bytes: 100,
  resp_bytes: 900,
  conn_state: 'SF',
  local_orig: false,
  local_resp: true,
  missed_bytes: 0,
  history: 'ShAdDafF',
  orig_pkts: 12,
  orig_ip_bytes: 740,
  resp_pkts: 11,
  resp_ip_bytes: 1480,
  tunnel_parents: null,
}
const ftpFields = [
  ...['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'user', 'password'],
  ...['command', 'arg', 'mime_type', 'file_size', 'reply_code', 'reply_msg'],
  ...['data_channel.passive', 'data_channel.orig_h', 'data_channel.resp_h', 'data_channel.resp_p'],
  'fuid',
]
const canary = 'canary-7f3a-password'
const ftp = (seconds: number, command: string, more: Values = {}): Values => ({
  ts: 1_795_251_600 + seconds,
  uid: 'CcontrolUid01',
  ...control,
  user: 'anonymous',
  password: canary,
  command,
  ...more,
})
const pasv = ftp(2, 'PASV', {
  reply_code: 227,
  reply_msg: 'Entering Passive Mode (192,0,2,21,195,80).',
  'data_channel.passive': true,
  'data_channel.orig_h': '198.51.100.7',
  'data_channel.resp_h': '192.0.2.21',
  'data_channel.resp_p': 50_000,
})
const retr = ftp(3, 'RETR', {
  arg: 'ftp://192.0.2.21/pub/report.pdf',
  mime_type: 'application/pdf',
  file_size: 118_196,
  reply_code: 226,
  reply_msg: 'Transfer complete.',
  fuid: 'FfileUid01',
})
const fileFields = [
  ...['ts', 'fuid', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'source', 'depth'],
  ...['analyzers', 'mime_type', 'filename', 'duration', 'local_orig', 'is_orig', 'seen_bytes'],
  ...['total_bytes', 'missing_bytes', 'overflow_bytes', 'timedout', 'parent_fuid', 'md5', 'sha1'],
  ...['sha256', 'extracted'],
]
const sha256 = 'ab'.repeat(32)
const file: Values = {
  ts: 1_795_251_603,
  fuid: 'FfileUid01',
  uid: 'CdataUid01',
  'id.orig_h': '198.51.100.7',
  'id.orig_p': 50_002,
  'id.resp_h': '192.0.2.21',
  'id.resp_p': 50_000,
  source: 'FTP_DATA',
  depth: 0,
  analyzers: ['SHA256'],
  mime_type: 'application/pdf',
  seen_bytes: 118_196,
  missing_bytes: 0,
  overflow_bytes: 0,
  timedout: false,
  sha256,
}
const sslFields = [
  ...['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'version', 'cipher'],
  ...['curve', 'server_name', 'resumed', 'last_alert', 'next_protocol', 'established', 'subject'],
]
const ssl: Values = {
  ts: 1_795_251_602,
  uid: 'CcontrolUid01',
  ...control,
  version: 'TLSv13',
  cipher: 'TLS_AES_256_GCM_SHA384',
  server_name: 'ftp.example.org',
  resumed: false,
  established: true,
}

describe.each(forms)('conn.log as $form', ({ write }) => {
  test('a flow of both directions, and the service that was recognised', () => {
    const { format, flows, services, gaps, coverage } = readText(write('conn', connFields, [conn]))
    expect(format).toBe('zeek-conn')
    expect(gaps).toEqual([])
    expect(flows.map(line)).toEqual([
      'zeek 198.51.100.7:50001>192.0.2.21:2121 tcp 23p 2220b accept by src',
    ])
    expect(flows[0]).toMatchObject({
      start: 1_795_251_600_250,
      end: 1_795_251_612_750,
      sampled: null,
    })
    expect(services).toMatchObject([
      { port: 2121, recognition: 'ftp', protocol: 'ftp', seen: 1_795_251_600_250 },
    ])
    expect(coverage).toMatchObject([{ complete: false }])
  })

  test.each([
    { state: 'S0', action: 'unknown', by: 'src' },
    { state: 'REJ', action: 'reject', by: 'src' },
    { state: 'RSTR', action: 'accept', by: 'src' },
    { state: 'OTH', action: 'unknown', by: 'unknown' },
  ])('$state: $action, begun by $by', ({ state, action, by }) => {
    const { flows } = readText(write('conn', connFields, [{ ...conn, conn_state: state }]))
    expect(flows).toMatchObject([{ action, initiator: by }])
  })

  test('what is not FTP on port 21 has its name; what is unset is null', () => {
    const row = { ...conn, 'id.resp_p': 21, service: 'ssh', duration: null }
    const bare = { orig_bytes: null, resp_bytes: null, orig_ip_bytes: null, resp_ip_bytes: null }
    const { flows, services } = readText(write('conn', connFields, [{ ...row, ...bare }]))
    expect(services).toMatchObject([{ port: 21, recognition: 'not-ftp', protocol: 'ssh' }])
    expect(flows).toMatchObject([{ bytes: null, end: 1_795_251_600_250 }])
  })

  test.each([
    { service: 'ftp-data', told: [] },
    { service: 'gridftp-data,-ssl', told: [] },
    { service: 'ftp,ssl', told: ['ftp'] },
    { service: 'ssl,http', told: ['tls', 'http'] },
  ])('the service $service', ({ service, told }) => {
    const { services } = readText(write('conn', connFields, [{ ...conn, service }]))
    expect(services.map(({ protocol }) => protocol)).toEqual(told)
  })

  test('a transport that is neither, by its number', () => {
    const row = { ...conn, proto: 'unknown_transport', ip_proto: 89, service: null }
    const { flows, summary } = readText(write('conn', [...connFields, 'ip_proto'], [row]))
    expect(flows).toMatchObject([{ transport: 'other', protocol: 89 }])
    expect(summary.bad).toBe(0)
  })

  test('a service is told once a day', () => {
    const next = { ...conn, ts: 1_795_251_600 + 86_400 }
    const { services, flows } = readText(write('conn', connFields, [conn, conn, next]))
    expect(flows.length).toBe(3)
    expect(services.length).toBe(2)
  })

  test('ICMP: type and code are no ports', () => {
    const row = { ...conn, proto: 'icmp', 'id.orig_p': 8, 'id.resp_p': 0, service: null }
    expect(readText(write('conn', connFields, [row])).flows).toMatchObject([
      { transport: 'icmp', protocol: 1, src: { port: 0 }, dst: { port: 0 } },
    ])
  })
})

describe.each(forms)('ftp.log as $form', ({ write }) => {
  test('the rows of one connection are one session, without the password', () => {
    const text = write('ftp', ftpFields, [pasv, retr])
    expect(text).toContain(canary)
    const all = readText(text)
    const { format, sessions, gaps } = all
    expect(format).toBe('zeek-ftp')
    expect(gaps).toEqual([])
    expect(sessions).toMatchObject([
      {
        start: 1_795_251_602_000,
        end: 1_795_251_603_000,
        startSeen: false,
        endSeen: false,
        directions: 'both',
        lostBytes: null,
        encrypted: 'no',
        users: ['anonymous'],
        logins: null,
        anonymous: true,
        authTls: null,
        commands: { PASV: 1, RETR: 1 },
        signs: [],
        files: [
          {
            command: 'RETR',
            name: '/pub/report.pdf',
            bytes: 118_196,
            complete: true,
            type: 'application/pdf',
            category: 'pdf',
            sha256: null,
          },
        ],
      },
    ])
    const [session] = sessions
    if (!session) throw new Error('a session is wanted')
    expect([session.client, session.server].map(written)).toEqual([
      '198.51.100.7:50001',
      '192.0.2.21:2121',
    ])
    expect(
      session.dataChannels?.map(({ announced, ...rest }) => ({ ...rest, at: written(announced) })),
    ).toEqual([
      {
        mode: 'passive',
        at: '192.0.2.21:50000',
        actual: null,
        command: 'RETR',
        argument: '/pub/report.pdf',
        bytes: 118_196,
        complete: true,
        outcome: '226',
      },
    ])
    expect(JSON.stringify(all)).not.toContain(canary)
  })

  test('the connection, the file and TLS are told by the other logs of the call', () => {
    const companions = noCompanions()
    const context = { companions }
    readText(write('conn', connFields, [conn]), context)
    readText(write('files', fileFields, [file]), context)
    readText(write('ssl', sslFields, [ssl]), context)
    const { sessions } = readText(write('ftp', ftpFields, [pasv, retr]), context)
    expect(sessions).toMatchObject([
      {
        start: 1_795_251_600_250,
        end: 1_795_251_612_750,
        startSeen: true,
        endSeen: true,
        lostBytes: 0,
        encrypted: 'from-auth',
        opaqueFrom: 1_795_251_602_000,
        authTls: true,
        files: [{ bytes: 118_196, complete: true, sha256 }],
      },
    ])
  })

  test.each([
    { name: 'bytes missing', more: { missing_bytes: 10 } },
    { name: 'timed out', more: { timedout: true } },
    { name: 'longer than seen', more: { total_bytes: 200_000 } },
  ])('no hash of a file with $name', ({ more }) => {
    const context = { companions: noCompanions() }
    readText(write('files', fileFields, [{ ...file, ...more }]), context)
    const { sessions } = readText(write('ftp', ftpFields, [pasv, retr]), context)
    expect(sessions[0]?.files).toMatchObject([{ sha256: null }])
  })

  test('no hash where the server broke off, whatever the file looked like', () => {
    const context = { companions: noCompanions() }
    readText(write('files', fileFields, [file]), context)
    const broken = { ...retr, reply_code: 426, reply_msg: 'Connection closed.' }
    const { sessions } = readText(write('ftp', ftpFields, [pasv, broken]), context)
    expect(sessions[0]?.files).toMatchObject([{ complete: false, sha256: null }])
  })

  test('an account whose commands can be read logged in in clear; a stranger in PORT is a bounce', () => {
    const user = { user: 'alice' }
    const port = ftp(2, 'PORT', {
      ...user,
      arg: '203,0,113,9,0,25',
      reply_code: 200,
      reply_msg: 'ok',
    })
    const { sessions } = readText(write('ftp', ftpFields, [port, { ...retr, ...user }]))
    expect(sessions[0]?.users).toEqual(['alice'])
    expect(sessions[0]?.anonymous).toBe(false)
    expect([...(sessions[0]?.signs ?? [])].sort()).toEqual([
      'bounce',
      'clear-text-login',
      'privileged-port',
    ])
  })

  test('two connections are two sessions', () => {
    const other = { ...retr, uid: 'Cother', 'id.orig_p': 50_009 }
    const { sessions } = readText(write('ftp', ftpFields, [pasv, other, retr]))
    expect(sessions.map(({ client, commands }) => [client.port, commands])).toEqual([
      [50_009, { RETR: 1 }],
      [50_001, { PASV: 1, RETR: 1 }],
    ])
  })

  test('a refused command has no file; a file that is refused half way is not complete', () => {
    const refused = { ...retr, reply_code: 550, reply_msg: 'No such file.' }
    const broken = { ...retr, reply_code: 426, reply_msg: 'Connection closed.' }
    const { sessions } = readText(write('ftp', ftpFields, [refused, broken]))
    expect(sessions[0]?.files).toMatchObject([{ complete: false }])
    expect(sessions[0]?.anonymous).toBeNull()
  })
})

describe('files.log', () => {
  test('alone it cannot say whose files they are', () => {
    const http = { ...file, fuid: 'Fother', source: 'HTTP' }
    const { format, sessions, gaps, summary } = readText(tsv('files', fileFields, [file, http]))
    expect(format).toBe('zeek-files')
    expect(sessions).toEqual([])
    expect(gaps).toEqual(['files-without-sessions'])
    expect(summary).toMatchObject({ understood: 1, bad: 0 })
  })
})

describe.each(forms)('ssl.log as $form', ({ write }) => {
  test('TLS is undecided', () => {
    const { format, services } = readText(write('ssl', sslFields, [ssl]))
    expect(format).toBe('zeek-ssl')
    expect(services).toMatchObject([
      {
        port: 2121,
        recognition: 'undecided',
        protocol: 'tls',
        tls: { version: 'TLSv1.3', offers: { 'TLSv1.3': 'yes' }, cipher: 'TLS_AES_256_GCM_SHA384' },
        details: [['server name', 'ftp.example.org']],
      },
    ])
  })

  test.each([
    { name: 'nobody answered', more: { version: null, cipher: null, established: false } },
    { name: 'it is DTLS', more: { version: 'DTLSv12' } },
  ])('no service where $name, and no TLS in its session', ({ more }) => {
    const context = { companions: noCompanions() }
    const text = write('ssl', sslFields, [
      { ...ssl, ...more },
      { ...ssl, uid: 'Cother' },
    ])
    const { services, summary } = readText(text, context)
    expect(services).toHaveLength(1)
    expect(summary.bad).toBe(0)
    const { sessions } = readText(write('ftp', ftpFields, [pasv]), context)
    expect(sessions).toMatchObject([{ encrypted: 'no' }])
  })

  test('unless ALPN says ftp', () => {
    const { services } = readText(write('ssl', sslFields, [{ ...ssl, next_protocol: 'ftp' }]))
    expect(services).toMatchObject([{ recognition: 'ftp', protocol: 'ftp' }])
  })
})

describe('the form of the rows', () => {
  test('escapes, empty and unset values, other separators', () => {
    const text = tsv('ftp', ftpFields, [
      { ...retr, arg: 'ftp://192.0.2.21/./a\\x09\\xc5\\x82.txt', user: '', password: null },
    ])
    const { sessions } = readText(text)
    expect(sessions[0]?.files?.[0]?.name).toBe('a\tł.txt')
    expect(sessions[0]?.users).toBeNull()
    const semicolons = text
      .replace('#separator \\x09', '#separator \\x3b')
      .replaceAll('\t', ';')
      .replace('#separator;', '#separator ')
    expect(readText(semicolons).sessions).toEqual(sessions)
  })

  test('times of JSON as ISO 8601 and as milliseconds', () => {
    const iso = json('conn', connFields, [{ ...conn, ts: '2026-11-21T09:00:00.250000Z' }])
    const millis = json('conn', connFields, [{ ...conn, ts: 1_795_251_600_250 }])
    expect(readText(iso).flows[0]?.start).toBe(Date.parse('2026-11-21T09:00:00.250Z'))
    expect(readText(millis).flows[0]?.start).toBe(1_795_251_600_250)
  })

  test('a row with a field too many is bad and has no sample', () => {
    const text = tsv('ftp', ftpFields, [pasv, retr]).replace('Transfer complete.', 'x\ty')
    const { sessions, summary } = readText(text)
    expect(sessions.length).toBe(1)
    expect(summary.samples).toMatchObject([{ reason: 'wrong-number-of-fields', sample: null }])
  })

  test.each([
    { path: 'conn', fields: connFields, row: conn },
    { path: 'ftp', fields: ftpFields, row: retr },
    { path: 'files', fields: fileFields, row: file },
  ])('$path.log without its header is a named gap', ({ path, fields, row }) => {
    const rows = tsv(path, fields, [{ ...row, ts: '1795251600.250000', uid: 'CcontrolUid01x' }])
      .replace('FfileUid01', 'FfileUid01xyz')
      .split('\n')
      .filter((text) => !text.startsWith('#'))
    const { format, gaps, summary } = readText(rows.join('\n').repeat(2))
    expect(format).toBe('zeek-headless')
    expect(gaps[0]).toBe('log-header-missing')
    expect(summary.samples[0]).toMatchObject({ reason: 'no-fields-header', sample: null })
  })

  test('logs behind each other, each with its header', () => {
    const { 'id.orig_p': _, ...rest } = control
    const turned = [...connFields].reverse()
    const text =
      tsv('conn', connFields, [conn]) + tsv('conn', turned, [{ ...conn, ...rest, 'id.orig_p': 7 }])
    const { flows, summary } = readText(text)
    expect(flows.map(({ src }) => src.port)).toEqual([50_001, 7])
    expect(summary.bad).toBe(0)
  })

  test('a first row of JSON that leaves out a field', () => {
    const { command: _, ...bare } = retr
    expect(readText(json('ftp', ftpFields, [bare, retr])).format).toBe('zeek-ftp')
  })

  test('several logs in one stream', () => {
    const rows = [
      { _path: 'ftp', ...pasv },
      { _path: 'dns', ts: 1 },
      { _path: 'files', ...file },
      { _path: 'ftp', ...retr },
      { _path: 'conn', ...conn },
    ]
    const { format, sessions, flows, summary } = readText(json('', [], rows))
    expect(format).toBe('zeek-stream')
    expect(flows.length).toBe(1)
    expect(sessions).toMatchObject([{ startSeen: true, files: [{ sha256 }] }])
    expect(summary).toMatchObject({ skipped: 1, bad: 0 })
  })
})
