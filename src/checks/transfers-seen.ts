/** Files that were seen to be transferred, by what they mean to the checks that ask which files a server holds. */
import type { Finding } from '../model/audit.ts'
import type { Endpoint, Place, TransferredFile } from '../model/observation.ts'
import type { FileCategory } from '../model/service.ts'
import type { Look } from '../model/sighting.ts'
import { documentSource } from '../model/source.ts'
import { findingOf } from './assess.ts'
import type { ServiceCheck } from './check.ts'
import { serviceResource } from './service-subject.ts'

/** The checks that a transfer of a file of these categories is a finding of. */
export const transferChecks: Readonly<Record<string, readonly FileCategory[]>> = {
  'ftp-server-sensitive-files': ['key', 'database', 'mail'],
  'ftp-server-copyrighted-files': ['media'],
}

export interface TransfersSeen {
  readonly server: Endpoint
  /** Those that concern the check, the first of them. */
  readonly files: readonly TransferredFile[]
  /** How many there were in all. */
  readonly count: number
  /** Where the first session with one of them begins. */
  readonly at: readonly Place[]
}

const shown = 10

export function transfersFinding(
  check: ServiceCheck,
  { server, files, count, at }: TransfersSeen,
  look: Look,
): Finding {
  const [first] = at
  const source = first ? documentSource(first.document, first.packet ?? first.line ?? null) : null
  const named = files.slice(0, shown)
  return findingOf(check, {
    resource: serviceResource(look, server, null),
    status: 'fail',
    because: [
      { source, text: `${count} such ${count === 1 ? 'file was' : 'files were'} transferred` },
      ...named.map(({ command, name, category, bytes }) => ({
        source: null,
        text: `${command} ${name} (${category}${bytes === null ? '' : `, ${bytes} bytes`})`,
      })),
      ...(count > named.length ? [{ source: null, text: `and ${count - named.length} more` }] : []),
    ],
  })
}
