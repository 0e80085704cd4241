/** Every named query, asked of DuckDB and of a real PostgreSQL that holds the same rows: the same answers. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnsOf, tableNames } from '../../src/store/lake/columns.ts'
import { quoted } from '../../src/store/lake/duck.ts'
import { openLake } from '../../src/store/lake/lake.ts'
import { type OpenParts, openParts } from '../../src/store/lake/open-parts.ts'
import { withConnection } from '../../src/store/lake/parts.ts'
import { merged } from '../../src/store/lake/rollup.ts'
import { hour } from '../../src/store/lake/time.ts'
import { dialects } from '../../src/store/queries/dialect.ts'
import type { EventTables } from '../../src/store/queries/events.ts'
import { lakeEvents } from '../../src/store/queries/lake-events.ts'
import { lakeQueries } from '../../src/store/queries/queries.ts'
import { dropFolder, makeFolder } from '../../src/store/testing/folder.ts'
import { noon } from '../../src/store/testing/observations.ts'
import { everyAnswer } from '../../src/store/testing/questions.ts'
import { fillVaried } from '../../src/store/testing/varied.ts'
import { describeServers } from '../servers/describe.ts'
import { type Postgresql, startPostgresql } from '../servers/postgresql.ts'

describeServers(
  'in PostgreSQL as in DuckDB',
  { needs: 'any', port: 5432 },
  startPostgresql,
  (server) => {
    let folder = ''
    let open: OpenParts | null = null
    beforeAll(async () => {
      folder = makeFolder()
      const lake = await openLake(folder, { now: () => noon + hour })
      await fillVaried(lake)
      await lake.close()
      open = await openParts(folder, { now: () => noon + hour })
      await load(server(), open.parts, folder)
    }, 60_000)
    afterAll(async () => {
      await open?.close()
      dropFolder(folder)
    })

    test.each([
      { read: 'raw', hours: 72 },
      { read: 'rollup', hours: 72 },
      { read: 'raw', hours: 3 },
      { read: 'rollup', hours: 400 },
    ] as const)('$hours hours, from $read', async ({ read, hours }) => {
      if (!open) throw new Error('the lake is not open')
      const here = lakeEvents(open.parts)
      const asked = { asOf: noon, hours, read }
      const answers = await everyAnswer(lakeQueries(here), asked)
      const there = await everyAnswer(lakeQueries(eventsOf(server(), here)), asked)
      expect(there).toEqual(answers)
      const found = answers.flatMap(([, answer]) =>
        typeof answer === 'object' && answer && 'rows' in answer ? [answer.rows] : [],
      )
      expect(found.every((rows) => Array.isArray(rows) && rows.length > 0)).toBe(true)
    })
  },
)

type Parts = OpenParts['parts']

/** The flat columns as they are, by CSV. */
async function load(server: Postgresql, parts: Parts, folder: string): Promise<void> {
  const all = { from: 0, to: noon * 2 }
  const { table } = lakeEvents(parts)
  for (const name of tableNames) {
    const columns = columnsOf(name)
    const file = join(folder, `${name}.csv`)
    const names = columns.map((column) => column.name).join(', ')
    const rows = await table(name, all)
    await withConnection(parts, (connection) =>
      connection.run(`COPY (SELECT ${names} FROM ${rows}) TO ${quoted(file)} (HEADER)`),
    )
    const typed = columns.map((column) => `${column.name} ${column.type}`).join(', ')
    server.run(
      `CREATE TABLE ${name} (${typed});\n\\copy ${name} FROM '${file}' (FORMAT csv, HEADER)`,
    )
  }
}

/** What the catalogue knows is asked of the lake: state is not what is compared. */
const eventsOf = (server: Postgresql, { newest, wholeFrom, covers }: EventTables): EventTables => ({
  dialect: dialects.postgresql,
  rows: async (sql) => server.rows(sql),
  table: async (table, { from, to }) =>
    `(SELECT * FROM ${table} WHERE time >= ${from} AND time < ${to})`,
  rollup: async (table, { from, to }, where) => {
    const within = `(SELECT * FROM ${table} WHERE ${where} AND time >= ${from} AND time < ${to}) f`
    return `(SELECT * FROM (${merged(table, within)}) r WHERE events > 0)`
  },
  newest,
  wholeFrom,
  covers,
  reading: (read) => read(),
})
