import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Observation } from '../../model/observation.ts'
import { LakeBusyError, WriterLock } from '../catalogue/lock.ts'
import type { Lake } from '../lake/lake.ts'
import { type Witness, witnesses } from '../lake/source.ts'
import { hour } from '../lake/time.ts'
import { dropFolder, filesBelow, makeFolder, withLake } from '../testing/folder.ts'
import {
  address,
  channel,
  file,
  flow,
  noon,
  service,
  session,
  source,
} from '../testing/observations.ts'

const world = { now: () => noon + hour }
const asked = { asOf: 'newest', hours: 72 } as const
const readings = ['raw', 'rollup'] as const

const rowsOf = <T>(
  answer: { readonly kind: 'found'; readonly rows: readonly T[] } | { readonly kind: 'none' },
) => (answer.kind === 'found' ? answer.rows : answer.kind)

describe.each(readings)('from %s', (read) => {
  const how = { ...asked, read }

  test('the trend counts FTP on custom ports and what is not FTP on 21, by hour', async () => {
    await withLake(world, async (lake) => {
      await lake.ingest(source('a'), [
        session('198.51.100.1:1', '10.0.0.5:2121', noon),
        session('198.51.100.2:1', '10.0.0.5:2121', noon + 10),
        session('198.51.100.2:1', '10.0.0.6:8021', noon - hour),
        session('198.51.100.2:1', '10.0.0.6:21', noon), // usual
        session('198.51.100.2:1', '10.0.0.6:990', noon), // usual
        session('198.51.100.2:1', '10.0.0.6:2121', noon - 72 * hour), // too old
        service('10.0.0.7:21', noon),
        service('10.0.0.7:21', noon + 1),
        service('10.0.0.7:22', noon), // not 21
        service('10.0.0.8:21', noon, { recognition: 'ftp' }),
        service('10.0.0.8:21', noon, { recognition: 'undecided' }),
      ])
      expect(rowsOf(await lake.queries.ftpTrend(how))).toEqual([
        {
          hour: noon - hour,
          ftpOnCustomPorts: { sessions: 1, servers: 1 },
          otherOnPort21: { sightings: 0, servers: 0 },
        },
        {
          hour: noon,
          ftpOnCustomPorts: { sessions: 2, servers: 1 },
          otherOnPort21: { sightings: 2, servers: 1 },
        },
      ])
    })
  })

  test.each(permutations(['capture', 'monitor', 'server-log']))(
    'a session seen by $0, $1 and $2 is one, as the capture tells it',
    async (...order) => {
      await withLake(world, async (lake) => {
        for (const witness of order) await lake.ingest(source(witness, witness), [seenBy(witness)])
        expect(rowsOf(await lake.queries.serverPorts(how))).toMatchObject([
          { server: '10.0.0.5', port: 2121, custom: true, sessions: 1, active: 1, bytes: 100 },
        ])
        expect(rowsOf(await lake.queries.fileKinds(how))).toEqual([
          {
            category: 'pdf',
            type: 'application/pdf',
            direction: 'to-client',
            files: 1,
            bytes: 100,
          },
        ])
        expect(await lake.events('ftp-session', { from: 0, to: noon * 2, limit: 10 })).toHaveLength(
          3,
        )
      })
    },
  )

  test.each([
    { name: 'three seconds apart', other: session('198.51.100.1:1', '10.0.0.5:21', noon + 3000) },
    { name: 'from another port', other: session('198.51.100.1:2', '10.0.0.5:21', noon) },
    { name: 'from another client', other: session('198.51.100.2:1', '10.0.0.5:21', noon) },
    { name: 'to another port', other: session('198.51.100.1:1', '10.0.0.5:2121', noon) },
  ])('sessions $name are two', async ({ other }) => {
    await withLake(world, async (lake) => {
      await lake.ingest(source('a'), [session('198.51.100.1:1', '10.0.0.5:21', noon)])
      await lake.ingest(source('b', 'monitor'), [other])
      expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: 2 }])
    })
  })

  test.each([
    { name: 'that overlap, ten seconds apart, are one', start: 10_000, end: hour, sessions: 1 },
    {
      name: 'that overlap, the second within the first, are one',
      start: 10_000,
      end: 20_000,
      sessions: 1,
    },
    { name: 'after each other are two', start: hour, end: 2 * hour, sessions: 2 },
  ])('sessions of the same ports $name', async ({ start, end, sessions }) => {
    const ends = ['198.51.100.1:40000', '10.0.0.5:21'] as const
    const one = session(...ends, noon - 3 * hour, { end: noon - 2 * hour })
    const other = session(...ends, noon - 3 * hour + start, { end: noon - 3 * hour + end })
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const)
      await withLake(world, async (lake) => {
        await lake.ingest(source('a'), [first])
        await lake.ingest(source('b', 'monitor'), [second])
        expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions }])
      })
  })

  test('a session that one saw open counts rather than a part of it, whoever saw that', async () => {
    const ends = ['198.51.100.1:40000', '10.0.0.5:2121'] as const
    const end = noon + 1000
    const whole = session(...ends, noon - 4 * hour, { end })
    const part = session(...ends, noon - hour, {
      ...{ end, startSeen: false, anonymous: false, dataChannels: null, files: [] },
    })
    const monitor = ['whole', 'monitor', whole] as const
    const capture = ['part', 'capture', part] as const
    for (const order of [
      [monitor, capture],
      [capture, monitor],
    ])
      await withLake(world, async (lake) => {
        for (const [name, witness, one] of order) await lake.ingest(source(name, witness), [one])
        expect(rowsOf(await lake.queries.serverPorts(how))).toMatchObject([
          { sessions: 1, anonymous: 1, bytes: 100, first: noon - 4 * hour },
        ])
        expect(rowsOf(await lake.queries.fileKinds(how))).toMatchObject([{ files: 1 }])
      })
  })

  test.each([1, 2, 3])(
    'a burst of one client is as many sessions, whichever of its sources comes first: %i',
    async (each) => {
      const count = 60
      const starts = Array.from({ length: count }, (_, i) => noon + i * 170 * each)
      const captured = starts.map((start, i) =>
        session(`198.51.100.1:${40_000 + i}`, '10.0.0.5:2121', start),
      )
      // Whole seconds, no ports, and in the order of their ends.
      const logged = starts
        .map((start) => session('198.51.100.1:0', '10.0.0.5:0', start - (start % 1000)))
        .reverse()
      const capture = [source('capture'), captured] as const
      const log = [source('log', 'server-log'), logged] as const
      for (const order of [
        [capture, log],
        [log, capture],
      ])
        await withLake(world, async (lake) => {
          for (const [origin, list] of order) await lake.ingest(origin, list)
          await lake.ingest(source('monitor', 'monitor'), captured)
          expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: count }])
        })
    },
  )

  test('sessions of the same ports that begin a day apart are two', async () => {
    await withLake(world, async (lake) => {
      for (const [name, hours] of [
        ['a', 60],
        ['b', 37],
        ['c', 20],
      ] as const)
        await lake.ingest(source(name), [
          session('198.51.100.1:40000', '10.0.0.5:21', noon - hours * hour, { end: noon }),
        ])
      expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: 2 }])
    })
  })

  test('two sessions of one source are two, however near', async () => {
    await withLake(world, async (lake) => {
      const one = session('198.51.100.1:1', '10.0.0.5:21', noon)
      await lake.ingest(source('a'), [one, one])
      expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: 2 }])
    })
  })

  test('a log that tells no port of the client fits', async () => {
    await withLake(world, async (lake) => {
      await lake.ingest(source('a'), [session('198.51.100.1:1', '10.0.0.5:21', noon)])
      await lake.ingest(source('b', 'server-log'), [
        session('198.51.100.1:0', '10.0.0.5:21', noon + 1000),
      ])
      expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: 1 }])
    })
  })

  test('a session of another port is not the one that a log without ports stands for already', async () => {
    await withLake(world, async (lake) => {
      const at = (port: number) => [session(`198.51.100.1:${port}`, '10.0.0.5:21', noon)]
      await lake.ingest(source('log', 'server-log'), at(0))
      await lake.ingest(source('capture'), at(40_000))
      await lake.ingest(source('monitor', 'monitor'), at(40_001))
      expect(rowsOf(await lake.queries.partyCount(how))).toMatchObject([{ sessions: 2 }])
    })
  })

  test('clients, servers and anonymous logins', async () => {
    await withLake(world, async (lake) => {
      await lake.ingest(source('a'), [
        session('198.51.100.1:1', '10.0.0.5:21', noon),
        session('198.51.100.1:2', '10.0.0.6:21', noon - hour, { anonymous: false }),
        session('198.51.100.2:1', '8.8.8.8:21', noon, { anonymous: null }),
      ])
      expect(rowsOf(await lake.queries.clientsSeen(how))).toMatchObject(
        [
          {
            network: 'site-1',
            address: '198.51.100.1',
            partners: 2,
            sessions: 2,
            first: noon - hour,
          },
          { network: 'internet', address: '198.51.100.2', partners: 1, sessions: 1 },
        ].sort((a, b) => b.sessions - a.sessions),
      )
      expect(rowsOf(await lake.queries.serversSeen(how))).toHaveLength(3)
      expect(rowsOf(await lake.queries.partyCount(how))).toEqual([
        { clients: 2, servers: 3, services: 3, sessions: 3 },
      ])
      expect(rowsOf(await lake.queries.anonymousLogins(how))).toEqual([
        {
          network: 'site-1',
          server: '10.0.0.5',
          port: 21,
          client: '198.51.100.1',
          sessions: 1,
          first: noon,
          last: noon,
        },
      ])
    })
  })

  test('a connection that two interfaces saw is counted at one; refused ones are not', async () => {
    await withLake(world, async (lake) => {
      const at = (id: string) => ({ observer: { kind: 'interface' as const, id } })
      await lake.ingest(source('f', 'flow-log'), [
        flow('198.51.100.1:1', '10.0.0.5:21', noon, at('eni-1')),
        flow('198.51.100.1:1', '10.0.0.5:21', noon, at('eni-2')),
        flow('198.51.100.1:2', '10.0.0.5:21', noon, at('eni-2')),
        flow('198.51.100.9:2', '10.0.0.5:21', noon, { action: 'reject' }),
        flow('10.0.0.5:21', '198.51.100.1:3', noon, { ...at('eni-2'), initiator: 'dst' }),
      ])
      expect(rowsOf(await lake.queries.topTalkers({ ...how, of: 'flows' }))).toEqual([
        {
          network: 'site-1',
          server: '10.0.0.5',
          port: 21,
          protocol: 6,
          client: '198.51.100.1',
          events: 3,
          bytes: 3000,
        },
      ])
    })
  })

  test('nothing in the window: said so, with the newest event', async () => {
    await withLake(world, async (lake) => {
      await lake.ingest(source('a'), [session('198.51.100.1:1', '10.0.0.5:2121', noon - 90 * hour)])
      expect(await lake.queries.ftpTrend({ ...how, asOf: noon })).toEqual({
        kind: 'none',
        window: { from: noon - 71 * hour, to: noon + hour },
        newest: noon - 90 * hour,
      })
      expect(rowsOf(await lake.queries.ftpTrend(how))).toHaveLength(1)
    })
  })
})

function seenBy(witness: Witness): Observation {
  const off = { capture: 0, monitor: 900, 'server-log': -900, 'flow-log': 0 }[witness]
  return session('198.51.100.1:40000', '10.0.0.5:2121', noon + off, {
    dataChannels: witness === 'capture' ? [channel('active', 100)] : null,
    files: witness === 'server-log' ? [file('x', 'other', 7)] : [file('x', 'pdf', 100)],
  })
}

function permutations(list: readonly Witness[]): Witness[][] {
  return list.length === 0
    ? [[]]
    : list.flatMap((one) =>
        permutations(list.filter((other) => other !== one)).map((rest) => [one, ...rest]),
      )
}

test('something else in the window is no silence', async () => {
  await withLake(world, async (lake) => {
    await lake.ingest(source('a'), [
      flow('198.51.100.1:1', '10.0.0.5:443', noon, { action: 'reject' }),
    ])
    expect(await lake.queries.ftpTrend(asked)).toMatchObject({ kind: 'found', rows: [] })
  })
})

describe('who used an exposure', () => {
  const question = {
    targets: [
      { address: address('10.0.0.5'), port: 21 },
      { address: address('203.0.113.5'), port: 21 },
    ],
    protocol: 6,
    network: 'site-1',
    days: 1,
    asOf: noon,
  }
  const coverage = (more: Partial<Extract<Observation, { kind: 'coverage' }>>): Observation => ({
    kind: 'coverage',
    from: noon - 30 * hour,
    to: noon + hour,
    complete: true,
    sampled: 1,
    dropped: 0,
    at: [{ document: 'flows' }],
    ...more,
  })
  const ask = async (
    list: readonly Observation[],
    witness: Witness = 'flow-log',
    use: (lake: Lake) => Promise<unknown> = (lake) => lake.queries.exposureUse(question),
  ) => {
    let answer: unknown
    await withLake(world, async (lake) => {
      await lake.ingest(source('f', witness), list)
      answer = await use(lake)
    })
    return answer
  }
  const other = flow('198.51.100.1:1', '10.0.0.9:21', noon)
  const refused = flow('198.51.100.1:1', '10.0.0.5:22', noon - 300 * hour, { action: 'reject' })
  const from = noon - 23 * hour

  test('accepted flows to it, under any of its addresses', async () => {
    const seen = [
      flow('198.51.100.1:1', '10.0.0.5:21', noon),
      flow('198.51.100.2:1', '203.0.113.5:21', noon - hour),
      flow('198.51.100.3:1', '10.0.0.5:21', noon, { action: 'reject' }),
      flow('198.51.100.4:1', '10.0.0.5:21', noon, { transport: 'udp', protocol: 17 }),
      other,
      coverage({}),
    ]
    expect(await ask(seen)).toMatchObject({
      kind: 'seen',
      covered: true,
      clients: [
        { client: '198.51.100.1', connections: 1, first: noon },
        { client: '198.51.100.2', connections: 1, first: noon - hour },
      ],
    })
  })
  test.each([
    { name: 'refused long ago at another port', list: [refused] },
    { name: 'as a client', list: [flow('10.0.0.5:40000', '198.51.100.1:443', noon)] },
    {
      name: 'by one of its addresses',
      list: [flow('198.51.100.1:1', '203.0.113.5:80', noon, { initiator: 'unknown' })],
    },
    {
      name: 'on a wire that passes only FTP on',
      witness: 'capture',
      list: [session('198.51.100.1:1', '10.0.0.5:21', noon - 50 * hour)],
    },
  ] as const)(
    'nobody, where all of it was watched and the address was seen $name',
    async ({ list, ...more }) => {
      const witness = 'witness' in more ? more.witness : 'flow-log'
      expect(await ask([other, ...list, coverage({})], witness)).toMatchObject({
        kind: 'none-seen',
      })
    },
  )
  test.each([
    { name: 'never', list: [] },
    { name: 'only later', list: [flow('198.51.100.1:1', '10.0.0.5:80', noon + hour)] },
    {
      name: 'only at another port of FTP',
      list: [session('198.51.100.1:1', '10.0.0.5:2121', noon - 50 * hour)],
    },
  ])('unknown of an address that was seen $name', async ({ list }) => {
    expect(await ask([other, ...list, coverage({})])).toMatchObject({
      kind: 'unknown',
      reason: 'address-not-seen',
    })
  })
  test.each([
    { name: 'flows of another site', witness: 'flow-log', list: [refused] },
    {
      name: 'the log of a server',
      witness: 'server-log',
      list: [session('198.51.100.1:1', '10.0.0.5:21', noon - 50 * hour)],
    },
  ] as const)('unknown of an address that only $name named', async ({ name, witness, list }) => {
    const site = name.startsWith('flows') ? 'site-2' : 'site-1'
    await withLake(world, async (lake) => {
      await lake.ingest(source('f', 'flow-log'), [other, coverage({})])
      const { context, ...more } = source('g', witness)
      await lake.ingest({ ...more, context: { ...context, network: site } }, list)
      expect(await lake.queries.exposureUse(question)).toMatchObject({ reason: 'address-not-seen' })
    })
  })
  test('the address is known from hourly counts where its events are gone', async () => {
    await withLake(world, async (lake) => {
      const long = [flow('198.51.100.1:1', '10.0.0.5:80', noon - 100 * hour), other]
      await lake.ingest(source('f', 'flow-log'), [...long, coverage({})])
      await lake.retain({ eventsBefore: noon - 72 * hour })
      expect(await lake.queries.exposureUse(question)).toMatchObject({ kind: 'none-seen' })
    })
  })

  const backwards = { initiator: 'unknown' } as const
  describe.each(readings)('from %s', (read) => {
    const used = (list: readonly Observation[]) =>
      ask([...list, refused, coverage({})], 'flow-log', (lake) =>
        lake.queries.exposureUse({ ...question, read }),
      )
    const open = (end: number) => flow('198.51.100.1:1', '10.0.0.5:21', from - 20 * hour, { end })
    test.each([
      { name: 'a flow', seen: open(from + hour) },
      { name: 'a flow that ends as it begins', seen: open(from) },
      { name: 'a flow all through it', seen: open(noon + hour) },
      {
        name: 'a session',
        seen: session('198.51.100.1:1', '10.0.0.5:21', from - 20 * hour, { end: noon }),
      },
    ])('$name that was open since before the window is a use', async ({ seen }) => {
      expect(await used([seen])).toMatchObject({
        kind: 'seen',
        clients: [{ client: '198.51.100.1', connections: 1, first: from - 20 * hour }],
      })
    })
    test('what ended before the window is none', async () => {
      expect(await used([open(from - 1)])).toMatchObject({ kind: 'none-seen' })
    })
    test('of a flow that nobody saw open, the target is the service', async () => {
      const there = flow('10.0.0.5:21', '198.51.100.1:40000', noon, backwards)
      const back = flow('198.51.100.1:40000', '10.0.0.5:21', noon, backwards)
      for (const list of [[there], [there, back]])
        expect(await used(list)).toMatchObject({
          kind: 'seen',
          clients: [{ client: '198.51.100.1', connections: 1 }],
        })
    })
    test('nor do both directions count twice where the service is public', async () => {
      const target = { ...question, targets: [{ address: address('8.8.8.8'), port: 21 }], read }
      const both = [
        flow('8.8.8.8:21', '10.0.0.9:40000', noon, backwards),
        flow('10.0.0.9:40000', '8.8.8.8:21', noon, backwards),
      ]
      const use = await ask(both, 'flow-log', (lake) => lake.queries.exposureUse(target))
      expect(use).toMatchObject({ clients: [{ client: '10.0.0.9', connections: 1 }] })
    })
    test('another site may have the same addresses', async () => {
      await withLake(world, async (lake) => {
        await lake.ingest(source('f', 'flow-log'), [refused, coverage({})])
        const { context, ...more } = source('g', 'flow-log')
        const there = flow('10.0.0.5:21', '8.8.4.4:40000', noon, backwards)
        await lake.ingest({ ...more, context: { ...context, network: 'site-2' } }, [there])
        const use = await lake.queries.exposureUse({ ...question, read })
        expect(use).toMatchObject({ kind: 'none-seen' })
      })
    })
    test('a client that is known to be one is no service', async () => {
      const opened = flow('10.0.0.5:21', '198.51.100.1:40000', noon)
      expect(await used([opened])).toMatchObject({ kind: 'none-seen' })
    })
  })
  test.each([
    { name: 'without coverage', list: [other] },
    { name: 'partly covered', list: [other, coverage({ from: noon - 2 * hour })] },
    {
      name: 'with a hole',
      list: [other, coverage({ to: noon - 5 * hour }), coverage({ from: noon - 4 * hour })],
    },
    { name: 'sampled', list: [other, coverage({ sampled: 10 })] },
    { name: 'with sampling untold', list: [other, coverage({ sampled: null })] },
    { name: 'with drops', list: [other, coverage({ dropped: 1 })] },
    { name: 'incomplete', list: [other, coverage({ complete: false })] },
    { name: 'untold', list: [other, coverage({ from: null, to: null })] },
  ])('unknown $name', async ({ list }) => {
    expect(await ask(list)).toMatchObject({ kind: 'unknown', reason: 'not-covered', newest: noon })
  })
  test('unknown by the log of a server, which sees only its own', async () => {
    expect(await ask([other, coverage({})], 'server-log')).toMatchObject({ kind: 'unknown' })
  })
  test('unknown in an empty lake', async () => {
    const empty = (lake: Lake) => lake.queries.exposureUse({ ...question, asOf: 'newest' })
    expect(await ask([], 'flow-log', empty)).toMatchObject({ reason: 'empty-lake' })
  })
})

test('a compaction leaves the files of a reader at work', async () => {
  await withLake(world, async (lake, folder) => {
    for (const name of ['a', 'b', 'c'])
      await lake.ingest(source(name), [session('198.51.100.1:1', '10.0.0.5:2121', noon)])
    const questions = Array.from({ length: 10 }, async (_, i) => {
      await pause(i * 10)
      return rowsOf(await lake.queries.serverPorts({ ...asked, read: 'raw' }))
    })
    const { merged, into } = await lake.compact()
    expect([merged > into, into > 0]).toEqual([true, true])
    for (const rows of await Promise.all(questions)) expect(rows).toHaveLength(1)
    // The last reader cleared away what compaction had to leave: one file for each table.
    await lake.queries.ftpTrend(asked)
    expect(new Set(filesBelow(folder).map((name) => name.split('/')[0])).size).toBe(
      filesBelow(folder).length,
    )
  })
})

test('one writer at a time, over all processes', async () => {
  const folder = makeFolder()
  try {
    const [one, other] = [new WriterLock(`${folder}/lock`), new WriterLock(`${folder}/lock`)]
    const order: string[] = []
    await one.hold(async () => {
      await expect(other.hold(async () => order.push('other'), 0)).rejects.toThrow(LakeBusyError)
      order.push('one')
    })
    await other.hold(async () => order.push('other'), 0)
    expect(order).toEqual(['one', 'other'])
  } finally {
    dropFolder(folder)
  }
})

test('every witness has a place in the order', () => {
  expect(witnesses).toEqual(['capture', 'monitor', 'server-log', 'flow-log'])
})
