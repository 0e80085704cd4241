import { describe, expect, test } from 'vitest'
import { hour } from '../lake/time.ts'
import { withLake } from '../testing/folder.ts'
import { endpoint, noon, session, source } from '../testing/observations.ts'
import { fillVaried } from '../testing/varied.ts'
import type { ExportKind } from './export.ts'
import { asked, type Event, kinds, now, object } from './ocsf.test.data.ts'

describe('an exported event', () => {
  /** What OCSF says of the classes: activities, and the attributes that an event of it is about. */
  const classes = {
    4001: {
      activities: [0, 1, 2, 3, 4, 5, 6, 7, 99],
      required: ['dst_endpoint', 'connection_info'],
    },
    4008: { activities: [0, 1, 2, 3, 4, 5, 6, 99], required: ['src_endpoint', 'dst_endpoint'] },
  } as const
  const whole = (value: unknown) => expect(Number.isSafeInteger(value), String(value)).toBe(true)
  const text = (value: unknown) => expect(typeof value).toBe('string')
  /** Types of attributes wherever they are. */
  const types: Readonly<Record<string, (value: unknown) => void>> = {
    ip: text,
    port: (value) => {
      whole(value)
      expect(value).toBeGreaterThan(0)
      expect(value).toBeLessThan(65_536)
    },
    protocol_num: whole,
    protocol_ver_id: (value) => expect([4, 6]).toContain(value),
    bytes: whole,
    packets: whole,
    codes: (value) => expect(value).toEqual([expect.any(Number)]),
    command: text,
    size: whole,
    end_time: whole,
    start_time: whole,
    action_id: (value) => expect([0, 1, 2]).toContain(value),
    type: text,
    hashes: (value) =>
      expect(value).toEqual([
        { algorithm_id: 3, algorithm: 'SHA-256', value: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]),
  }
  const eachAttribute = (event: Event, see: (name: string, value: unknown) => void) => {
    for (const [name, value] of Object.entries(event)) {
      if (name === 'unmapped') continue
      see(name, value)
      if (typeof value === 'object' && !Array.isArray(value)) eachAttribute(object(value), see)
    }
  }

  test('keeps the rules of its class', { timeout: 60_000 }, async () => {
    await withLake({ now }, async (lake) => {
      await fillVaried(lake)
      const file = { command: 'STOR', name: 'x\u0000\u202e', nameBase64: null, bytes: 5 } as const
      const more = {
        complete: false,
        type: null,
        category: 'other',
        sha256: 'ab'.repeat(32),
      } as const
      const odd = session('192.0.2.1:5', '192.0.2.2:21', noon, { files: [{ ...file, ...more }] })
      await lake.ingest(source('hashed'), [odd])
      for (const kind of kinds) {
        const events: Event[] = []
        await lake.ocsfLines(asked(kind), async (lines) => {
          events.push(...lines.map((line) => object(JSON.parse(line))))
        })
        expect(events.length).toBeGreaterThan(30)
        for (const event of events) keepsRules(event, kind)
        const uids = events.map((event) => object(event['metadata'])['uid'])
        expect(new Set(uids).size).toBe(uids.length)
        const times = events.map(({ time }) => Number(time))
        expect(times).toEqual([...times].sort((x, y) => x - y))
      }
    })
  })

  function keepsRules(event: Event, kind: ExportKind): void {
    const { class_uid, category_uid, activity_id, type_uid, severity_id, time } = event
    const rules = classes[class_uid === 4008 ? 4008 : 4001]
    expect(class_uid).toBe(kind === 'sessions' || kind === 'transfers' ? 4008 : 4001)
    expect(category_uid).toBe(Math.floor(Number(class_uid) / 1000))
    expect(rules.activities).toContain(activity_id)
    expect(type_uid).toBe(Number(class_uid) * 100 + Number(activity_id))
    expect(severity_id).toBe(1)
    whole(time)
    expect(Math.abs(Number(time) - noon)).toBeLessThan(100 * hour)
    expect(event['metadata']).toMatchObject({
      version: '1.5.0',
      product: { name: 'Portreeve', vendor_name: 'Portreeve', version: '1.2.3' },
    })
    for (const name of rules.required) object(event[name])
    expect(object(event['connection_info'])['direction_id']).toBe(0)
    if (event['file']) expect(object(event['file'])['type_id']).toBe(1)
    if (event['action_id'] !== undefined)
      expect(object(event['metadata'])['profiles']).toEqual(['security_control'])
    eachAttribute(event, (name, value) => {
      expect(value, name).not.toBeNull()
      types[name]?.(value)
    })
  }

  test('tells put from get from list', async () => {
    await withLake({ now }, async (lake) => {
      const moved = {
        nameBase64: null,
        bytes: 5,
        complete: true,
        type: null,
        category: 'other',
        sha256: null,
      } as const
      const list = {
        mode: 'active',
        announced: endpoint('192.0.2.1:9'),
        actual: null,
        command: 'LIST',
      } as const
      const one = session('192.0.2.1:5', '192.0.2.2:21', noon, {
        files: [
          { ...moved, command: 'RETR', name: 'a' },
          { ...moved, command: 'STOU', name: 'b' },
        ],
        dataChannels: [
          { ...list, argument: null, bytes: 7, complete: true, outcome: '226' },
          { ...list, command: 'RETR', argument: 'a', bytes: 5, complete: true, outcome: '226' },
        ],
      })
      await lake.ingest(source('a'), [one])
      const told: unknown[] = []
      await lake.ocsfLines(asked('transfers'), async (lines) => {
        for (const line of lines) {
          const { activity_name, type_uid, command, port, codes, file } = object(JSON.parse(line))
          told.push([activity_name, type_uid, command, port, codes, file && object(file)['name']])
        }
      })
      expect(told.map((one) => JSON.stringify(one)).sort()).toEqual([
        '["Data Channel",400899,"RETR",9,[226],null]',
        '["Get",400802,"RETR",null,null,"a"]',
        '["List",400806,"LIST",9,[226],null]',
        '["Put",400801,"STOU",null,null,"b"]',
      ])
    })
  })
})
