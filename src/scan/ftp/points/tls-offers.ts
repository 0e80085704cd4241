/** Point 2, on request: which versions and suites the server takes, by hellos of our own on connections of their own. */
import { unknownTls } from '../../../model/service.ts'
import type { Connection } from '../../connection.ts'
import { askOffers, maxConnections, type Offers } from '../../tls-offers.ts'
import { upgradeRefusal } from '../upgrade.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

/** Until a server has noticed the end of a connection, and counts it no more beside the next one. */
const pauseMilliseconds = 150

export const tlsOffers: Point = {
  title: 'TLS versions and suites',
  answers: ['tls-old-version', 'tls-weak-cipher'],
  stage: 'alone',
  async run(visit) {
    const { options, answers } = visit
    if (options.tlsOffers !== 'ask') return
    const explicit = answers.of('explicit-tls')
    // A handshake that failed may have failed for want of an old version: all the more reason to ask.
    const isThere =
      options.implicit || explicit?.answer === 'yes' || explicit?.reason === 'handshake-failed'
    if (!isThere) {
      for (const id of tlsOffers.answers) answers.give(id, 'unknown', 'no-tls')
      return
    }
    const prelude = options.implicit ? null : (connection: Connection) => lead(visit, connection)
    const told = await askOffers(visit.reach, visit.port, prelude, {
      name: options.hostname,
      known: visit.tls?.offers ?? {},
      milliseconds: options.timeouts.connect,
      connections: maxConnections,
      pauseMilliseconds,
    })
    if (told.ended === 'banned') visit.stop('banned')
    const line = visit.transcript.note(visit.ordinal, `TLS offers: ${worded(told)}`)
    conclude(visit, told, [line])
  },
}

/** Greeting, AUTH TLS and its 234. */
async function lead(visit: Visit, connection: Connection): Promise<'ready' | 'not-ready'> {
  const control = visit.aside(connection)
  if ((await control.close([])).code !== 220) return 'not-ready'
  return upgradeRefusal((await control.ask('AUTH TLS')).code) === null ? 'ready' : 'not-ready'
}

function conclude(visit: Visit, { offers, weakCiphers }: Offers, lines: readonly number[]): void {
  const old = [offers.SSLv3, offers.TLSv1, offers['TLSv1.1']]
  if (old.includes('yes')) visit.answers.give('tls-old-version', 'yes', 'offered', lines)
  else if (old.every((answer) => answer === 'no'))
    visit.answers.give('tls-old-version', 'no', 'refused', lines)
  else visit.answers.give('tls-old-version', 'unknown', 'not-told', lines)
  if (weakCiphers === null) visit.answers.give('tls-weak-cipher', 'unknown', 'not-told', lines)
  else if (weakCiphers.length > 0) visit.answers.give('tls-weak-cipher', 'yes', 'offered', lines)
  else visit.answers.give('tls-weak-cipher', 'no', 'refused', lines)
  if (visit.tls) visit.tls = { ...visit.tls, offers, weakCiphers }
  else if (Object.values(offers).includes('yes')) {
    visit.tls = { ...unknownTls, offers, weakCiphers }
    if (!visit.options.implicit) visit.answers.give('explicit-tls', 'yes', 'hello-answered', lines)
  }
}

const worded = ({ offers, weakCiphers, asked }: Offers): string => {
  const versions = Object.entries(offers).map(([version, answer]) => `${version} ${answer}`)
  const weak = weakCiphers === null ? 'not told' : weakCiphers.join(' ') || 'none'
  return `${versions.join(', ')}; weak suites: ${weak}; ${asked} connections`
}
