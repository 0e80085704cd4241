/**
 * No Trino runs where these tests run, so what it is sent is held to a list: words, functions, operators and types that its
 * documentation has with the meaning that DuckDB and PostgreSQL give them (trino.io/docs/current/language/reserved.html and
 * functions/). What the list lets through is run by both of them: here, and in test/lake.
 */
import { describe, expect, test } from 'vitest'
import { columnsOf, tableNames } from '../lake/columns.ts'
import { merged } from '../lake/rollup.ts'
import { noon } from '../testing/observations.ts'
import { everyAnswer } from '../testing/questions.ts'
import { type Dialect, dialects } from './dialect.ts'
import type { EventTables } from './events.ts'
import { lakeQueries } from './queries.ts'

const words = new Set(
  `SELECT DISTINCT FROM AS JOIN LEFT ON WHERE GROUP BY HAVING ORDER ASC DESC LIMIT UNION ALL AND OR NOT IN IS NULL
   CASE WHEN THEN ELSE END CAST OVER PARTITION`.split(/\s+/),
)
const functions = new Set(['sum', 'count', 'min', 'max', 'coalesce', 'concat', 'mod', 'row_number'])
const types = new Set(['BIGINT', 'INTEGER', 'VARCHAR'])
/** Names that Trino takes for its own. */
const reserved = new Set(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_role
   current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except
   exists extract for from full group grouping having in inner insert intersect into is join json_array json_exists json_object
   json_query json_table json_value left like listagg localtime localtimestamp natural normalize not null on or order outer
   prepare recursive right rollup select skip table then trim uescape union unnest using values when where with`.split(
    /\s+/,
  ),
)

/** Everything that all questions send. */
async function everySql(dialect: Dialect): Promise<readonly string[]> {
  const sent: string[] = []
  const events: EventTables = {
    dialect,
    rows: async (sql) => {
      sent.push(sql)
      return []
    },
    table: async (table, { from, to }) =>
      `(SELECT * FROM ${table} WHERE time >= ${from} AND time < ${to})`,
    rollup: async (table, { from }, where) =>
      `(SELECT * FROM (${merged(table, `(SELECT * FROM ${table} WHERE ${where} AND time >= ${from}) f`)}) r WHERE events > 0)`,
    newest: async () => noon,
    wholeFrom: async () => Number.NEGATIVE_INFINITY,
    covers: async () => true,
    reading: (read) => read(),
  }
  for (const read of ['raw', 'rollup'] as const)
    await everyAnswer(lakeQueries(events), { asOf: noon, hours: 72, read })
  return sent
}

/** What in a statement is not on the list. */
function faults(sql: string): readonly string[] {
  const out: string[] = []
  const bare = sql.replace(/'(?:[^']|'')*'/g, ' 0 ')
  for (const [word] of bare.matchAll(/[A-Za-z_][A-Za-z_0-9]*/g)) {
    const isName = word === word.toLowerCase()
    if (isName ? reserved.has(word) : !words.has(word) && !types.has(word)) out.push(word)
  }
  for (const [, name = ''] of bare.matchAll(/\b([a-z_][a-z_0-9]*)\s*\(/g))
    if (!functions.has(name)) out.push(`${name}()`)
  for (const [, type = ''] of bare.matchAll(
    /CAST\((?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))* AS (\w+)/g,
  ))
    if (!types.has(type)) out.push(`AS ${type}`)
  for (const [sign] of bare.replace(/[\w\s(),.]|<>|<=|>=|[<>=+*-]/g, '').matchAll(/\S/g))
    out.push(sign)
  return out
}

describe.each(Object.entries(dialects))('%s', (_, dialect) => {
  test('is sent only what all engines have', async () => {
    const sent = await everySql(dialect)
    expect(sent.length).toBeGreaterThan(20)
    for (const sql of sent) expect(faults(sql), sql).toEqual([])
  })
})

test.each([
  ['SELECT time / 3600000 FROM flow', '/'],
  ['SELECT approx_distinct(src_ip) FROM flow', 'approx_distinct()'],
  ['SELECT any_value(src_ip) FROM flow', 'any_value()'],
  ['SELECT CAST(sum(time) AS UBIGINT) FROM flow', 'UBIGINT'],
  ['SELECT time::HUGEINT FROM flow', 'HUGEINT'],
  ['SELECT [time] FROM flow', '['],
  ['SELECT time AS end FROM flow', 'end'],
  ['SELECT * FROM a UNION ALL BY NAME SELECT 1', 'NAME'],
  ['SELECT 1 % 2', '%'],
])('%s is refused', (sql, fault) => {
  expect(faults(sql)).toContain(fault)
})
test('a text may hold anything', () => {
  expect(faults("SELECT 1 FROM flow WHERE network = 'o''hara / approx('")).toEqual([])
})

test('no column has a name that an engine takes for its own', () => {
  for (const table of tableNames)
    for (const { name } of columnsOf(table)) expect(reserved.has(name), name).toBe(false)
})

describe('texts', () => {
  test.each(Object.entries(dialects))('of %s end where they end', (_, { text }) => {
    expect(text("it's")).toBe("'it''s'")
    expect(text('a\\')).toBe("'a\\'")
  })
  test('a zero byte is a byte, or where there is none it is nothing that is there', () => {
    expect(dialects.duckdb.text('a\u0000b')).toBe("('a' || chr(0) || 'b')")
    expect(dialects.postgresql.text('a\u0000b')).toBe('NULL')
  })
})
