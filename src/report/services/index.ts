/** The only registry of what a scan is written as: one more is one file below `formats/` and one line here. */
import { ocsf } from '../formats/ocsf.ts'
import { sarif } from '../formats/sarif.ts'
import { auditFormat } from './audit.ts'
import type { ScanFormat, ScanFormatName } from './format.ts'
import { csv } from './formats/csv.ts'
import { json } from './formats/json.ts'
import { table } from './formats/table.ts'
import { xml } from './formats/xml.ts'

export const scanFormats: Readonly<Record<ScanFormatName, ScanFormat>> = {
  table,
  json,
  csv,
  xml,
  sarif: auditFormat('sarif', sarif),
  ocsf: auditFormat('ocsf', ocsf),
}
