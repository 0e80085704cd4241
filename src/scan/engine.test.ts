import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress } from '../model/address.ts'
import { type AddressSet, addresses } from '../model/address-set.ts'
import { noPorts, type PortSet, ports, toPairs } from '../model/port-set.ts'
import type { FtpFacts } from '../model/service.ts'
import type { Sighting } from '../model/sighting.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { CheckpointMismatch, type ScanPlan, startScan } from './engine.ts'
import { defaultPacing, type Pacing } from './pacing.ts'
import { ftpPorts, listenOnlyPorts } from './ports.ts'
import { scopeOf } from './scope.ts'
import { type FakeNetwork, fakeService, fakeWorld, type PortAnswer } from './testing/net-world.ts'
import { defaultTimeouts } from './timeouts.ts'

const unhurried: Pacing = { ...defaultPacing, rate: null, perHostRate: null }
const everywhere = addresses('0.0.0.0/0', '::/0')
const none = addresses()

function planOf(set: AddressSet, portSet: PortSet, changes: Partial<ScanPlan> = {}): ScanPlan {
  return {
    run: 'run-1',
    scope: scopeOf('file', everywhere, none),
    targets: { addresses: set, names: new Map() },
    ports: portSet,
    seed: 7,
    pacing: unhurried,
    timeouts: defaultTimeouts,
    retries: 1,
    listenOnly: listenOnlyPorts,
    kept: ftpPorts,
    checkpointMilliseconds: 5000,
    graceMilliseconds: 1000,
    options: null,
    ...changes,
  }
}

async function run(network: FakeNetwork, plan: ScanPlan) {
  const fake = fakeWorld(network)
  const end = await fake.until(startScan(plan, fake.world, null).done)
  return { ...fake, end }
}

/** One line a pair: `10.0.0.1 21 open`. A service is an open pair. */
function pairsOf(told: readonly Sighting[]): string[] {
  return told
    .flatMap((sighting) => {
      if (sighting.kind === 'service')
        return [`${formatAddress(sighting.service.address)} ${sighting.service.port} service`]
      if (sighting.kind !== 'probe') return []
      const address = formatAddress(sighting.address)
      return toPairs(sighting.ports).flatMap(([from, to]) =>
        Array.from(
          { length: to - from + 1 },
          (_, i) => `${address} ${from + i} ${sighting.outcome}`,
        ),
      )
    })
    .sort()
}

const closed: PortAnswer = { kind: 'closed' }
const open = (banner: string | null): PortAnswer => ({ kind: 'open', banner })

describe('what comes of a pair', () => {
  const rows: { name: string; answer: PortAnswer; outcome: string; dials: number }[] = [
    { name: 'open', answer: open('hello'), outcome: 'service', dials: 1 },
    { name: 'closed', answer: closed, outcome: 'closed', dials: 1 },
    {
      name: 'filtered, after one more try',
      answer: { kind: 'filtered' },
      outcome: 'filtered',
      dials: 2,
    },
    { name: 'unreachable', answer: { kind: 'unreachable' }, outcome: 'unreachable', dials: 1 },
    { name: 'error', answer: { kind: 'code', code: 'EINVAL' }, outcome: 'error', dials: 1 },
    {
      name: 'no address of this family here',
      answer: { kind: 'code', code: 'EADDRNOTAVAIL' },
      outcome: 'error',
      dials: 4,
    },
  ]
  test.each(rows)('$name', async ({ answer, outcome, dials }) => {
    const { told, seen, end } = await run(
      { answer: () => answer },
      planOf(addresses('10.0.0.1'), ports(21)),
    )
    expect(pairsOf(told)).toEqual([`10.0.0.1 21 ${outcome}`])
    expect(seen.dials.length).toBe(dials)
    expect(end.kind).toBe('completed')
    expect(seen.open).toBe(0)
  })
})

test('every pair is told once, ports as ranges, coverage last', async () => {
  const { told, end } = await run(
    {
      answer: (address, port) =>
        address.endsWith('.7') && port === 1005
          ? open('x')
          : port < 1010
            ? closed
            : { kind: 'filtered' },
    },
    planOf(addresses('10.0.0.0/24'), ports([1000, 1019])),
  )
  const pairs = pairsOf(told)
  expect(pairs.length).toBe(256 * 20)
  expect(new Set(pairs).size).toBe(pairs.length)
  expect(told.filter(({ kind }) => kind === 'probe').length).toBe(512)
  const last = told.at(-1)
  expect(last).toMatchObject({ kind: 'coverage', complete: true, ports: [1000, 1019] })
  expect(end.counts.outcomes.filtered).toBe(2560)
  expect(end.counts.services).toBe(1)
})

test('ten thousand hosts, each of ten ports once, no neighbours in time the same', async () => {
  const set = addresses('10.0.0.0-10.0.39.15')
  const { told, seen } = await run({ answer: () => closed }, planOf(set, ports([20, 29])))
  expect(pairsOf(told).length).toBe(10_000 * 10)
  expect(seen.dials.length).toBe(100_000)
  expect(seen.mostInFlight).toBe(2000)
  let same = 0
  for (let i = 1; i < seen.dials.length; i++)
    if (seen.dials[i]?.address === seen.dials[i - 1]?.address) same++
  expect(same).toBeLessThan(5)
})

test('one host with every port', async () => {
  const { told, seen } = await run(
    { answer: (_, port) => (port % 5000 === 0 ? open(`port ${port}`) : closed) },
    planOf(addresses('::1'), ports([1, 65_535])),
  )
  expect(told.filter(({ kind }) => kind === 'service').length).toBe(13)
  expect(pairsOf(told).length).toBe(65_535)
  expect(seen.mostDialling).toBeLessThanOrEqual(32)
})

describe('pacing', () => {
  test('the rate of all and of each host', async () => {
    const pacing = { ...unhurried, rate: 100, perHostRate: 10 }
    const { seen } = await run(
      { answer: () => closed },
      planOf(addresses('10.0.0.0/28'), ports([1, 50]), { pacing }),
    )
    const last = seen.dials.at(-1)?.at ?? 0
    expect(seen.dials.length).toBe(800)
    expect(last).toBeGreaterThan(7800)
    expect(last).toBeLessThan(9500)
    const one = seen.dials.filter(({ address }) => address === '10.0.0.3').map(({ at }) => at)
    for (let i = 12; i < one.length; i++)
      expect((one[i] ?? 0) - (one[i - 11] ?? 0)).toBeGreaterThan(990)
  })

  test('never more than two conversations with one address', async () => {
    const { seen, told } = await run(
      { answer: (_, port) => open(`port ${port}`), lookMilliseconds: 500 },
      planOf(addresses('10.0.0.0/30'), ports([2000, 2039])),
    )
    expect(seen.mostConversations).toBe(2)
    expect(told.filter(({ kind }) => kind === 'service').length).toBe(160)
  })

  test('a look may have the second conversation while nobody else has it', async () => {
    const leaves: boolean[] = []
    let most = 0
    const { told } = await run(
      {
        answer: () => open('x'),
        look: async ({ another, target, port, connection }) => {
          const back = another()
          leaves.push(back !== null)
          most = Math.max(most, another() ? 9 : 2)
          back?.()
          connection.close()
          return { service: fakeService(target, port, `port ${port}`), banned: false }
        },
      },
      planOf(addresses('10.0.0.1'), ports([1, 5])),
    )
    expect(leaves).toContain(true)
    expect(most).toBe(2)
    expect(pairsOf(told).length).toBe(5)
  })
})

test('a look that keeps its leave to itself does not stop the others', async () => {
  const { told, end } = await run(
    {
      answer: () => open('same'),
      look: async ({ another, target, port, connection }) => {
        another()
        connection.close()
        return { service: fakeService(target, port, 'same'), banned: false }
      },
    },
    planOf(addresses('10.0.0.1'), ports([1, 12])),
  )
  expect(end.counts.services).toBe(12)
  expect(pairsOf(told).length).toBe(12)
})

test('progress counts pairs, and ends with all of them', async () => {
  const fake = fakeWorld({ answer: () => closed, delay: () => 10 })
  const plan = planOf(addresses('10.0.0.0/24'), ports([1, 10]), {
    pacing: { ...unhurried, rate: 500 },
  })
  const scan = startScan(plan, fake.world, null)
  const readings: (number | null)[] = []
  for (let at = 1000; at <= 4000; at += 500)
    fake.clock.timer(at, () => {
      const { done, pairs, rate, secondsLeft } = scan.progress()
      expect(pairs).toBe(2560)
      expect(done).toBeGreaterThan(0)
      if (at > 1000) expect(rate).toBeCloseTo(500, -2)
      readings.push(secondsLeft)
    })
  await fake.until(scan.done)
  expect(readings.at(-1)).toBeLessThan(1.5)
  expect(scan.progress()).toMatchObject({ done: 2560, pairs: 2560, inFlight: 0, secondsLeft: 0 })
})

describe('manners', () => {
  test('after a ban nothing more is asked of the address, and nothing is called closed', async () => {
    const { told, seen } = await run(
      {
        answer: (_, port) => (port === 21 ? open('go away') : closed),
        delay: (_, port) => (port === 21 ? 1 : 50),
        look: async ({ target, port, connection }) => {
          connection.close()
          return { service: fakeService(target, port, 'go away', 'banned'), banned: true }
        },
      },
      planOf(addresses('10.0.0.1'), ports(21, [1000, 1999]), {
        pacing: { ...unhurried, perHostRate: 100, perHostInFlight: 4 },
        seed: 3,
      }),
    )
    const pairs = pairsOf(told)
    const notProbed = pairs.filter((pair) => pair.endsWith('not-probed')).length
    expect(pairs.length).toBe(1001)
    expect(pairs.filter((pair) => pair.endsWith('closed')).length + notProbed).toBe(1000)
    expect(notProbed).toBeGreaterThan(0)
    expect(seen.dials.length).toBe(1001 - notProbed + inFlightAtBan(seen.dials))
  })

  test('a port that answered and then does not is a ban', async () => {
    const { told } = await run(
      {
        answer: (_, port, dials) => (dials === 0 ? open(`port ${port}`) : { kind: 'filtered' }),
        lookMilliseconds: 100,
      },
      planOf(addresses('10.0.0.1'), ports([1, 6])),
    )
    const ends = pairsOf(told).map((pair) => pair.split(' ')[2])
    expect(ends.filter((end) => end === 'service').length).toBe(2)
    expect(ends.filter((end) => end === 'banned').length).toBeGreaterThan(0)
    expect(ends).not.toContain('closed')
  })

  test('an address that answers on everything is one line, its FTP ports are looked at', async () => {
    const { told, seen } = await run(
      { answer: (_, port) => (port === 21 ? open('220 FTP') : open(null)), lookMilliseconds: 3000 },
      planOf(addresses('10.0.0.1'), ports([1, 4000])),
    )
    const gaps = told.flatMap((sighting) => (sighting.kind === 'gap' ? [sighting.gap.reason] : []))
    expect(gaps).toEqual(['answers-on-everything'])
    const services = told.flatMap((sighting) =>
      sighting.kind === 'service' ? [sighting.service.port] : [],
    )
    expect(services).toContain(21)
    expect(services.length).toBeLessThan(40)
    expect(seen.looks.length).toBeLessThan(60)
    const pairs = pairsOf(told)
    expect(pairs.length).toBe(4000)
    expect(pairs.filter((pair) => pair.endsWith('not-probed')).length).toBeGreaterThan(3000)
  })

  test('two hundred and fifty ports that say different things are services', async () => {
    const { told } = await run(
      { answer: (_, port) => open(`port ${port}`) },
      planOf(addresses('10.0.0.1'), ports([1000, 1249])),
    )
    expect(told.filter(({ kind }) => kind === 'service').length).toBe(250)
  })

  test('twenty ports that say the same are services', async () => {
    const { told } = await run(
      { answer: () => open('same') },
      planOf(addresses('10.0.0.1'), ports([1000, 1019])),
    )
    expect(told.filter(({ kind }) => kind === 'service').length).toBe(20)
  })

  test('printers and controllers are listened to, unless asked for', async () => {
    const network: FakeNetwork = { answer: (_, port) => open(`port ${port}`) }
    const set = addresses('10.0.0.1')
    const some = ports(80, 102, 9100)
    const modes = async (listenOnly: PortSet) =>
      (await run(network, planOf(set, some, { listenOnly }))).seen.looks
        .sort((a, b) => a.port - b.port)
        .map(({ mode }) => mode)
    expect(await modes(listenOnlyPorts)).toEqual(['full', 'listen-only', 'listen-only'])
    expect(await modes(noPorts)).toEqual(['full', 'full', 'full'])
  })
})

/** Dials under way when the ban came end as not-probed though they were begun. */
const inFlightAtBan = (dials: readonly { at: number; port: number }[]): number => {
  const ban = dials.find(({ port }) => port === 21)?.at ?? 0
  return dials.filter(({ at }) => at > ban + 1 - 50 && at <= ban + 1).length - 1
}

describe('when something goes wrong', () => {
  test('a machine without descriptors goes slower and loses nothing', async () => {
    let open = 0
    const plan = planOf(addresses('10.0.0.0/22'), ports([1, 4]))
    const fake = fakeWorld({ answer: () => closed, delay: () => 20 })
    const reachOf: typeof fake.world.reachOf = (target) => {
      const reach = fake.world.reachOf(target)
      return {
        ...reach,
        async dial(port, milliseconds) {
          if (open >= 100) return { kind: 'failed', ending: 'local-error', code: 'EMFILE' }
          open++
          const dialled = await reach.dial(port, milliseconds)
          open--
          return dialled
        },
      }
    }
    const end = await fake.until(startScan(plan, { ...fake.world, reachOf }, null).done)
    expect(end.counts.outcomes).toMatchObject({ closed: 4096, error: 0 })
    expect(fake.told.filter(({ kind }) => kind === 'gap').length).toBe(1)
  })

  test('a look that throws is a gap and an open port', async () => {
    const { told } = await run(
      {
        answer: () => open('x'),
        look: async () => {
          throw new Error('broken')
        },
      },
      planOf(addresses('10.0.0.1'), ports(80)),
    )
    expect(pairsOf(told)).toEqual(['10.0.0.1 80 open'])
    expect(told.find(({ kind }) => kind === 'gap')).toMatchObject({
      gap: { reason: 'look-failed' },
    })
  })

  test('a look without what it needs of this machine is made again, not for ever', async () => {
    const { told, seen } = await run(
      {
        answer: () => open('x'),
        look: async ({ target, port, connection }) => {
          connection.close()
          return { service: fakeService(target, port, null, 'local-error'), banned: false }
        },
      },
      planOf(addresses('10.0.0.1'), ports(80)),
    )
    expect(pairsOf(told)).toEqual(['10.0.0.1 80 service'])
    expect(seen.looks.length).toBe(5)
  })

  test('output that cannot be written ends the scan', async () => {
    const fake = fakeWorld({ answer: () => closed })
    const emit = () => Promise.reject(new Error('disk full'))
    const plan = planOf(addresses('10.0.0.0/24'), ports([1, 9]))
    const { done } = startScan(plan, { ...fake.world, emit }, null)
    await expect(fake.until(done)).rejects.toThrow('disk full')
  })

  test('slow output holds the scan back', async () => {
    const fake = fakeWorld({ answer: (_, port) => open(`port ${port}`) })
    let most = 0
    const emit = async () => {
      most = Math.max(most, fake.seen.looks.length - fake.told.length)
      await fake.clock.wait(10)
      fake.told.push({ kind: 'gap', gap: { key: '', source: null, reason: '', message: '' } })
    }
    const plan = planOf(addresses('10.0.0.0/22'), ports([1, 4]), {
      pacing: { ...unhurried, inFlight: 50 },
    })
    await fake.until(startScan(plan, { ...fake.world, emit }, null).done)
    expect(most).toBeLessThan(400)
    expect(fake.told.length).toBe(4097)
  })

  test('an address outside of the scope is never dialled, whoever put it among the targets', async () => {
    const scope = scopeOf('file', addresses('10.0.0.1'), none)
    const { told, seen } = await run(
      { answer: () => closed },
      planOf(addresses('10.0.0.0/30'), ports(21), { scope }),
    )
    expect(seen.dials.map(({ address }) => address)).toEqual(['10.0.0.1'])
    expect(pairsOf(told)).toEqual([
      '10.0.0.0 21 not-probed',
      '10.0.0.1 21 closed',
      '10.0.0.2 21 not-probed',
      '10.0.0.3 21 not-probed',
    ])
  })
})

describe('interrupted and resumed', () => {
  const network: FakeNetwork = {
    answer: (address, port) => {
      const kind = (Number(address.split('.')[3]) * 7 + port) % 11
      return kind === 0 ? open(`${address}:${port}`) : kind < 3 ? { kind: 'filtered' } : closed
    },
    lookMilliseconds: 300,
    delay: (_, port) => port % 7,
  }
  const plan = planOf(addresses('10.0.0.0/26'), ports([1, 30]), {
    pacing: { ...unhurried, inFlight: 64 },
    checkpointMilliseconds: 400,
  })

  const interruptedAt = async (
    milliseconds: number,
    from: Checkpoint | null,
    told: Sighting[],
  ): Promise<Checkpoint | null> => {
    const controller = new AbortController()
    const fake = fakeWorld(network, controller.signal)
    const { done } = startScan(plan, fake.world, from)
    fake.clock.timer(milliseconds, () => controller.abort())
    const end = await fake.until(done)
    told.push(...fake.told)
    if (!end.checkpoint) return null
    const read = readCheckpoint(writeCheckpoint(end.checkpoint))
    if (read.kind === 'wrong') throw new Error(read.message)
    return read.checkpoint
  }

  test('by Ctrl-C at any moments: the same pairs, none of them twice', async () => {
    const whole = pairsOf((await run(network, plan)).told)
    for (const step of [1, 40, 333, 900, 1777, 4000]) {
      const told: Sighting[] = []
      let from: Checkpoint | null = null
      let rounds = 0
      do from = await interruptedAt(step * (1 + rounds) ** 2, from, told)
      while (from && ++rounds < 200)
      expect(pairsOf(told)).toEqual(whole)
      const coverages = told.flatMap((one) => (one.kind === 'coverage' ? [one.complete] : []))
      expect(coverages).toEqual([...new Array(coverages.length - 1).fill(false), true])
    }
  })

  test('by a crash: nothing is lost, what came after the checkpoint may come again', async () => {
    const whole = pairsOf((await run(network, plan)).told)
    const { saved, told } = await run(network, plan)
    expect(saved.length).toBeGreaterThan(3)
    for (const from of saved) {
      const fake = fakeWorld(network)
      const end = await fake.until(startScan(plan, fake.world, from).done)
      // What was told before the checkpoint is on disk: the output file ends somewhere behind it.
      expect([...new Set([...pairsOf(told), ...pairsOf(fake.told)])].sort()).toEqual(whole)
      expect(fake.told.length).toBeLessThanOrEqual(told.length)
      expect(end.counts.services).toBe(whole.filter((pair) => pair.endsWith('service')).length)
    }
  })

  test('whatever the network and the moments', async () => {
    const moments = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 5 })
    const kinds = fc.array(fc.constantFrom('open', 'closed', 'filtered', 'unreachable'), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(moments, kinds, fc.nat(), async (cuts, table, seed) => {
        const strange: FakeNetwork = {
          answer: (address, port) => {
            const kind = table[(Number(address.split('.')[3]) * 5 + port * 3) % table.length]
            return kind === 'open'
              ? open(port % 2 === 0 ? null : 'the same')
              : { kind: (kind ?? 'closed') as 'closed' }
          },
          delay: (_, port) => port % 40,
          lookMilliseconds: 200,
        }
        const small = planOf(addresses('10.0.0.0-10.0.0.9'), ports([1, 12], 9100), {
          pacing: { ...unhurried, inFlight: 20 },
          seed,
        })
        const told: Sighting[] = []
        let from: Checkpoint | null = null
        for (const cut of [...cuts, 10_000_000]) {
          const controller = new AbortController()
          const fake = fakeWorld(strange, controller.signal)
          const { done } = startScan(small, fake.world, from)
          fake.clock.timer(cut, () => controller.abort())
          const end = await fake.until(done)
          told.push(...fake.told)
          expect(fake.seen.mostConversations).toBeLessThanOrEqual(2)
          from = end.checkpoint
          if (end.kind === 'completed') break
        }
        expect(from).toBeNull()
        const whole = pairsOf((await run(strange, small)).told)
        expect(pairsOf(told)).toEqual(whole)
      }),
      { numRuns: 25 },
    )
  })

  test('who banned us is not asked again after a resume', async () => {
    const banning: FakeNetwork = {
      answer: (_, port) => (port === 21 ? open('go away') : closed),
      delay: (_, port) => (port === 21 ? 1 : 400),
      look: async ({ target, port, connection }) => {
        connection.close()
        return { service: fakeService(target, port, 'go away', 'banned'), banned: true }
      },
    }
    const one = planOf(addresses('10.0.0.1'), ports([1, 200]), {
      pacing: { ...unhurried, perHostInFlight: 8 },
    })
    const controller = new AbortController()
    const first = fakeWorld(banning, controller.signal, {
      emit: (sighting) => {
        first.told.push(sighting)
        // The ban is told while connections are under way.
        if (sighting.kind === 'service') controller.abort()
      },
    })
    const stopped = await first.until(
      startScan({ ...one, graceMilliseconds: 1 }, first.world, null).done,
    )
    expect(stopped.kind).toBe('stopped')
    const second = fakeWorld(banning)
    await second.until(startScan(one, second.world, stopped.checkpoint).done)
    expect(second.seen.dials).toEqual([])
    const pairs = pairsOf([...first.told, ...second.told])
    expect(pairs.length).toBe(200)
    expect(pairs).toContain('10.0.0.1 21 service')
  })

  test('what a look left at a server is told although the look was cut short, and once', async () => {
    const controller = new AbortController()
    const leaving: FakeNetwork = {
      answer: (_, port) => (port === 21 ? open('go away') : closed),
      look: async ({ target, port, connection }) => {
        controller.abort()
        connection.close()
        const service = fakeService(target, port, 'hello', 'cancelled')
        return { service: { ...service, ftp: folderLeft }, banned: false }
      },
    }
    const one = planOf(addresses('10.0.0.1'), ports(21))
    const first = fakeWorld(leaving, controller.signal)
    const stopped = await first.until(startScan(one, first.world, null).done)
    expect(stopped.kind).toBe('stopped')
    expect(pairsOf(first.told)).toEqual(['10.0.0.1 21 service'])
    const second = fakeWorld(leaving)
    await second.until(startScan(one, second.world, stopped.checkpoint).done)
    expect(pairsOf(second.told)).toEqual([])
  })

  test('a checkpoint that cannot be written is a gap, not the end', async () => {
    const fake = fakeWorld(network)
    const save = () => Promise.reject(new Error('disk full'))
    const end = await fake.until(startScan(plan, { ...fake.world, save }, null).done)
    expect(end.kind).toBe('completed')
    const gaps = fake.told.flatMap((one) => (one.kind === 'gap' ? [one.gap.reason] : []))
    expect(gaps).toEqual(['checkpoint-failed'])
  })

  test('a checkpoint of another scan is refused', async () => {
    const told: Sighting[] = []
    const from = await interruptedAt(50, null, told)
    const other = { ...plan, ports: ports([1, 31]) }
    const fake = fakeWorld(network)
    expect(() => startScan(other, fake.world, from)).toThrow(CheckpointMismatch)
  })
})

test('no targets are a coverage of nothing', async () => {
  const { told, end } = await run({ answer: () => closed }, planOf(none, ports(21)))
  expect(told.map(({ kind }) => kind)).toEqual(['coverage'])
  expect(end.kind).toBe('completed')
})

const folderLeft: FtpFacts = {
  anonymous: 'yes',
  writable: 'proved',
  explicitTls: 'unknown',
  implicitTls: 'unknown',
  clearLoginAnonymous: 'unknown',
  clearLoginAccounts: 'unknown',
  tlsRequired: 'unknown',
  bounce: 'unknown',
  passiveAddress: 'unknown',
  features: null,
  checks: [],
  transcript: [],
  files: null,
  writableDirectories: ['/'],
  cleanUp: [{ path: '/portreeve-1', removed: false }],
}
