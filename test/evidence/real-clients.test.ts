/**
 * Real clients at real servers, captured by tcpdump on loopback: what is said of each capture is what the client says that
 * it did, and what tshark says of the same packets.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serversRequired } from '../servers/place.ts'
import { ipv6Loopback } from '../servers/process.ts'
import { type Running, whyNot } from '../servers/running.ts'
import { type Captured, captured, type Session, tcpdump } from './captured.ts'
import {
  announcedIn,
  argumentOf,
  clientPrograms,
  commandsIn,
  transfersOf,
  verbOf,
  visit,
} from './clients.ts'
import { type Opinion, opinionOf, tshark } from './tshark.ts'
import {
  accounts,
  clientAddresses,
  type Plan,
  planOf,
  type Row,
  rows,
  saidInClear,
  startServer,
} from './visits.ts'

const programs = [tcpdump, tshark, ...Object.values(clientPrograms)]
const missing = programs.find((path) => !existsSync(path))
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === ipv6Loopback),
)
const reasonOf = ({ family, tls }: Row): string | null =>
  whyNot('root', tls === 'implicit' ? 990 : 21) ??
  (missing ? `run scripts/test-servers.sh clients: ${missing} is not there` : null) ??
  (family === 'IPv6' && !hasIpv6 ? `no interface has ${ipv6Loopback}` : null)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-clients-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Visited {
  readonly server: Running
  readonly plan: Plan
  readonly log: string
  readonly seen: Captured
}

/** One visit, captured before the tests that ask for it. */
function describeVisit(row: Row, body: (visited: () => Visited) => void): void {
  const { client, server, announce, family, tls, login, pace } = row
  const name = `${client} at ${server}, ${announce}, ${family}, TLS ${tls}, ${login}, ${pace}`
  const reason = reasonOf(row)
  if (reason !== null && serversRequired) throw new Error(`${name}: ${reason}`)
  describe.skipIf(reason !== null)(reason === null ? name : `${name} (${reason})`, () => {
    let running: Running | null = null
    let visited: Visited | null = null
    beforeAll(async () => {
      const started = await startServer(row)
      running = started
      const plan = await planOf(row, folder)
      let log = ''
      const seen = await captured(started, join(plan.folder, 'seen.pcap'), async () => {
        log = await visit(client, { ...plan.wish, server: started, folder: plan.folder })
      })
      visited = { server: started, plan, log, seen }
    })
    afterAll(async () => {
      await running?.stop()
    })
    body(() => {
      if (visited === null) throw new Error(`${name} has not happened`)
      return visited
    })
  })
}

for (const row of rows.filter(({ tls }) => tls !== 'implicit')) {
  const { announce, family, tls, login, pace } = row
  describeVisit(row, (visited) => {
    const session = (): Session => {
      const { seen, log } = visited()
      expect(seen.sessions, log).toHaveLength(1)
      return seen.sessions[0] as Session
    }
    const said = () => saidInClear(visited().log, row)

    test('the session is as the client says', () => {
      const { server, plan, log, seen } = visited()
      expect(session()).toMatchObject({
        server: { address: server.address, port: server.port },
        client: { address: clientAddresses[family] },
        directions: 'both',
        startSeen: true,
        endSeen: true,
        lostBytes: 0,
        encrypted: tls === 'none' ? 'no' : 'from-auth',
        opaqueFrom: tls === 'none' ? null : expect.any(String),
        authTls: tls !== 'none',
        signs: tls === 'none' && login !== 'anonymous' ? ['clear-text-login'] : [],
      })
      expect(session().commands).toEqual(withVerbs(countOf(said().map(verbOf))))
      // Whatever can be read of it, the client did all that it was told to.
      expect(transfersOf(commandsIn(log)).map(verbOf)).toEqual(
        login === 'refused' ? [] : plan.wish.steps.map(({ verb }) => verb),
      )
      expect(seen.text).not.toContain(accounts[login].password)
    })

    test('logins are told as far as they can be read', () => {
      const counts = login === 'refused' ? { ok: 0, failed: 1 } : { ok: 1, failed: 0 }
      expect(session()).toMatchObject(
        tls === 'none'
          ? { users: [accounts[login].user], logins: counts, anonymous: login === 'anonymous' }
          : { users: null, logins: null, anonymous: null },
      )
      expect(visited().seen.services).toMatchObject([
        {
          recognition: 'ftp',
          ftp: {
            anonymous: tls === 'none' && login === 'anonymous' ? 'yes' : 'unknown',
            implicitTls: 'no',
            ...(tls === 'explicit' && { explicitTls: 'yes' }),
          },
        },
      ])
    })

    test('the software of both ends is named where it names itself', () => {
      const { product, version, names } = visited().server.expected
      const [, lftp] = /^CLNT lftp\/(.+)$/m.exec(said().join('\n')) ?? []
      expect(session()).toMatchObject({
        server: {
          product: { name: product, version: names.version === 'greeting' ? version : null },
        },
        client: { product: lftp === undefined ? null : { name: 'LFTP', version: lftp } },
      })
    })

    test('every data channel is tied to its command, with both its ends', () => {
      const { server, plan, log, seen } = visited()
      const isPassive = announce === 'PASV' || announce === 'EPSV'
      const client = clientAddresses[family]
      const [from, to] = isPassive ? [client, server.address] : [server.address, client]
      const transfers = transfersOf(said())
      const ports = tls === 'none' ? announcedIn(log) : []
      expect(ports).toHaveLength(transfers.length)
      expect(session().dataChannels ?? []).toMatchObject(
        transfers.map((command, i) => ({
          mode: isPassive ? 'passive' : 'active',
          announced: { port: ports[i] },
          actual: { address: to, port: ports[i] },
          command: verbOf(command),
          argument: argumentOf(command),
          bytes: isFile(command) ? plan.content.length : expect.any(Number),
          complete: true,
          outcome: '226',
        })),
      )
      for (const port of ports)
        expect(seen.flows.filter(({ dst }) => dst.port === port)).toMatchObject([
          { src: { address: from }, dst: { address: to }, action: 'accept', initiator: 'src' },
        ])
    })

    test('every file is told with its name and its hash', async () => {
      const { content, wish } = visited().plan
      const sha256 = createHash('sha256').update(content).digest('hex')
      expect(session().files ?? []).toMatchObject(
        transfersOf(said())
          .filter(isFile)
          .map((command) => ({
            command: verbOf(command),
            name: argumentOf(command),
            bytes: content.length,
            complete: true,
            sha256,
          })),
      )
      for (const step of wish.steps)
        if (step.verb === 'RETR' && login !== 'refused')
          expect(content.equals(await readFile(step.file))).toBe(true)
    })

    test('tshark counts the same', async () => {
      const { server, seen } = visited()
      const opinion = await opinionOf(seen.file, server.port)
      expectFlows(seen, opinion)
      // Of commands that come in one packet tshark sees the first.
      const theirs = withVerbs(opinion.commands)
      if (pace === 'in-turns') expect(session().commands).toEqual(theirs)
      else expect(sumOf(session().commands)).toBeGreaterThan(sumOf(theirs))
      for (const { actual, bytes } of session().dataChannels ?? [])
        expect(bytes).toBe(opinion.conversations.find(({ to }) => to === actual?.port)?.bytes)
    })
  })
}

for (const row of rows.filter(({ tls }) => tls === 'implicit')) {
  describeVisit(row, (visited) => {
    test('nobody can tell what it was but TLS, and that is said', () => {
      const { plan, log, seen } = visited()
      expect(transfersOf(commandsIn(log)).map(verbOf)).toEqual(
        plan.wish.steps.map(({ verb }) => verb),
      )
      // These clients name no protocol in their hello (ALPN), and the port is no proof.
      expect(seen.sessions).toEqual([])
      expect(seen.services).toMatchObject([{ recognition: 'undecided', protocol: 'tls' }])
    })

    test('tshark counts the same', async () => {
      const { seen } = visited()
      expectFlows(seen, await opinionOf(seen.file, null))
    })
  })
}

test('each two values that can meet do so in some row', () => {
  const pairs = (one: keyof Row, other: keyof Row) =>
    new Set(rows.map((row) => `${row[one]} ${row[other]}`)).size
  const [clients, servers, announcements, families, logins] = [3, 3, 4, 2, 3]
  expect(pairs('client', 'server')).toBe(clients * servers)
  expect(pairs('client', 'announce')).toBe(clients * announcements)
  expect(pairs('client', 'family')).toBe(clients * families)
  expect(pairs('client', 'login')).toBe(clients * logins)
  expect(pairs('server', 'announce')).toBe(servers * announcements)
  expect(pairs('server', 'family')).toBe(servers * families)
  expect(pairs('server', 'login')).toBe(servers * logins)
  expect(pairs('family', 'login')).toBe(families * logins)
  // IPv6 has neither PASV nor PORT (RFC 2428).
  expect(pairs('announce', 'family')).toBe(announcements * families - 2)
  const kinds = ['none', 'explicit', 'implicit'].length
  // ftp has no TLS, Pure-FTPd no implicit TLS.
  expect(pairs('client', 'tls')).toBe(clients * kinds - 2)
  expect(pairs('server', 'tls')).toBe(servers * kinds - 1)
  expect(pairs('family', 'tls')).toBe(families * kinds)
})

const isFile = (command: string): boolean => /^(?:RETR|STOR) /.test(command)

const countOf = (words: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(words, (word) => word)).map(([word, all]) => [
      word,
      all?.length ?? 0,
    ]),
  )

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** A command that nobody knows is counted as `*`. */
function withVerbs(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const together: Record<string, number> = { '*': 0 }
  for (const [word, count] of Object.entries(counts)) {
    const verb = word === 'XYZZY' ? '*' : word
    together[verb] = (together[verb] ?? 0) + count
  }
  return together
}

/** All packets, and each TCP conversation with its ports, opened from the first to the second, and its packets. */
function expectFlows({ flows }: Captured, { packets, conversations }: Opinion): void {
  expect(flows.reduce((sum, flow) => sum + flow.packets, 0)).toBe(packets)
  const ours = flows.flatMap((flow) =>
    flow.transport === 'tcp' ? [`${flow.src.port} to ${flow.dst.port}: ${flow.packets}`] : [],
  )
  const theirs = conversations.map((one) => `${one.from} to ${one.to}: ${one.packets}`)
  expect(ours.toSorted()).toEqual(theirs.toSorted())
}
