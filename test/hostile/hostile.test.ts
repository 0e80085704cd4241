import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../servers/certificates.ts'
import { openssl } from '../servers/place.ts'
import { open, readPort } from '../servers/talk.ts'
import * as hostile from './hostile.ts'
import { injectable } from './injectable.ts'
import type { Hostile, HostilePlace } from './listening.ts'

/** Any port will do: a test run without root must not need 21. */
const anywhere: HostilePlace = { port: 0 }

interface Seen {
  readonly bytes: number
  readonly text: string
  readonly end: 'closed' | 'reset' | 'open'
}

/** Reads for so long, or until so many bytes have come. */
const look = ({ address, port }: Hostile, milliseconds: number, enough: number): Promise<Seen> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port })
    let [bytes, text] = [0, '']
    const finish = (end: Seen['end']) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ bytes, text, end })
    }
    const timer = setTimeout(() => finish('open'), milliseconds)
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (text.length < 1000) text += chunk.toString('latin1').slice(0, 1000)
      if (bytes >= enough) finish('open')
    })
    socket.on('error', () => finish('reset'))
    socket.on('end', () => finish('closed'))
  })

test.each([
  { name: 'endless greeting', start: hostile.endlessGreeting, begins: '220-', least: 20_000_000 },
  { name: 'endless line', start: hostile.endlessLine, begins: '220 xxx', least: 20_000_000 },
  { name: 'binary noise', start: hostile.binaryNoise, begins: '!', least: 20_000_000 },
])('$name does not stop', async ({ start, begins, least }) => {
  const server = await start(anywhere)
  const { bytes, text, end } = await look(server, 20_000, least)
  expect(bytes).toBeGreaterThanOrEqual(least)
  expect(text.startsWith(begins)).toBe(true)
  expect(end).toBe('open')
  await server.stop()
})

test.each([
  { name: 'a silent server', start: hostile.silent, end: 'open' },
  { name: 'one that closes at once', start: hostile.closesAtOnce, end: 'closed' },
  {
    name: 'one that resets at once',
    start: (at: HostilePlace) => hostile.resetsAt('connect', at),
    end: 'reset',
  },
] as const)('$name says nothing', async ({ start, end }) => {
  const server = await start(anywhere)
  expect(await look(server, 300, 1)).toEqual({ bytes: 0, text: '', end })
  expect(server.connections()).toBe(1)
  await server.stop()
})

test('a slow greeting comes byte after byte', async () => {
  const server = await hostile.slowGreeting(20, anywhere)
  const { bytes, text } = await look(server, 500, 1_000_000)
  expect(bytes).toBeGreaterThan(5)
  expect(bytes).toBeLessThan(30)
  expect(text.startsWith('220-s')).toBe(true)
  await server.stop()
})

test('a late server greets late', async () => {
  const server = await hostile.late(200, anywhere)
  expect((await look(server, 100, 1)).bytes).toBe(0)
  expect((await look(server, 2000, 1)).text).toMatch(/^220 /)
  await server.stop()
})

test('a long line has its length, and the session goes on', async () => {
  const server = await hostile.longLine(1_000_000, anywhere)
  const talk = await open(server.address, server.port)
  expect((await talk.reply()).length).toBe(1_000_004)
  expect(await talk.say('SYST')).toMatch(/^215/)
  talk.close()
  await server.stop()
})

test.each(['greeting', 'FEAT'])('a long reply at %s has its lines', async (at) => {
  const server = await hostile.longReply(1000, at, anywhere)
  const talk = await open(server.address, server.port)
  const greeting = await talk.reply()
  const reply = at === 'greeting' ? greeting : await talk.say(at)
  expect(reply.split('\r\n')).toHaveLength(1002)
  expect(await talk.say('SYST')).toMatch(/^215/)
  talk.close()
  await server.stop()
})

test.each(['greeting', 'FEAT', 'USER', 'PASS', 'EPSV', 'LIST', 'QUIT'])(
  'a reset after %s is that late',
  async (state) => {
    const server = await hostile.resetsAt(state, anywhere)
    const talk = await open(server.address, server.port)
    expect(await talk.reply()).toMatch(/^220/)
    for (const command of ['FEAT', 'USER', 'PASS', 'EPSV', 'LIST', 'QUIT']) {
      const ends = state === 'greeting' || command === state
      // Without a data connection the listing waits.
      if (command === 'LIST' && !ends) continue
      expect((await talk.say(command)) === 'closed').toBe(ends)
      if (ends) break
    }
    talk.close()
    await server.stop()
  },
)

test('a server that closes leaves half a reply', async () => {
  const server = await hostile.closesAt('FEAT', anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  expect(await talk.say('FEAT')).toBe('closed')
  await server.stop()
})

test('who follows 227 to a third party is counted', async () => {
  const server = await hostile.passiveToThirdParty(anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  const passive = await talk.say('PASV')
  expect(passive).not.toContain(server.address.replaceAll('.', ','))
  expect(server.strangers()).toBe(0)
  const [address] = /\d+,\d+,\d+,\d+/.exec(passive) ?? ['']
  await new Promise((resolve) => {
    connect({ host: address.replaceAll(',', '.'), port: readPort(passive) })
      .on('close', resolve)
      .resume()
  })
  expect(server.strangers()).toBe(1)
  talk.close()
  await server.stop()
})

test('227 names an inside address, and its port is open on the server', async () => {
  const server = await hostile.insideAddress('10.0.0.1', anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  expect(await talk.say('EPSV')).toMatch(/^500/)
  expect(await talk.say('PASV')).toContain('(10,0,0,1,')
  const { content, last } = await talk.transfer('LIST', 'PASV')
  expect(content).toContain('readme.txt')
  expect(last).toMatch(/^226/)
  talk.close()
  await server.stop()
})

test('a nasty listing has all of its entries and names', async () => {
  const server = await hostile.nastyListing(2000, anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  const { content, last } = await talk.transfer('LIST', 'EPSV')
  expect(last).toMatch(/^226/)
  expect(content.split('\r\n-')).toHaveLength(2000)
  expect(content).toContain('\x1b[2J')
  talk.close()
  await server.stop()
})

test('endless data does not stop', async () => {
  const server = await hostile.endlessData('lines', anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  const port = readPort(await talk.say('EPSV'))
  const channel = look({ ...server, port }, 20_000, 20_000_000)
  expect(await talk.say('LIST')).toMatch(/^150/)
  expect((await channel).bytes).toBeGreaterThanOrEqual(20_000_000)
  talk.close()
  await server.stop()
})

test.each([
  { name: 'garbage', start: hostile.tlsGarbage },
  { name: 'silence', start: hostile.tlsSilence },
])('after 234 comes $name', async ({ name, start }) => {
  const server = await start(anywhere)
  const talk = await open(server.address, server.port)
  await talk.reply()
  expect(await talk.say('AUTH TLS')).toMatch(/^234/)
  const outcome = await Promise.race([
    talk.secure().then(
      () => 'secure',
      () => 'failed',
    ),
    new Promise((resolve) => setTimeout(resolve, 500, 'nothing')),
  ])
  expect(outcome).toBe(name === 'garbage' ? 'failed' : 'nothing')
  talk.close()
  await server.stop()
})

test.each([
  { by: '421', third: /^421 .*$/s, end: 'closed' },
  { by: 'reset', third: /^$/, end: 'reset' },
  { by: 'silence', third: /^$/, end: 'open' },
] as const)('the third connection is banned by $by', async ({ by, third, end }) => {
  const server = await hostile.bans(2, by, anywhere)
  expect((await look(server, 1000, 1)).text).toMatch(/^220/)
  expect((await look(server, 1000, 1)).text).toMatch(/^220/)
  const last = await look(server, 300, 1000)
  expect(last.text).toMatch(third)
  expect(last.end).toBe(end)
  await server.stop()
})

describe.skipIf(!existsSync(openssl))('bytes behind AUTH (needs openssl)', () => {
  test.each([
    { behind: 'kept', reply: /^200 Fine/ },
    { behind: 'dropped', reply: /^silent$/ },
  ] as const)('are $behind', async ({ behind, reply }) => {
    const server = await injectable(makeCertificate('good'), behind, anywhere)
    const talk = await open(server.address, server.port, undefined, 500)
    await talk.reply()
    expect(await talk.say('AUTH TLS\r\nNOOP')).toMatch(/^234/)
    await talk.secure()
    expect(await talk.reply()).toMatch(reply)
    expect(await talk.say('SYST')).toMatch(/^215/)
    talk.close()
    await server.stop()
  })
})
