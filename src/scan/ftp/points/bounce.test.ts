import { expect, onTestFinished, test } from 'vitest'
import type { Connection } from '../../connection.ts'
import { addressOf, reachTo } from '../../socket-world.test.data.ts'
import { answersOf, assessed, assessing, proofOf } from '../../testing/ftp-assessing.ts'
import { startFtp } from '../../testing/ftp-server.ts'
import { assessFtp } from '../assess.ts'

const second = '127.0.0.99'
const options = { points: ['bounce'], bounceAddress: addressOf(second) } as const

test.each([
  {
    name: 'the server connects to our second address',
    fake: { port: 'foreign' },
    answer: 'yes connection-arrived',
  },
  {
    name: 'the server connects, whatever it says then',
    fake: { port: 'foreign', closing: '551 Transfer failed' },
    answer: 'yes connection-arrived',
  },
  { name: 'PORT is refused', fake: { port: 'own' }, answer: 'no refused' },
  {
    name: 'a 200 alone proves nothing',
    fake: { port: 'silent' },
    answer: 'unknown nothing-arrived',
  },
  {
    name: 'the listing is refused',
    fake: { port: 'foreign', listing: 'refused', features: [] },
    answer: 'no refused',
  },
  {
    name: 'a temporary no is none',
    fake: { say: { PORT: '425 Not now' } },
    answer: 'unknown not-accepted',
  },
] as const)('$name', async ({ fake, answer }) => {
  const assessment = await assessed(fake, options)
  expect(assessment.answer('bounce')).toBe(answer)
  const named = assessment.sent.filter((line) => /^(?:PORT|EPRT)/.test(line))
  expect(named.length).toBeGreaterThan(0)
  expect(named.every((line) => line.startsWith(`PORT ${second.replaceAll('.', ',')},`))).toBe(true)
})

test('the arrival is the proof', async () => {
  const { found } = await assessed({ port: 'foreign' }, options)
  expect(proofOf(found, 'bounce').join('\n')).toMatch(
    /^PORT 127,0,0,99,[\s\S]*^bounced: a connection from the server arrived at port \d+$/m,
  )
})

test('nobody is named unasked', async () => {
  const { answer, sent } = await assessed({ port: 'foreign' }, { points: ['bounce', 'passive'] })
  expect(answer('bounce')).toBe('unknown not-asked')
  expect(answer('bounce-privileged')).toBe('unknown not-asked')
  expect(sent.filter((line) => /^(?:PORT|EPRT)/.test(line))).toEqual([])
})

test('a privileged port is asked for like any other, where we may listen on one', async () => {
  const { answer } = await assessed({ port: 'own' }, options)
  expect(['no refused', 'unknown no-listener']).toContain(answer('bounce-privileged'))
})

test('an address of the other family cannot be named', async () => {
  const { answer } = await assessed({}, { ...options, bounceAddress: addressOf('::1') })
  expect(answer('bounce')).toBe('unknown other-address-family')
})

test.each([
  ['any address', '0.0.0.0'],
  ['the one we speak from, which is the server too', '127.0.0.1'],
  ['link-local', '169.254.1.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
])('%s is no second address of ours, and is not named', async (_, address) => {
  const bounceAddress = addressOf(address)
  const { answer, sent } = await assessed({ port: 'foreign' }, { ...options, bounceAddress })
  expect(answer('bounce')).toBe('unknown not-a-second-address')
  expect(sent.filter((line) => /^(?:PORT|EPRT)/.test(line))).toEqual([])
})

test('a server elsewhere is never told to connect to a loopback address, which is its own', async () => {
  const elsewhere = addressOf('192.0.2.7')
  const { port } = await startHere({ port: 'foreign' })
  const reach = reachTo('127.0.0.1')
  const named: string[] = []
  const found = await assessFtp(
    {
      ...reach,
      async dial(at, milliseconds) {
        const dialled = await reach.dial(at, milliseconds)
        if (dialled.kind === 'failed') return dialled
        const { connection } = dialled
        const send = (bytes: Uint8Array) => {
          named.push(String.fromCharCode(...bytes))
          return connection.send(bytes)
        }
        const remote = { ...connection.remote, address: elsewhere }
        return { ...dialled, connection: seenAs(connection, { remote, send }) }
      },
    },
    port,
    { ...assessing, ...options },
  )
  expect(answersOf(found)('bounce')).toBe('unknown not-a-second-address')
  expect(named.join('')).toContain('PASS')
  expect(named.join('')).not.toMatch(/PORT|EPRT/)
})

async function startHere(fake: Parameters<typeof startFtp>[0]) {
  const server = await startFtp(fake)
  onTestFinished(() => server.close())
  return server
}

/** The same connection with some of it changed. */
const seenAs = (connection: Connection, changed: Partial<Connection>): Connection => ({
  local: connection.local,
  remote: connection.remote,
  get received() {
    return connection.received
  },
  get closed() {
    return connection.closed
  },
  receive: (milliseconds) => connection.receive(milliseconds),
  send: (bytes) => connection.send(bytes),
  startTls: (tls) => connection.startTls(tls),
  close: () => connection.close(),
  ...changed,
})
