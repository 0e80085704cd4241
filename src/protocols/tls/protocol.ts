/** TLS on any port: whoever answers a ClientHello with a ServerHello or an alert speaks it. */
import type { EvidenceLine } from '../../model/service.ts'
import { heardLimit, type Outcome, type Protocol } from '../protocol.ts'
import { type Flight, flightStart, lastFlight, stepFlight } from './flight.ts'
import { clientHello } from './hello.ts'
import { allSuites } from './suites.ts'

/** Any bytes will do: nothing is ever encrypted with what follows from them. */
const random = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 11) & 255)

export const tls: Protocol = {
  id: 'tls',
  title: 'TLS',
  ports: [
    443, 990, 992, 993, 994, 995, 465, 563, 636, 853, 989, 3269, 5061, 5671, 6697, 8443, 8883,
  ],
  probe: clientHello({
    versions: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    ciphers: allSuites,
    name: null,
    alpn: [],
    random,
  }),
  hear({ bytes, ended, overTls }) {
    if (overTls) return { kind: 'not' }
    const step = stepFlight(flightStart, bytes)
    if (step.kind === 'done') return outcomeOf(step.flight)
    const known = lastFlight(step.state)
    if (known !== null) return outcomeOf(known)
    return { kind: ended || bytes.length >= heardLimit ? 'not' : 'more' }
  },
}

function outcomeOf(flight: Flight): Outcome {
  switch (flight.kind) {
    case 'not-understood':
      return { kind: 'not' }
    case 'sslv2':
      return is({ line: 'answer of SSL 2.0', weight: 3 }, [['version', 'SSLv2']])
    case 'alert':
      return is({ line: `alert ${flight.name}`, weight: 3 }, [['alert', flight.name]])
    case 'hello': {
      const { version, versionCode, suiteName } = flight.hello
      const name = version ?? `0x${versionCode.toString(16).padStart(4, '0')}`
      const line = `ServerHello ${name} ${suiteName}`
      return is({ line, weight: 5 }, [
        ['version', name],
        ['cipher', suiteName],
      ])
    }
  }
}

const is = (
  evidence: EvidenceLine,
  details: readonly (readonly [name: string, value: string])[],
): Outcome => ({
  kind: 'is',
  recognised: { protocol: 'tls', product: null, banner: null, evidence: [evidence], details },
})
