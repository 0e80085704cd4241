/**
 * Material beside the project that is no part of it: recorded exports that some tests read. `PORTREEVE_SHARED` names the
 * folder where it is not `../shared`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['PORTREEVE_SHARED'] ?? join(import.meta.dirname, '..', '..', 'shared')

/** The folder, or null where it is not there. */
export const sharedFolder: string | null = existsSync(join(folder, 'corpus')) ? folder : null
