/** Connections made by hand and fed to the sink as reassembly would: who says what, in which order, cut where one likes. */
import { type Address, parseAddress } from '../../../model/address.ts'
import type { Endpoint, FtpSession, Observation } from '../../../model/observation.ts'
import type { Service } from '../../../model/service.ts'
import { encodeWire } from '../../../protocols/ftp/wire.ts'
import type { CloseReason, Side, Tcp } from '../../stream.ts'
import type { FtpOptions } from '../options.ts'
import { type FtpFlow, ftpSink } from '../sink.ts'

export interface Stage {
  readonly told: readonly Observation[]
  readonly sessions: () => readonly FtpSession[]
  readonly services: () => readonly Service[]
  readonly sink: ReturnType<typeof ftpSink>
  /** `10.0.0.1:4000`; `seen` says which sides' packets were captured, and whether from the SYN on. */
  connect(from: string, to: string, seen?: Seen): Wire
  /** Closes what is open and ends. */
  end(): Stage
}

export interface Seen {
  readonly start?: 'seen' | 'unseen'
  readonly sides?: 'both' | 'client' | 'server'
}

export interface Wire {
  readonly tcp: Tcp<FtpFlow>
  /** Of who opened it. */
  client(bytes: string | Uint8Array): Wire
  server(bytes: string | Uint8Array): Wire
  /** Lines of a conversation: `> USER bob` of the client, `< 331 …` of the server, `= client` a TLS record. */
  say(lines: readonly string[]): Wire
  lost(who: 'client' | 'server', bytes: number): Wire
  close(reason?: CloseReason): Wire
}

export type Cut = (bytes: Uint8Array) => readonly Uint8Array[]

export function stage(options: FtpOptions = {}, cut: Cut = (bytes) => [bytes]): Stage {
  const told: Observation[] = []
  const sink = ftpSink((observation) => told.push(observation), options)
  const wires = new Set<Wire>()
  let packet = 0
  let time = Date.UTC(2026, 10, 21, 9)
  const next = () => {
    packet++
    time += 10
  }
  const made: Stage = {
    told,
    sink,
    sessions: () => told.flatMap((one) => (one.kind === 'ftp-session' ? [one.session] : [])),
    services: () => told.flatMap((one) => (one.kind === 'service' ? [one.service] : [])),
    connect(from, to, { start = 'seen', sides = 'both' } = {}) {
      next()
      const bytes: [number, number] = [0, 0]
      const packets: [number, number] = [sides === 'server' ? 0 : 1, sides === 'client' ? 0 : 1]
      const tcp: Tcp<FtpFlow> = {
        ends: [endOf(from), endOf(to)],
        initiator: start === 'seen' ? 0 : null,
        start: time,
        document: 'made.pcap',
        packet,
        bytes,
        packets,
        state: undefined,
      }
      let skipped = false
      let closed = false
      sink.open(tcp, time, packet)
      const send = (side: Side, given: string | Uint8Array): Wire => {
        const whole = typeof given === 'string' ? bytesOf(encodeWire(given)) : given
        if (sides === (side === 0 ? 'server' : 'client')) return wire
        next()
        for (const piece of cut(whole)) {
          packets[side]++
          bytes[side] += piece.length
          if (piece.length > 0 && !skipped)
            skipped = sink.data(tcp, side, piece, time, packet) === 'skip'
        }
        return wire
      }
      const wire: Wire = {
        tcp,
        client: (given) => send(0, given),
        server: (given) => send(1, given),
        say(lines) {
          for (const line of lines) {
            const side = line[0] === '>' || line === '= client' ? 0 : 1
            send(side, line[0] === '=' ? tlsRecord : `${line.slice(2)}\r\n`)
          }
          return wire
        },
        lost(who, count) {
          next()
          if (!skipped) sink.lost(tcp, who === 'client' ? 0 : 1, count, time, packet)
          return wire
        },
        close(reason = 'fin') {
          if (closed) return wire
          closed = true
          wires.delete(wire)
          next()
          sink.close(tcp, reason, time, packet)
          tcp.state = undefined
          return wire
        },
      }
      wires.add(wire)
      return wire
    },
    end() {
      for (const wire of wires) wire.close('end-of-capture')
      sink.finish()
      return made
    },
  }
  return made
}

export const client = '10.0.0.1:40000'
export const server = '10.0.0.2:21'

/** One session from its first byte to its last. */
export const session = (
  lines: readonly string[],
  {
    from = client,
    to = server,
    seen = {},
    options = {},
  }: {
    from?: string
    to?: string
    seen?: Seen
    options?: FtpOptions
  } = {},
): Stage => {
  const made = stage(options)
  made.connect(from, to, seen).say(lines).close()
  return made.end()
}

export const login = [
  '< 220 (vsFTPd 3.0.3)',
  '> USER bob',
  '< 331 Please specify the password.',
  '> PASS x',
  '< 230 Login successful.',
]
export const anonymous = [
  '< 220 ready',
  '> USER anonymous',
  '< 331 Guest ok.',
  '> PASS me@',
  '< 230 in',
]

const tlsRecord = Uint8Array.of(22, 3, 3, 0, 4, 2, 0, 0, 0)

export function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return address
}

export function endOf(text: string): Endpoint {
  const at = text.lastIndexOf(':')
  return {
    address: addressOf(text.slice(0, at).replace(/^\[|\]$/g, '')),
    port: Number(text.slice(at + 1)),
  }
}

const bytesOf = (wire: string): Uint8Array => Uint8Array.from(wire, (one) => one.charCodeAt(0))
