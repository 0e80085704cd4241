/** The only registry of output formats: one more is one file below `formats/` and one line here. */
import type { Format, FormatName } from './format.ts'
import { csv } from './formats/csv.ts'
import { html } from './formats/html.ts'
import { json } from './formats/json.ts'
import { junit } from './formats/junit.ts'
import { ocsf } from './formats/ocsf.ts'
import { sarif } from './formats/sarif.ts'
import { table } from './formats/table.ts'

export const formats: Readonly<Record<FormatName, Format>> = {
  table,
  json,
  csv,
  sarif,
  ocsf,
  junit,
  html,
}
