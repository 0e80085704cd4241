/**
 * What answers at an open port, by evidence: listen first, ask where the greeting leaves doubt, and where nothing comes
 * try what waits for its client, each on a connection of its own while the first goes on listening.
 */

import { contains } from '../model/port-set.ts'
import type {
  Ending,
  EvidenceLine,
  Product,
  RecognitionVerdict,
  TlsFacts,
} from '../model/service.ts'
import type { Heard, Protocol, Recognised } from '../protocols/protocol.ts'
import type { Connection, Reach } from './connection.ts'
import { type Conversed, converse } from './converse.ts'
import { ftpPorts } from './ports.ts'

/** Milliseconds. */
export interface RecognitionTimes {
  readonly connect: number
  /** Silence after which probes begin. */
  readonly greeting: number
  /** Servers that look names up greet as late as this. */
  readonly lateGreeting: number
  /** From the first byte of an exchange to its decision, and for an answer to begin. */
  readonly answer: number
}
export const recognitionTimes: RecognitionTimes = {
  connect: 3000,
  greeting: 3000,
  lateGreeting: 20_000,
  answer: 2500,
}

export interface RecogniseOptions {
  readonly protocols: readonly Protocol[]
  /** Leave for one more connection beside the first; null where the address bears no more now. */
  another(): (() => void) | null
  readonly mode: 'ask' | 'listen-only'
  readonly hostname: string | null
  readonly times: RecognitionTimes
}

export interface Recognition {
  readonly verdict: RecognitionVerdict
  readonly protocol: string
  readonly product: Product | null
  readonly banner: string | null
  readonly evidence: readonly EvidenceLine[]
  readonly details: readonly (readonly [name: string, value: string])[]
  readonly tls: TlsFacts | null
  /** TLS came before anything else. */
  readonly implicitTls: boolean
  readonly ended: Ending
  /** The connection and what was said on it, where it is FTP: whoever takes it closes it. */
  readonly open: { readonly connection: Connection; readonly exchanges: readonly Heard[] } | null
}

export async function recognise(
  reach: Reach,
  port: number,
  connection: Connection,
  options: RecogniseOptions,
): Promise<Recognition> {
  const { times } = options
  const first = await listen(reach, connection, times.greeting, options)
  if (first.kind !== 'nothing') return conclude(connection, first, null)
  if (first.end !== 'silent') {
    connection.close()
    return undecided([], first.end === 'open' ? 'silent' : first.end)
  }
  if (options.mode === 'listen-only') return hearLate(reach, connection, options)
  const leave = options.another()
  if (leave) {
    try {
      return await probeBeside(reach, port, connection, first, options)
    } finally {
      leave()
    }
  }
  // One connection at a time: the first makes room for the probes, and the wait for a late greeting comes after them.
  connection.close()
  const { now, later } = turnsOf(options.protocols, port)
  const found = await probeAll(reach, port, now, () => false, options)
  if (found) return found
  const again = await reach.dial(port, times.connect)
  if (again.kind === 'failed') return undecided([], 'silent')
  const late = await hearLate(reach, again.connection, options)
  const isSilent = late.evidence.length === 0 && late.ended === 'silent'
  return (isSilent && (await probeAll(reach, port, later, () => false, options))) || late
}

/** The first connection goes on listening while probes go out on others; a late greeting is worth more than their answers. */
async function probeBeside(
  reach: Reach,
  port: number,
  connection: Connection,
  first: Conversed,
  options: RecogniseOptions,
): Promise<Recognition> {
  const { times } = options
  const late: { said: Conversed | null } = { said: null }
  const waiting = listen(reach, connection, times.lateGreeting - times.greeting, options).then(
    (said) => {
      late.said = said
    },
  )
  // It is awaited when the probes are through: should it break before, that is no rejection that nobody handles.
  waiting.catch(() => {})
  const { now, later } = turnsOf(options.protocols, port)
  const found = await probeAll(reach, port, now, () => spoke(late.said), options)
  if (found && !spoke(late.said)) {
    connection.close()
    await waiting
    return found
  }
  found?.open?.connection.close()
  await waiting
  const ended = await endLate(reach, connection, late.said ?? first, options)
  const isSilent = ended.evidence.length === 0 && ended.ended === 'silent'
  return (isSilent && (await probeAll(reach, port, later, () => false, options))) || ended
}

/**
 * What is tried while the first connection waits, and what only when it waited in vain: a server at a port of FTP may greet
 * late, and is not to be knocked at two dozen times before it does.
 */
function turnsOf(protocols: readonly Protocol[], port: number) {
  const order = probeOrder(protocols, port)
  if (!contains(ftpPorts, port)) return { now: order, later: [] }
  return {
    now: order.filter((one) => isLikely(one, port)),
    later: order.filter((one) => !isLikely(one, port)),
  }
}

const isLikely = ({ id, ports }: Protocol, port: number): boolean =>
  ports.includes(port) || commonest.includes(id)

async function hearLate(
  reach: Reach,
  connection: Connection,
  options: RecogniseOptions,
): Promise<Recognition> {
  const { lateGreeting, greeting } = options.times
  const said = await listen(reach, connection, lateGreeting - greeting, options)
  return endLate(reach, connection, said, options)
}

async function endLate(
  reach: Reach,
  connection: Connection,
  said: Conversed,
  options: RecogniseOptions,
): Promise<Recognition> {
  if (said.kind !== 'nothing') return conclude(connection, said, null)
  if (options.mode === 'ask' && said.end === 'silent') {
    // A service that serves one client at a time heard none of the probes: this connection is the one it serves.
    const alone = await tryProbe(reach, connection, 'http', options)
    if (alone) return conclude(connection, alone, null)
  }
  connection.close()
  return undecided([], said.end === 'open' ? 'silent' : said.end)
}

const spoke = (said: Conversed | null): boolean => said !== null && said.kind !== 'nothing'

const listen = (
  reach: Reach,
  connection: Connection,
  wait: number,
  { protocols, mode, times }: RecogniseOptions,
  overTls = false,
): Promise<Conversed> =>
  converse(connection, reach.clock, null, { protocols, overTls, mode, wait, decide: times.answer })

/** What comes first by custom of the port, then what is commonest, then all others. */
const commonest = ['tls', 'http']
export function probeOrder(protocols: readonly Protocol[], port: number): readonly Protocol[] {
  const rank = ({ id, ports }: Protocol): number => {
    if (ports.includes(port)) return -1
    const at = commonest.indexOf(id)
    return at < 0 ? commonest.length : at
  }
  return protocols.filter(({ probe }) => probe !== null).toSorted((a, b) => rank(a) - rank(b))
}

/** One probe after the other until one is answered with something known, or `isOver`. */
async function probeAll(
  reach: Reach,
  port: number,
  order: readonly Protocol[],
  isOver: () => boolean,
  options: RecogniseOptions,
): Promise<Recognition | null> {
  const { times } = options
  let odd: Recognition | null = null
  for (const protocol of order) {
    const { id } = protocol
    if (isOver()) return null
    const dialled = await reach.dial(port, times.connect)
    // One that takes no second connection now is asked again on the first at the end.
    if (dialled.kind === 'failed') break
    const wait = isLikely(protocol, port)
      ? times.answer
      : Math.min(times.answer, longShot(dialled.milliseconds))
    const said = await tryProbe(reach, dialled.connection, id, options, { wait })
    if (said?.kind === 'is' && said.recognised.protocol === 'tls') {
      dialled.connection.close()
      return insideTls(reach, port, said.recognised, options)
    }
    if (said?.kind === 'is') return conclude(dialled.connection, said, null)
    dialled.connection.close()
    if (said?.kind === 'unknown') odd ??= undecided(said.evidence, 'not-understood')
  }
  return odd
}

/**
 * Milliseconds for an answer to a probe that nothing speaks for: there are two dozen of them, and what answers does so
 * within a few round trips.
 */
const longShot = (roundTrip: number): number => 500 + 8 * roundTrip

async function tryProbe(
  reach: Reach,
  connection: Connection,
  id: string,
  { protocols, mode, times }: RecogniseOptions,
  {
    wait = times.answer,
    overTls = false,
  }: { readonly wait?: number; readonly overTls?: boolean } = {},
): Promise<Conversed | null> {
  const probe = protocols.find((protocol) => protocol.id === id)?.probe ?? null
  if (probe === null || (await connection.send(probe)).kind === 'ended') return null
  return converse(connection, reach.clock, probe, {
    protocols,
    overTls,
    mode,
    wait,
    decide: times.answer,
  })
}

/** Something answers a TLS hello: what it is shows inside. */
async function insideTls(
  reach: Reach,
  port: number,
  hello: Recognised,
  options: RecogniseOptions,
): Promise<Recognition> {
  const { times } = options
  let facts: TlsFacts | null = null
  // What speaks inside is not known yet, and FTP may be what does not speak.
  let outside: Recognition = {
    ...known(hello, null),
    verdict: 'undecided',
    implicitTls: true,
    open: null,
  }
  const customary = probeOrder(options.protocols, port).filter(({ ports }) => ports.includes(port))
  for (const id of [null, ...new Set([...customary.map(({ id }) => id), 'http'])]) {
    if (id === 'tls') continue
    const dialled = await reach.dial(port, times.connect)
    if (dialled.kind === 'failed') break
    const { connection } = dialled
    const started = await connection.startTls({
      name: options.hostname,
      resume: null,
      maxVersion: 'TLSv1.3',
      milliseconds: times.connect + times.answer,
    })
    if (started.kind === 'failed') {
      connection.close()
      return { ...outside, details: [...outside.details, ['handshake', started.reason]] }
    }
    facts = started.facts
    const said =
      id === null
        ? await listen(reach, connection, times.greeting, options, true)
        : await tryProbe(reach, connection, id, options, { overTls: true })
    if (said?.kind === 'is') return { ...conclude(connection, said, facts), implicitTls: true }
    connection.close()
    if (said?.kind === 'unknown')
      outside = { ...outside, evidence: [...outside.evidence, ...said.evidence] }
  }
  return { ...outside, tls: facts }
}

function conclude(connection: Connection, said: Conversed, tls: TlsFacts | null): Recognition {
  if (said.kind === 'is') {
    const found = known(said.recognised, tls)
    if (found.verdict === 'ftp')
      return { ...found, open: { connection, exchanges: said.exchanges } }
    connection.close()
    return found
  }
  connection.close()
  if (said.kind === 'nothing') return undecided([], said.end === 'open' ? 'silent' : said.end)
  return undecided(said.evidence, said.end === 'open' ? 'not-understood' : said.end)
}

const known = (
  { protocol, product, banner, evidence, details }: Recognised,
  tls: TlsFacts | null,
): Recognition => ({
  verdict: protocol === 'ftp' ? 'ftp' : 'not-ftp',
  protocol,
  product,
  banner,
  evidence,
  details,
  tls,
  implicitTls: tls !== null,
  ended: 'completed',
  open: null,
})

const undecided = (evidence: readonly EvidenceLine[], ended: Ending): Recognition => ({
  verdict: 'undecided',
  protocol: 'unknown',
  product: null,
  banner: evidence[0]?.line ?? null,
  evidence,
  details: [],
  tls: null,
  implicitTls: false,
  ended,
  open: null,
})
