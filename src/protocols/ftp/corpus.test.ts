import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeShared } from '../../../test/shared.ts'
import { type Address, parseAddress } from '../../model/address.ts'
import { commandStart, readCommands } from './command.ts'
import { type Turn, turnOf, type View } from './conversation.ts'
import { recognise } from './recognition.ts'
import { readReplies, replyStart } from './reply.ts'
import { stepSession } from './session.ts'
import { sessionStart } from './session-state.ts'
import { wireOf } from './wire.ts'

const whole: View = { directions: 'both', startSeen: true }

describeShared('sessions recorded by others', (folder) => {
  const read = (file: string) =>
    [...conversations(readFileSync(join(folder, 'corpus/pcap', file)))].map(
      ({ turns, client, server }) => ({
        turns,
        recognition: recognise(turns, whole),
        session: turns.reduce(stepSession, sessionStart(whole, { client, server })),
      }),
    )

  test('every control connection is recognised', () => {
    for (const file of [
      'bruteforce.pcap',
      'ftp-auth-tls.pcap',
      'ipv4.pcap',
      'ipv6.pcap',
      'retr.pcap',
    ])
      for (const { recognition } of read(file))
        expect([file, recognition.verdict]).toEqual([file, 'ftp'])
  })

  test.each([
    { file: 'ipv4.pcap', channels: { '227': 2, PORT: 2 }, verbs: 'LIST RETR LIST RETR' },
    { file: 'ipv6.pcap', channels: { '229': 3, EPRT: 2 }, verbs: 'LIST NLST RETR RETR LIST' },
    { file: 'retr.pcap', channels: { '229': 1 }, verbs: 'RETR' },
  ])('every transfer of $file has its channel and its end', ({ file, channels, verbs }) => {
    const [{ session } = expect.fail('no session'), ...others] = read(file)
    expect(others).toEqual([])
    expect(session).toMatchObject({
      waiting: [],
      malformed: 0,
      signs: [],
      ended: 'quit',
      encrypted: 'no',
    })
    expect(session.logins).toMatchObject({ ok: 1, failed: 0, anonymous: true })
    expect(session.transfers.map(({ verb }) => verb).join(' ')).toBe(verbs)
    for (const [index, { complete, channel }] of session.transfers.entries())
      expect({ complete, channel }).toEqual({ complete: true, channel: index })
    const counts = Object.groupBy(session.channels, ({ by }) => by)
    expect(Object.fromEntries(Object.entries(counts).map(([by, of]) => [by, of.length]))).toEqual(
      channels,
    )
  })

  test('guessing is counted, and no password is kept', () => {
    const sessions = read('bruteforce.pcap').map(({ session }) => session)
    expect(sessions).toHaveLength(30)
    for (const { logins, commands, signs } of sessions) {
      expect(logins).toMatchObject({ ok: 0, failed: commands['PASS'] })
      expect(signs.map(({ sign }) => sign)).toEqual(['clear-text-login'])
    }
  })

  test('AUTH TLS hides the rest', () => {
    const [session] = read('ftp-auth-tls.pcap').map((one) => one.session)
    expect(session).toMatchObject({
      encrypted: 'from-auth',
      authTls: true,
      authOffered: 'yes',
      malformed: 0,
    })
    expect(session?.logins).toMatchObject({ ok: 0, failed: 0, users: [] })
    expect(session?.opaqueFrom).toBeGreaterThan(0)
  })
})

interface Conversation {
  readonly turns: Turn[]
  readonly client: Address | null
  readonly server: Address | null
}

/** Control connections to port 21 of a small, whole, ordered capture of Ethernet or raw IP. */
function conversations(file: Buffer): Iterable<Conversation> {
  const at = (offset: number) =>
    file.readUInt32BE(0) === 0xa1b2c3d4 ? file.readUInt32BE(offset) : file.readUInt32LE(offset)
  const found = new Map<
    string,
    Conversation & { take: (ofClient: boolean, sequence: number, payload: Buffer) => void }
  >()
  for (let offset = 24; offset + 16 <= file.length; offset += 16 + at(offset + 8)) {
    const frame = file.subarray(offset + 16, offset + 16 + at(offset + 8))
    const packet =
      at(20) === 1 ? frame.subarray(frame.readUInt16BE(12) === 0x8100 ? 18 : 14) : frame
    const isIp6 = (packet[0] ?? 0) >> 4 === 6
    const length = isIp6 ? 40 + packet.readUInt16BE(4) : packet.readUInt16BE(2)
    const segment = packet.subarray(isIp6 ? 40 : ((packet[0] ?? 0) & 15) * 4, length)
    const [from, to] = isIp6
      ? [ip6(packet.subarray(8, 24)), ip6(packet.subarray(24, 40))]
      : [[...packet.subarray(12, 16)].join('.'), [...packet.subarray(16, 20)].join('.')]
    const [source, target] = [segment.readUInt16BE(0), segment.readUInt16BE(2)]
    const ofClient = target === 21
    if (!ofClient && source !== 21) continue
    const key = ofClient ? `${from} ${source}` : `${to} ${target}`
    const one = found.get(key) ?? opened(ofClient ? from : to, ofClient ? to : from)
    found.set(key, one)
    one.take(ofClient, segment.readUInt32BE(4), segment.subarray(((segment[12] ?? 0) >> 4) * 4))
  }
  return found.values()
}

const ip6 = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':')

function opened(client: string, server: string) {
  const turns: Turn[] = []
  let [commands, replies, opaque] = [commandStart, replyStart, false]
  const seen = new Set<string>()
  const take = (ofClient: boolean, sequence: number, payload: Buffer): void => {
    if (payload.length === 0 || seen.has(`${ofClient} ${sequence}`)) return
    seen.add(`${ofClient} ${sequence}`)
    if (opaque || (payload[0] === 0x16 && payload[1] === 3)) {
      turns.push({ kind: 'tls', from: ofClient ? 'client' : 'server' })
      opaque = true
    } else if (ofClient) {
      const step = readCommands(commands, wireOf(payload))
      commands = step.state
      for (const command of step.commands) turns.push({ kind: 'command', command })
    } else {
      const step = readReplies(replies, wireOf(payload))
      replies = step.state
      turns.push(...step.outcomes.map(turnOf))
    }
  }
  return { turns, take, client: parseAddress(client) ?? null, server: parseAddress(server) ?? null }
}
