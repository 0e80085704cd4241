import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDuck, quoted } from '../lake/duck.ts'
import { defaultLimits } from '../lake/world.ts'
import { dropFolder, makeFolder } from '../testing/folder.ts'
import { endpoint, noon } from '../testing/observations.ts'
import { type ForeignLake, ForeignLakeError, openForeign } from './foreign.ts'
import { now, withForeign } from './ocsf.test.data.ts'

let folder: string
beforeEach(() => {
  folder = makeFolder()
})
afterEach(() => dropFolder(folder))

/** One file of the rows of `VALUES`-like SELECTs, as others write them. */
async function writeParquet(name: string, ...selects: readonly string[]): Promise<void> {
  const duck = await openDuck(defaultLimits, folder)
  const connection = await duck.connect()
  const target = join(folder, name)
  mkdirSync(join(target, '..'), { recursive: true })
  const query = selects.join(' UNION ALL BY NAME ')
  await connection.run(`COPY (${query}) TO ${quoted(target)} (FORMAT parquet)`)
  connection.closeSync()
  duck.closeSync()
}

/** As Amazon Security Lake has VPC flow logs: documented, not recorded. */
const vpcFlow = (
  src: string,
  dst: string,
  {
    action = 1,
    flags = 2,
    at = noon,
    bytes = '100',
  }: Partial<Record<'action' | 'flags' | 'at', number>> & { readonly bytes?: string } = {},
) => `SELECT {'product': {'name': 'Amazon VPC', 'vendor_name': 'AWS', 'version': '5'}, 'version': '1.1.0', 'profiles': ['cloud']} AS metadata,
  CAST(${at + 60_000} AS BIGINT) AS time, CAST(${at} AS BIGINT) AS start_time, CAST(${at + 60_000} AS BIGINT) AS end_time,
  {'ip': ${src}, 'port': 40000, 'interface_uid': 'eni-9', 'vpc_uid': NULL} AS src_endpoint,
  {'ip': ${dst}, 'port': 2121, 'vpc_uid': 'vpc-1', 'interface_uid': NULL} AS dst_endpoint,
  {'protocol_num': 6, 'tcp_flags': ${flags}, 'direction': 'Inbound', 'direction_id': 1} AS connection_info,
  {'packets': CAST(3 AS BIGINT), 'bytes': ${bytes}} AS traffic, 4001 AS class_uid, 4 AS category_uid, 6 AS activity_id,
  400106 AS type_uid, 1 AS severity_id, ${action} AS action_id, MAP {'sublocation_id': '-'} AS unmapped, '123456789012' AS accountid`

describe('a lake of others', () => {
  const talkers = (lake: ForeignLake) =>
    lake.queries.topTalkers({ asOf: 'newest', hours: 72, of: 'flows' })

  test('flows of Security Lake, whatever the folder, with records that say nothing', async () => {
    await writeParquet(
      'region=eu/eventDay=20261121/a[1].parquet',
      vpcFlow("'198.51.100.1'", "'10.0.0.5'"),
      vpcFlow("'2001:DB8:0::7'", "'2001:db8::5'"),
      vpcFlow("'10.0.0.5'", "'198.51.100.9'", { flags: 18 }),
      vpcFlow("'198.51.100.2'", "'10.0.0.5'", { action: 2 }),
      vpcFlow('NULL', 'NULL'), // NODATA
      vpcFlow("'nonsense'", "'10.0.0.5'"),
      vpcFlow("'198.51.100.1'", "'10.0.0.5'", { at: 0 }),
      vpcFlow("'198.51.100.1'", "'10.0.0.5'", { at: noon * 2 }),
    )
    await withForeign(folder, async (lake) => {
      expect(await lake.counts()).toEqual({ events: 8, leftOut: 4 })
      const rows = { protocol: 6, events: 1, bytes: 100, network: 'vpc-1', port: 2121 }
      expect(await talkers(lake)).toMatchObject({
        kind: 'found',
        read: 'raw',
        rows: [
          { ...rows, server: '10.0.0.5', client: '198.51.100.1' },
          { ...rows, server: '10.0.0.5', port: 40_000, client: '198.51.100.9' },
          { ...rows, server: '2001:db8::5', client: '2001:db8::7' },
        ],
      })
      expect(await lake.queries.newest()).toBe(noon)
      const question = {
        targets: [endpoint('10.0.0.9:21')],
        protocol: 6,
        network: 'vpc-1',
        days: 1,
      }
      expect(await lake.queries.exposureUse({ ...question, asOf: noon })).toMatchObject({
        kind: 'unknown',
        reason: 'not-covered',
      })
      expect(await lake.queries.ftpTrend({ asOf: noon, hours: 900 })).toMatchObject({
        kind: 'found',
        rows: [],
      })
    })
  })

  test('files of different forms, numbers as texts, times as times', async () => {
    await writeParquet('a.parquet', vpcFlow("'198.51.100.1'", "'10.0.0.5'", { bytes: "'7'" }))
    await writeParquet(
      'b/b.PARQUET',
      `SELECT make_timestamp(${noon} * 1000) AS time_dt, 4001 AS class_uid, {'ip': '198.51.100.2'} AS src_endpoint,
        {'ip': '10.0.0.5', 'port': 21} AS dst_endpoint, 1 AS disposition_id`,
      `SELECT make_timestamp(${noon} * 1000) AS time_dt, 2003 AS class_uid, NULL AS src_endpoint, NULL AS dst_endpoint, NULL AS disposition_id`,
    )
    await withForeign(folder, async (lake) => {
      expect(await lake.counts()).toEqual({ events: 2, leftOut: 0 })
      expect(await talkers(lake)).toMatchObject({
        rows: [
          { client: '198.51.100.1', network: 'vpc-1', bytes: 7 },
          { client: '198.51.100.2', network: 'local', port: 21, bytes: 0, protocol: 0 },
        ],
      })
    })
  })

  test('commands of FTP are sessions by their connection, or by their ends and day', async () => {
    const event = (uid: string | null, client: string, more: string) =>
      `SELECT CAST(${noon} AS BIGINT) AS time, 4008 AS class_uid, {'ip': '${client}', 'port': 5} AS src_endpoint,
        {'ip': '10.0.0.5', 'port': 2121} AS dst_endpoint, {'uid': ${uid === null ? 'NULL' : quoted(uid)}} AS connection_info, ${more}`
    const put =
      "1 AS activity_id, 'put' AS command, 'passive' AS type, {'name': 'a.pdf', 'size': 5} AS file"
    const get =
      "2 AS activity_id, 'RETR' AS command, 'active' AS type, {'name': 'b.pdf', 'size': 7} AS file"
    const user = "0 AS activity_id, 'USER' AS command, NULL AS type, NULL AS file"
    await writeParquet(
      'ftp.parquet',
      event('c1', '198.51.100.1', user),
      event('c1', '198.51.100.1', put),
      event('c2', '198.51.100.1', get),
      event(null, '198.51.100.2', user),
      event(null, '198.51.100.2', get),
    )
    await withForeign(folder, async ({ queries }) => {
      const how = { asOf: noon, hours: 1 }
      expect(await queries.serverPorts(how)).toMatchObject({
        rows: [{ sessions: 3, active: 2, passive: 1, bytes: 19, anonymous: 0, custom: true }],
      })
      expect(await queries.clientsSeen(how)).toMatchObject({
        rows: [
          { address: '198.51.100.1', sessions: 2 },
          { address: '198.51.100.2', sessions: 1 },
        ],
      })
      expect(await queries.fileKinds(how)).toMatchObject({
        rows: [
          { direction: 'to-client', files: 2, bytes: 14, category: 'other', type: null },
          { direction: 'to-server', files: 1, bytes: 5 },
        ],
      })
    })
  })

  test('files of types that do not go together are said so in one line', async () => {
    const flow = vpcFlow("'198.51.100.1'", "'10.0.0.5'")
    await writeParquet('a.parquet', flow)
    await writeParquet('b.parquet', flow.replace('4001 AS class_uid', "'net' AS class_uid"))
    await withForeign(folder, async (lake) => {
      const how = { asOf: noon, hours: 72, of: 'flows' } as const
      for (const ask of [lake.counts, lake.queries.newest, () => lake.queries.topTalkers(how)]) {
        const fault = await ask().catch((cause: unknown) => cause)
        expect(fault).toBeInstanceOf(ForeignLakeError)
        expect(String(fault)).toMatch(/^[^\n]*cannot be read together[^\n]*$/)
      }
    })
  })

  test.each([
    { name: 'nothing', make: async () => {}, said: 'no Parquet file is here' },
    {
      name: 'what is no Parquet',
      make: async () => writeFileSync(join(folder, 'a.parquet'), 'PAR1'),
      said: 'no Parquet that can be read',
    },
    {
      name: 'another table',
      make: () => writeParquet('a.parquet', 'SELECT 1 AS price'),
      said: 'class_uid',
    },
  ])('$name is refused in one line', async ({ make, said }) => {
    await make()
    const opened = openForeign(folder, { now, network: 'local' })
    await expect(opened).rejects.toThrow(said)
    await expect(opened).rejects.toThrow(/^[^\n]*$/)
  })
})
