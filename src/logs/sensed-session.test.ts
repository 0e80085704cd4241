/** Rows and events in the vendors' documented forms, not recorded. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bareContext, readBytes, readText } from './read.test.data.ts'
import { openLog } from './read.ts'

const canary = 'canary7f3aPassword'
const zeekFields =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p user password command arg reply_code reply_msg'
const zeekRow = (uid: string, command: string, port = 50_001, seconds = 1_795_251_600) =>
  [
    seconds,
    uid,
    '198.51.100.7',
    port,
    '192.0.2.21',
    21,
    'alice',
    canary,
    command,
    '-',
    230,
    'ok',
  ].join('\t')
const zeekText = (...rows: readonly string[]) =>
  `#separator \\x09\n#path\tftp\n#fields\t${zeekFields.replaceAll(' ', '\t')}\n${rows.join('\n')}\n`
const zeekJson = (command: string) =>
  JSON.stringify({
    ts: 1_795_251_600,
    uid: 'C1',
    'id.orig_h': '198.51.100.7',
    'id.orig_p': 50_001,
    'id.resp_h': '192.0.2.21',
    'id.resp_p': 21,
    user: 'alice',
    password: canary,
    command,
    arg: canary,
    reply_code: 230,
  })
const eveLine = (command: string) =>
  JSON.stringify({
    timestamp: '2026-11-21T10:00:00.000000+0000',
    flow_id: 1,
    event_type: 'ftp',
    src_ip: '198.51.100.7',
    src_port: 50_001,
    dest_ip: '192.0.2.21',
    dest_port: 21,
    proto: 'TCP',
    ftp: {
      command,
      command_data: canary,
      completion_code: ['230'],
      reply: ['ok'],
      reply_received: 'yes',
    },
  })

describe('the password is nowhere', () => {
  const texts = [
    {
      format: 'zeek-ftp',
      name: 'Zeek TSV',
      text: zeekText(zeekRow('C1', 'PASS'), zeekRow('C1', 'SITE')),
    },
    ...['PASS', 'pass', 'ACCT', 'ADAT', canary, ''].flatMap((command) => [
      { format: 'zeek-ftp', name: `Zeek JSON ${command}`, text: zeekJson(command) },
      { format: 'suricata-eve', name: `EVE ${command}`, text: eveLine(command) },
    ]),
  ]
  test.each(texts)('$name', ({ text, format }) => {
    const all = readText(text, {}, { format })
    expect(text).toContain(canary)
    expect(JSON.stringify(all)).not.toContain(canary)
    expect(all.sessions.length).toBe(1)
  })

  test('nor where a byte of the line is another, or the line is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(2000),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        ({ text, format }, place, byte, isCut) => {
          const bytes = Buffer.from(text)
          const at = place % bytes.length
          bytes[at] = byte
          const all = readBytes(isCut ? bytes.subarray(0, at) : bytes, {}, { format })
          expect(JSON.stringify(all)).not.toContain(canary)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

describe('open sessions', () => {
  const count = ({ sessions }: ReturnType<typeof readText>) => sessions.length

  test('are bounded: the one that was silent longest is told first', () => {
    const rows = Array.from({ length: 20_050 }, (_, i) => zeekRow(`C${i}`, 'NOOP', 1024 + i))
    const log = openLog(bareContext)
    const ports = [...log.push(Buffer.from(zeekText(...rows))), ...log.idle(0)].flatMap((event) =>
      event.kind === 'observations'
        ? event.observations.flatMap((one) =>
            one.kind === 'ftp-session' ? [one.session.client.port] : [],
          )
        : [],
    )
    expect(ports).toEqual(Array.from({ length: 50 }, (_, i) => 1024 + i))
  })

  test('a growing log tells those that are silent for a quarter of an hour', () => {
    const log = openLog(bareContext)
    log.push(
      Buffer.from(zeekText(zeekRow('C1', 'NOOP'), zeekRow('C2', 'NOOP', 50_002, 1_795_252_000))),
    )
    const told = log.idle((1_795_251_600 + 1000) * 1000)
    const observations = told.flatMap((event) =>
      event.kind === 'observations' ? event.observations : [],
    )
    expect(observations).toMatchObject([
      { kind: 'ftp-session', session: { client: { port: 50_001 } } },
      { kind: 'service' },
    ])
    expect(log.idle((1_795_251_600 + 1000) * 1000)).toEqual([])
  })

  test('thousands of commands of one session keep few places', () => {
    const all = readText(zeekText(...Array.from({ length: 5000 }, () => zeekRow('C1', 'NOOP'))))
    expect(count(all)).toBe(1)
    const [session] = all.observations
    if (session?.kind !== 'ftp-session') throw new Error('a session is wanted')
    expect(session.at.length).toBe(16)
    expect(session.at[0]?.line).toBe(4)
    expect(session.at.at(-1)?.line).toBe(5003)
    expect(session.session.commands).toEqual({ NOOP: 5000 })
  })
})
