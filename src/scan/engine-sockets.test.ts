/** The engine over real sockets of this machine: listeners on a few addresses of 127.0.0.0/8 and on ::1. */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { formatAddress } from '../model/address.ts'
import { addresses } from '../model/address-set.ts'
import { contains, ports } from '../model/port-set.ts'
import type { Sighting } from '../model/sighting.ts'
import { reachOf } from './dial.ts'
import { type ScanPlan, type ScanWorld, startScan } from './engine.ts'
import { loopbackPacing } from './pacing.ts'
import { loopbackScope } from './scope.ts'
import { fakeService } from './testing/net-world.ts'
import { defaultTimeouts } from './timeouts.ts'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))))
})

async function greet(host: string, port: number, greeting: string): Promise<number> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.end(greeting)
  })
  servers.push(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const bound = server.address()
  return typeof bound === 'object' && bound ? bound.port : 0
}

function worldOf(signal: AbortSignal, told: Sighting[]): ScanWorld {
  const clock = () => performance.now()
  return {
    reachOf: (target) => reachOf(target, { clock, wait: (ms) => wait(ms), signal }),
    async look({ target, port, connection }) {
      const received = await connection.receive(2000)
      connection.close()
      const banner = received.kind === 'bytes' ? new TextDecoder().decode(received.bytes) : null
      return { service: fakeService(target, port, banner), banned: false }
    },
    emit: (sighting) => {
      told.push(sighting)
    },
    save: null,
    clock,
    now: () => Date.now(),
    timer(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds)
      return () => clearTimeout(timer)
    },
    signal,
  }
}

const planOf = (changes: Partial<ScanPlan>): ScanPlan => ({
  run: 'run',
  scope: loopbackScope,
  targets: { addresses: addresses('127.0.0.1'), names: new Map() },
  ports: ports(1),
  seed: 4,
  pacing: loopbackPacing,
  timeouts: defaultTimeouts,
  retries: 1,
  listenOnly: [],
  kept: [],
  checkpointMilliseconds: 5000,
  graceMilliseconds: 500,
  options: null,
  ...changes,
})

test('finds what listens, and calls the rest closed', async () => {
  const port = await greet('127.83.1.2', 0, 'hello from 2')
  await greet('127.83.1.5', port, 'hello from 5')
  const range = ports([Math.max(1, port - 40), Math.min(65_535, port + 40)])
  const told: Sighting[] = []
  const plan = planOf({
    targets: {
      addresses: addresses('127.83.1.0/29'),
      names: new Map([['127.83.1.5', 'five.test']]),
    },
    ports: range,
  })
  const end = await startScan(plan, worldOf(new AbortController().signal, told), null).done
  expect(end.kind).toBe('completed')
  const found = told.flatMap((one) =>
    one.kind === 'service' && one.service.port === port
      ? [`${formatAddress(one.service.address)} ${one.service.hostname} ${one.service.banner}`]
      : [],
  )
  expect(found.sort()).toEqual([
    '127.83.1.2 null hello from 2',
    '127.83.1.5 five.test hello from 5',
  ])
  const closed = told.filter((one) => one.kind === 'probe' && one.outcome === 'closed')
  expect(closed.length).toBe(8)
  for (const one of closed)
    if (one.kind === 'probe')
      expect(contains(one.ports, port)).toBe(
        !['127.83.1.2', '127.83.1.5'].includes(formatAddress(one.address)),
      )
})

test('IPv6', async (context) => {
  const port = await greet('::1', 0, 'six').catch(() => null)
  if (port === null) return context.skip('this machine has no ::1')
  const told: Sighting[] = []
  const plan = planOf({
    targets: { addresses: addresses('::1'), names: new Map() },
    ports: ports(port),
  })
  await startScan(plan, worldOf(new AbortController().signal, told), null).done
  expect(told[0]).toMatchObject({ kind: 'service', service: { banner: 'six' } })
})

test('an interruption ends soon, says so, and the rest is done after a resume', async () => {
  const controller = new AbortController()
  const told: Sighting[] = []
  const plan = planOf({
    targets: { addresses: addresses('127.83.2.0/24'), names: new Map() },
    ports: ports([1, 20]),
    pacing: { ...loopbackPacing, rate: 4000 },
  })
  const first = startScan(plan, worldOf(controller.signal, told), null)
  await wait(150)
  controller.abort()
  const asked = performance.now()
  const stopped = await first.done
  expect(performance.now() - asked).toBeLessThan(2000)
  expect(stopped.kind).toBe('stopped')
  expect(told.at(-1)).toMatchObject({ kind: 'coverage', complete: false })
  const fast = { ...plan, pacing: loopbackPacing }
  const end = await startScan(fast, worldOf(new AbortController().signal, told), stopped.checkpoint)
    .done
  expect(end.kind).toBe('completed')
  const { outcomes, services } = end.counts
  expect(Object.values(outcomes).reduce((a, b) => a + b, services)).toBe(256 * 20)
  const pairs = told.flatMap((one) =>
    one.kind === 'probe'
      ? Array.from({ length: 20 }, (_, i) => i + 1)
          .filter((port) => contains(one.ports, port))
          .map((port) => `${formatAddress(one.address)} ${port}`)
      : [],
  )
  expect(pairs.length + services).toBe(256 * 20)
  expect(new Set(pairs).size).toBe(pairs.length)
})
