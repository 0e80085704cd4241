/** The handshake of a control connection that goes on in TLS, as far as it travels in clear. */
import type { TlsFacts } from '../../model/service.ts'
import { parseClientHello } from '../../protocols/tls/client-hello.ts'
import {
  type FlightState,
  flightStart,
  lastFlight,
  stepFlight,
} from '../../protocols/tls/flight.ts'
import { flightFacts } from '../../protocols/tls/flight-facts.ts'
import type { Side } from '../stream.ts'

export interface Handshake {
  readonly server: Side
  /** Where TLS began was found, for each side. */
  readonly begun: [boolean, boolean]
  /** The beginning of a ClientHello; null once nothing more is to be learned of it. */
  hello: Uint8Array | null
  /** Whom the client asks for; null where it does not say or was not seen to. */
  name: string | null
  /** Null once the server has said all that can be read. */
  flight: FlightState | null
  /** Null where the server was not seen to show anything. */
  facts: TlsFacts | null
  /** Of both sides. */
  bytes: number
}

/** Of both sides together. Ten times what servers and clients say as a rule; behind it the facts are what they are. */
export const maxHandshake = 32_768

export const startHandshake = (server: Side): Handshake => ({
  server,
  begun: [false, false],
  hello: nothing,
  name: null,
  flight: flightStart,
  facts: null,
  bytes: 0,
})

const nothing = new Uint8Array()

/** Nothing more is to be learned from the bytes of either side. */
export const isOver = ({ flight }: Handshake): boolean => flight === null

/** Bytes that it keeps. */
export const heldBy = ({ hello, flight }: Handshake): number =>
  (hello?.length ?? 0) + (flight === null ? 0 : flight.pending.length + flight.message.length)

/** From the first record on. */
export function feedHandshake(handshake: Handshake, side: Side, bytes: Uint8Array): void {
  if (handshake.flight === null) return
  handshake.bytes += bytes.length
  if (side === handshake.server) feedFlight(handshake, handshake.flight, bytes)
  else if (handshake.hello !== null) feedHello(handshake, handshake.hello, bytes)
  if (handshake.bytes > maxHandshake) endHandshake(handshake)
}

/** Bytes of one side will not come. */
export function loseHandshake(handshake: Handshake, side: Side): void {
  if (side === handshake.server) endHandshake(handshake)
  else handshake.hello = null
}

/** Nothing more will come: the facts are those of what came. */
export function endHandshake(handshake: Handshake): void {
  const { flight } = handshake
  const known = flight === null ? null : lastFlight(flight)
  if (known !== null) handshake.facts = flightFacts(known, handshake.name)
  handshake.flight = null
  handshake.hello = null
}

function feedFlight(handshake: Handshake, flight: FlightState, bytes: Uint8Array): void {
  const step = stepFlight(flight, bytes)
  if (step.kind === 'more') {
    handshake.flight = step.state
    return
  }
  handshake.facts = flightFacts(step.flight, handshake.name)
  handshake.flight = null
  handshake.hello = null
}

function feedHello(handshake: Handshake, before: Uint8Array, bytes: Uint8Array): void {
  const all = Buffer.concat([before, bytes])
  const hello = parseClientHello(all)
  handshake.hello = hello === 'more' ? all : null
  if (hello !== 'more' && hello !== null) handshake.name = hello.name
}
