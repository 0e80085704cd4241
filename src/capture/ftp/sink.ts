/**
 * FTP in a stream of TCP connections: which of them are control connections, on whatever port, what was said on them, and
 * which others carry their data. Everything else is let go of as early as its bytes allow.
 */
import type { FtpSession, Observation } from '../../model/observation.ts'
import { parseClientHello } from '../../protocols/tls/client-hello.ts'
import { serviceTable } from '../services.ts'
import type { CloseReason, Side, StreamSink, Tcp } from '../stream.ts'
import { channelTable } from './channels.ts'
import type { Control } from './control.ts'
import { controls } from './controls.ts'
import { closeData, type Data, isSettled, loseData, takeData } from './data-channel.ts'
import { type Guessing, guessingCount } from './guessing.ts'
import { latin1 } from './latin1.ts'
import { type FtpLimits, type FtpOptions, ftpLimits, guessingDefault } from './options.ts'
import { newSha256 } from './sha256.ts'
import { beginsOtherwise, clientSays, middleSays, serverSays } from './sniff.ts'

/** The first bytes of a connection that may yet be FTP's. */
interface Sniffing {
  readonly kind: 'sniffing'
  readonly tcp: Tcp<FtpFlow>
  /** Null where nobody saw who opened it, or its first bytes are missing. */
  server: Side | null
  readonly texts: [string, string]
  /** Lines of each side that told nothing and are gone. */
  readonly gone: [number, number]
  chunks: { readonly side: Side; readonly bytes: Uint8Array }[]
}

/** A ClientHello that is not whole. */
interface Hello {
  readonly kind: 'hello'
  readonly tcp: Tcp<FtpFlow>
  readonly server: Side
  readonly bytes: Uint8Array
}

export type FtpFlow = Control | Data | Sniffing | Hello | { readonly kind: 'ignored' }

export interface FtpSummary {
  /** Clients that guess passwords, by the rule of the options. */
  readonly guessing: readonly Guessing[]
  readonly sessions: number
  readonly controlConnections: number
  /** Let go of to stay within the limits: connections not decided, and sessions told of before their end. */
  readonly letGo: { readonly undecided: number; readonly sessions: number; readonly data: number }
}

export interface FtpSink extends StreamSink<FtpFlow> {
  /** Nothing more will come: emits what still waits for something. Call once, after the last `close`. */
  finish(): void
  /** As far as it was seen until now. */
  summary(): FtpSummary
  /** Sessions that go on, as far as they have come. */
  active(): readonly FtpSession[]
}

export function ftpSink(
  emit: (observation: Observation) => void,
  options: FtpOptions = {},
): FtpSink {
  const limits: FtpLimits = { ...ftpLimits, ...options.limits }
  const guessing = guessingCount({ ...guessingDefault, ...options.guessing }, limits.remembered)
  const services = serviceTable(emit, limits)
  const newHash = options.fileHashes === 'off' ? null : (options.newHash ?? newSha256)
  const channels = channelTable(limits, newHash)
  const control = controls({
    emit,
    limits,
    services,
    guessing,
    channels,
    document: options.document ?? null,
    servers: options.servers ?? 'with-sessions',
  })
  const undecided = new Set<Sniffing | Hello>()
  let letGo = 0

  const ignore = (tcp: Tcp<FtpFlow>): 'skip' => {
    tcp.state = ignored
    return 'skip'
  }
  const hold = (flow: Sniffing | Hello): 'more' => {
    flow.tcp.state = flow
    undecided.add(flow)
    if (undecided.size > limits.sniffing) {
      const [oldest] = undecided
      if (oldest !== undefined) {
        undecided.delete(oldest)
        // It may have turned out to carry data meanwhile.
        if (oldest.tcp.state === oldest) ignore(oldest.tcp)
        letGo++
      }
    }
    return 'more'
  }

  /** The first bytes of a connection: nearly all of them are let go of here. */
  const begin = (
    tcp: Tcp<FtpFlow>,
    side: Side,
    bytes: Uint8Array,
    time: number,
    packet: number,
  ): 'more' | 'skip' => {
    const server = control.serverOf(tcp)
    const isNamed = server !== null && control.isNamed(tcp, server)
    if (tcp.initiator !== null && server !== null && side !== server && isTls(bytes))
      return hello({ kind: 'hello', tcp, server, bytes: noBytes }, bytes, time, packet)
    if (server !== null && (isNamed || services.isFtp(tcp.ends[server]))) {
      tcp.state = control.start(tcp, server, tcp.initiator !== null, time)
      return control.take(tcp.state, side, bytes, time, packet)
    }
    if (beginsOtherwise(bytes[0] ?? 0)) return ignore(tcp)
    return sniff(
      {
        kind: 'sniffing',
        tcp,
        server: tcp.initiator === null ? null : server,
        texts: ['', ''],
        gone: [0, 0],
        chunks: [],
      },
      side,
      bytes,
      time,
      packet,
    )
  }

  const sniff = (
    flow: Sniffing,
    side: Side,
    bytes: Uint8Array,
    time: number,
    packet: number,
  ): 'more' | 'skip' => {
    const { tcp, texts } = flow
    texts[side] += latin1(bytes)
    const server = judge(flow, side)
    if (server === 'never') {
      undecided.delete(flow)
      return ignore(tcp)
    }
    if (server === 'more') {
      const kept = Buffer.from(texts[side], 'latin1')
      // From the middle only the line under way is kept; where the start was seen, all that came, in its order.
      if (flow.server === null)
        flow.chunks = [...flow.chunks.filter((chunk) => chunk.side !== side), { side, bytes: kept }]
      else flow.chunks.push({ side, bytes: bytes.slice() })
      return hold(flow)
    }
    undecided.delete(flow)
    const started = control.start(tcp, server, flow.server !== null, time)
    tcp.state = started
    for (const chunk of flow.chunks)
      if (flow.server !== null || chunk.side !== side)
        control.take(started, chunk.side, chunk.bytes, time, packet)
    const rest = flow.server === null ? Buffer.from(texts[side], 'latin1') : bytes
    return control.take(started, side, rest, time, packet)
  }

  const hello = (flow: Hello, bytes: Uint8Array, time: number, packet: number): 'more' | 'skip' => {
    const { tcp, server } = flow
    undecided.delete(flow)
    const all = joined(flow.bytes, bytes)
    if (!isTls(all)) {
      tcp.state = undefined
      return begin(tcp, server === 0 ? 1 : 0, all, time, packet)
    }
    const parsed = parseClientHello(all)
    if (parsed === 'more') return hold({ ...flow, bytes: all.slice() })
    const said = parsed ?? { name: null, protocols: [] }
    const carriesFtp = said.protocols.includes('ftp')
    const isAsked = control.isNamed(tcp, server) || services.isFtp(tcp.ends[server])
    if (!carriesFtp && !isAsked) return ignore(tcp)
    const started = control.start(tcp, server, true, time)
    tcp.state = started
    return control.takeHello(started, said, time, packet)
  }

  return {
    open(tcp, time) {
      channels.open(tcp, time)
    },
    data(tcp, side, bytes, time, packet) {
      const flow = tcp.state
      if (flow === undefined)
        return bytes.length === 0 ? 'more' : begin(tcp, side, bytes, time, packet)
      switch (flow.kind) {
        case 'ignored':
          return 'skip'
        case 'data':
          if (flow.side === null) channels.carry(flow)
          carried(flow, side, bytes)
          return isSettled(flow) ? 'skip' : 'more'
        case 'control':
          return control.take(flow, side, bytes, time, packet)
        case 'sniffing':
          return sniff(flow, side, bytes, time, packet)
        case 'hello':
          return side === flow.server ? ignore(tcp) : hello(flow, bytes, time, packet)
      }
    },
    lost(tcp, side, bytes, time) {
      const flow = tcp.state
      if (flow === undefined) {
        const server = control.serverOf(tcp)
        if (server === null || !control.isNamed(tcp, server))
          hold({ kind: 'sniffing', tcp, server: null, texts: ['', ''], gone: [0, 0], chunks: [] })
        else {
          const started = control.start(tcp, server, false, time)
          tcp.state = started
          control.lose(started, side, bytes)
        }
        return
      }
      switch (flow.kind) {
        case 'control':
          return control.lose(flow, side, bytes)
        case 'data':
          if (flow.side === null) channels.carry(flow)
          return loseData(flow, side, bytes)
        case 'sniffing':
          flow.server = null
          flow.texts[side] = ''
          flow.chunks = flow.chunks.filter((chunk) => chunk.side !== side)
          return
        case 'hello':
          undecided.delete(flow)
          ignore(tcp)
          return
        case 'ignored':
          return
      }
    },
    close(tcp, reason, time) {
      channels.close(tcp, reason)
      const flow = tcp.state
      if (flow === undefined) return
      switch (flow.kind) {
        case 'control':
          return control.close(flow, reason, time)
        case 'data':
          return closed(flow, reason)
        case 'sniffing':
        case 'hello':
          undecided.delete(flow)
          return
        case 'ignored':
          return
      }
    },
    finish: () => control.finish(),
    active: () => control.active(),
    summary: () => ({
      guessing: guessing.found(),
      sessions: control.sessions,
      controlConnections: control.started,
      letGo: {
        undecided: letGo + control.letGo.undecided,
        sessions: control.letGo.sessions,
        data: channels.letGo,
      },
    }),
  }

  /** What a listing keeps is counted with the session that asked for it. */
  function carried(data: Data, side: Side, bytes: Uint8Array): void {
    const before = data.listing?.length ?? 0
    takeData(data, side, bytes)
    const [owner] = data.carries
    if (data.listing === null || data.listing.length === before) return
    if (owner === undefined || owner.emitted) data.listing = null
    else control.keep(owner, data.listing.length - before)
  }

  function closed(data: Data, reason: CloseReason): void {
    closeData(data, reason)
    channels.forget(data)
    for (const [i, owner] of data.carries.entries())
      control.dataClosed(owner, data, data.channels[i] ?? -1)
  }
}

const ignored = { kind: 'ignored' } as const
const noBytes = new Uint8Array()

/** Which side is the server's, as far as the text so far tells. */
function judge({ server, texts, gone }: Sniffing, side: Side): Side | 'more' | 'never' {
  const other = side === 0 ? 1 : 0
  if (server === null) {
    const said = middleSays(texts[side], gone[side])
    if (said.kind === 'never') return 'never'
    texts[side] = texts[side].slice(said.drop)
    if (said.kind !== 'more') return said.kind === 'server' ? side : other
    gone[side] = said.lines
    return 'more'
  }
  const said = side === server ? serverSays(texts[side]) : clientSays(texts[side])
  if (said === 'reply' || said === 'command') return server
  return said === 'more' ? 'more' : 'never'
}

/** The head of a handshake record. */
const isTls = (bytes: Uint8Array): boolean => bytes[0] === 22 && (bytes[1] ?? 3) === 3

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
