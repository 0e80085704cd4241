/**
 * Which versions of TLS a server takes, and whether it takes a suite that nobody should: asked with hellos of our own, because
 * the platform's TLS refuses to say them. No handshake is finished; each question is a connection of its own.
 */
import { randomBytes } from 'node:crypto'
import type { Answer, Ending } from '../model/service.ts'
import { type FlightState, flightStart, lastFlight, stepFlight } from '../protocols/tls/flight.ts'
import { clientHello } from '../protocols/tls/hello.ts'
import {
  type Inquiry,
  learn,
  nextQuestion,
  offersWith,
  type Question,
  type Reaction,
  startInquiry,
  weakOf,
} from '../protocols/tls/offers.ts'
import { isServerName } from '../protocols/tls/server-name.ts'
import { allSuites, weakSuites } from '../protocols/tls/suites.ts'
import type { Connection, Reach } from './connection.ts'

/** Leads a fresh connection to where TLS may begin (`AUTH TLS` and its 234), and says whether it may. */
export type Prelude = (connection: Connection) => Promise<'ready' | 'not-ready'>

export interface OfferOptions {
  /** SNI, where it is a name. */
  readonly name: string | null
  /** What a session that stood has told (`TlsFacts.offers`): it is not asked again. */
  readonly known: Readonly<Record<string, Answer>>
  /** For the dial, and again for the flight; the prelude keeps its own time. */
  readonly milliseconds: number
  /** At most five, and never more. */
  readonly connections: number
  /** Before each connection but the first. */
  readonly pauseMilliseconds: number
}

export interface Offers {
  /** `unknown` where it was not asked, or not answered in a way that tells. */
  readonly offers: Inquiry['offers']
  /** The suites it chose out of weak ones alone; empty: it refused them all; null: not asked or not told. */
  readonly weakCiphers: readonly string[] | null
  /** Connections that were tried. */
  readonly asked: number
  /** `completed`, or what kept us from asking the rest; after `banned` the address is to be left alone. */
  readonly ended: Ending
}

export const maxConnections = 5

/** A null prelude is for a port where TLS is there from the first byte. Never rejects unless the prelude does. */
export async function askOffers(
  reach: Reach,
  port: number,
  prelude: Prelude | null,
  options: Partial<OfferOptions> = {},
): Promise<Offers> {
  const limit = Math.min(options.connections ?? maxConnections, maxConnections)
  let inquiry = startInquiry(offersWith((version) => options.known?.[version] ?? 'unknown'))
  let ended: Ending = 'completed'
  let asked = 0
  while (asked < limit && ended === 'completed') {
    const question = nextQuestion(inquiry)
    if (question === null) break
    if (asked++ > 0) await reach.wait(options.pauseMilliseconds ?? 0)
    const reaction = await ask(reach, port, prelude, question, options)
    if (reaction.kind === 'unreached') ended = asked > 1 ? banOf(reaction.ending) : reaction.ending
    else inquiry = learn(inquiry, question, reaction)
  }
  return { offers: inquiry.offers, weakCiphers: weakOf(inquiry), asked, ended }
}

/** Refused or silent after an earlier connection was taken. */
const banOf = (ending: Ending): Ending =>
  ending === 'local-error' || ending === 'cancelled' ? ending : 'banned'

type Asked = Reaction | { readonly kind: 'unreached'; readonly ending: Ending }

const defaultMilliseconds = 5000

async function ask(
  reach: Reach,
  port: number,
  prelude: Prelude | null,
  question: Question,
  { milliseconds = defaultMilliseconds, name = null }: Partial<OfferOptions>,
): Promise<Asked> {
  const dialled = await reach.dial(port, milliseconds)
  if (dialled.kind === 'failed') return { kind: 'unreached', ending: dialled.ending }
  const { connection } = dialled
  try {
    if (prelude !== null && (await prelude(connection)) === 'not-ready')
      return { kind: 'unreached', ending: 'not-understood' }
    const hello = clientHello({
      versions: question.kind === 'weak' ? ['TLSv1.2'] : question.versions,
      ciphers:
        question.kind === 'weak'
          ? weakSuites.filter((code) => !question.without.includes(code))
          : allSuites,
      name: name !== null && isServerName(name) ? name : null,
      alpn: [],
      random: randomBytes(32),
    })
    await connection.send(hello)
    const reaction = await hear(connection, reach.clock() + milliseconds, reach)
    return reaction.kind === 'closed' && prelude !== null ? { kind: 'refused' } : reaction
  } finally {
    connection.close()
  }
}

/** Stops at the hello: version and suite are in it, and no byte more is needed. */
async function hear(connection: Connection, until: number, reach: Reach): Promise<Reaction> {
  let state: FlightState = flightStart
  for (;;) {
    const received = await connection.receive(Math.max(0, until - reach.clock()))
    if (received.kind === 'silence') return { kind: 'silent' }
    if (received.kind === 'ended') return { kind: 'closed' }
    const step = stepFlight(state, received.bytes)
    if (step.kind === 'done') return step.flight
    state = step.state
    const flight = lastFlight(state)
    if (flight !== null) return flight
  }
}
