/** Servers that mean harm, all of them scanned at once: each ends with a name, in time, and nothing else is touched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as hostile from '../hostile/hostile.ts'
import type { Hostile } from '../hostile/listening.ts'
import { freeAddress } from '../servers/process.ts'
import { checkOf, type Scanned, type SeenService, scan } from './scanned.ts'

const port = 2121

interface Case {
  readonly name: string
  readonly start: (place: { address: string; port: number }) => Promise<Hostile>
  readonly recognition: string
  readonly ended: readonly string[]
}
const row = (
  name: string,
  recognition: string,
  ended: string | readonly string[],
  start: Case['start'],
): Case => ({ name, start, recognition, ended: typeof ended === 'string' ? [ended] : ended })

const cases: readonly Case[] = [
  row('an endless greeting', 'undecided', 'too-much-data', hostile.endlessGreeting),
  row('a greeting of one endless line', 'undecided', 'too-much-data', hostile.endlessLine),
  row('a greeting of 10 MB', 'undecided', 'too-much-data', (at) =>
    hostile.longLine(10_000_000, at),
  ),
  row('a byte a second', 'undecided', 'too-slow', (at) => hostile.slowGreeting(1000, at)),
  row('noise', 'undecided', ['too-much-data', 'not-understood'], hostile.binaryNoise),
  row('a greeting of a thousand lines', 'ftp', 'completed', (at) =>
    hostile.longReply(1000, 'greeting', at),
  ),
  row('a reply of a thousand lines', 'ftp', 'completed', (at) =>
    hostile.longReply(1000, 'FEAT', at),
  ),
  ...['FEAT', 'SYST', 'USER', 'PASS', 'AUTH', 'PASV', 'MLSD', 'QUIT'].map((verb) =>
    row(`a reset at ${verb}`, 'any', 'any', (at) => hostile.resetsAt(verb, at)),
  ),
  row('half a reply and the end', 'any', 'any', (at) => hostile.closesAt('FEAT', at)),
  row('227 to a third party', 'ftp', 'completed', hostile.passiveToThirdParty),
  row('227 to an address inside', 'ftp', 'completed', (at) =>
    hostile.insideAddress('10.0.0.1', at),
  ),
  row('100,000 names for terminals', 'ftp', 'completed', (at) => hostile.nastyListing(100_000, at)),
  row('TLS garbage', 'ftp', 'any', hostile.tlsGarbage),
  row('TLS silence', 'ftp', 'any', hostile.tlsSilence),
  row('a listing without end', 'ftp', 'any', (at) => hostile.endlessData('lines', at)),
  row('a data channel that says nothing', 'ftp', 'any', (at) => hostile.endlessData('silence', at)),
  row('silence', 'undecided', 'silent', hostile.silent),
  row('closed at once', 'undecided', 'closed-by-server', hostile.closesAtOnce),
  row('a late greeting', 'ftp', 'completed', (at) => hostile.late(6000, at)),
  row('a ban by 421', 'ftp', ['banned', 'completed'], (at) => hostile.bans(2, '421', at)),
  row('a ban by reset', 'ftp', ['banned', 'completed'], (at) => hostile.bans(2, 'reset', at)),
  row('a ban by silence', 'ftp', ['banned', 'completed'], (at) => hostile.bans(2, 'silence', at)),
  row('nonsense', 'any', 'any', hostile.nonsense),
]

describe('hostile servers', () => {
  const servers = new Map<string, Hostile>()
  let seen: Scanned
  let seconds = 0
  const resets: Hostile[] = []
  const serviceOf = (name: string): SeenService => {
    const server = servers.get(name)
    const found = seen.services.find(({ address }) => address === server?.address)
    if (!found) throw new Error(`${name} was not told: ${seen.text.slice(0, 2000)}`)
    return found
  }
  beforeAll(async () => {
    for (const { name, start } of cases)
      servers.set(name, await start({ address: freeAddress(), port }))
    resets.push(await hostile.resetsAt('connect', { address: freeAddress(), port }))
    const from = performance.now()
    const addresses = [...servers.values(), ...resets].map(({ address }) => address)
    seen = await scan(...addresses, '--ports', String(port), '--sniff', '--tls-versions')
    seconds = (performance.now() - from) / 1000
  }, 240_000)
  afterAll(async () => {
    for (const server of [...servers.values(), ...resets]) await server.stop()
  })

  test.each(cases)('$name', ({ name, recognition, ended }) => {
    const service = serviceOf(name)
    if (recognition !== 'any') expect(service.recognition).toBe(recognition)
    if (!ended.includes('any')) expect(ended).toContain(service.ended)
    expect(service.ended).toMatch(/^[a-z-]+$/)
  })
  test('a reset instead of a greeting is an open port', () => {
    const told = seen.lines.filter(({ address }) => address === resets[0]?.address)
    expect(told).toHaveLength(1)
    const [{ type, outcome, ended } = {}] = told
    expect(['open', 'reset']).toContain(type === 'service' ? ended : outcome)
  })
  test('nobody else was connected to', () => {
    for (const [name, server] of servers) expect([name, server.strangers()]).toEqual([name, 0])
  })
  test('227 that leads elsewhere is told', () => {
    for (const name of ['227 to a third party', '227 to an address inside'])
      expect(serviceOf(name).ftp?.passiveAddress).toBe('differs')
  })
  test('no server is talked to for longer than its time, all of them at once', () => {
    expect(seconds).toBeLessThan(180)
  })
  test('names of files stay data: no control character is printed', () => {
    const files = serviceOf('100,000 names for terminals').ftp?.files ?? []
    expect(files.length).toBeGreaterThan(100)
    expect([...seen.text].every((sign) => sign === '\n' || sign >= ' ')).toBe(true)
  })
  test('a garbled handshake is no TLS', () => {
    const ftp = serviceOf('TLS garbage').ftp
    expect(ftp?.explicitTls).not.toBe('yes')
    expect(ftp && checkOf(ftp, 'certificate-valid').answer).not.toBe('yes')
  })
})
