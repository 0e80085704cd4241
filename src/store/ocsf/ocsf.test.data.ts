/** What the tests of OCSF share. */

import { hour } from '../lake/time.ts'
import { noon } from '../testing/observations.ts'
import type { ExportKind, OcsfExport } from './export.ts'
import { type ForeignLake, openForeign } from './foreign.ts'

export const now = () => noon + hour
export const always = { from: 0, to: noon * 2 }
export const kinds: readonly ExportKind[] = ['sessions', 'transfers', 'flows', 'services']
export const asked = (kind: ExportKind): OcsfExport => ({ kind, window: always, version: '1.2.3' })

export async function withForeign<T>(
  path: string,
  use: (lake: ForeignLake) => Promise<T>,
): Promise<T> {
  const lake = await openForeign(path, { now, network: 'local' })
  try {
    return await use(lake)
  } finally {
    await lake.close()
  }
}

export type Event = Readonly<Record<string, unknown>>
export const object = (value: unknown): Event => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`no object: ${JSON.stringify(value)}`)
  return { ...value }
}
