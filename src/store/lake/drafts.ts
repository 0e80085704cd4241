/** From staged rows to the files of a batch. */
import type { Draft } from './batch.ts'
import { isRollup, type TableName, tableNames } from './columns.ts'
import { rowsOf } from './duck.ts'
import { merged } from './rollup.ts'
import { type Share, shareRows } from './share.ts'
import { type Staging, stagedName } from './staging.ts'

/** Of a settled staging, one file for each day of a table. */
export async function draftsOf(staging: Staging): Promise<readonly Draft[]> {
  const drafts: Draft[] = []
  for (const table of tableNames) drafts.push(...(await draftsOfTable(staging, table)))
  return drafts
}

/** Counts a share in the rollups once more, or once less. */
export async function stageShare(staging: Staging, share: Share, by: 1 | -1): Promise<void> {
  const { hour, client, files } = shareRows(share, by)
  await staging.append('rollup_hour', hour)
  if (client) await staging.append('rollup_client', client)
  for (const row of files) await staging.append('rollup_file', row)
}

async function draftsOfTable(staging: Staging, table: TableName): Promise<readonly Draft[]> {
  const days = await rowsOf(
    staging.connection,
    `SELECT day, count(*) AS n, min(time) AS first, max(time) AS last FROM ${stagedName(table)} GROUP BY day ORDER BY day`,
  )
  return days.map(({ day, n, first, last }) => {
    const from = isRollup(table)
      ? `(${merged(table, `(SELECT * FROM ${stagedName(table)} WHERE day = ${day})`)})`
      : stagedName(table)
    return {
      kind: table,
      day: Number(day),
      rows: Number(n),
      minTime: Number(first ?? 0),
      maxTime: Number(last ?? 0),
      select: staging.unstaged(table, from, `s.day = ${day}`),
    }
  })
}
