/** Several of Zeek's logs in one stream of JSON, told apart by `_path` (the package json-streaming-logs, log shippers). */
import type { LineFormat, LineReader } from './log.ts'
import { noCompanions } from './read-companions.ts'
import { zeekConn } from './zeek-conn.ts'
import { zeekFiles } from './zeek-files.ts'
import { zeekFtp } from './zeek-ftp.ts'
import { headOf } from './zeek-row.ts'
import { zeekSsl } from './zeek-ssl.ts'

const byPath: ReadonlyMap<string, LineFormat> = new Map([
  ['conn', zeekConn],
  ['files', zeekFiles],
  ['ftp', zeekFtp],
  ['ssl', zeekSsl],
])

export const zeekStream: LineFormat = {
  kind: 'lines',
  id: 'zeek-stream',
  title: 'Zeek logs in one stream',
  recognise(_head, lines) {
    const paths = new Set(
      lines.filter((line) => line.startsWith('{')).map((line) => headOf([line])?.path),
    )
    paths.delete(undefined)
    paths.delete(null)
    // One path alone is that log, unless it is one that is not read and others may follow.
    const [only] = paths
    if (paths.size === 1 && typeof only === 'string' && byPath.has(only)) return null
    return paths.size > 1 ? 0.97 : paths.size > 0 ? 0.9 : null
  },
  start(context) {
    const shared = { ...context, companions: context.companions ?? noCompanions() }
    const readers = new Map<string, LineReader>()
    return {
      line(text, number, about) {
        const path = /"_path"\s*:\s*"(\w{1,40})"/.exec(text)?.[1]?.replace(/_.*$/, '') ?? ''
        const format = byPath.get(path)
        if (format === undefined)
          return path === '' ? { kind: 'bad', reason: 'no-path', sample: null } : 'skip'
        const reader = readers.get(path) ?? format.start(shared)
        readers.set(path, reader)
        return reader.line(text, number, about)
      },
      idle: (now) => [...readers.values()].flatMap((reader) => reader.idle?.(now) ?? []),
      end: () => [...readers.values()].flatMap((reader) => reader.end()),
    }
  },
}
