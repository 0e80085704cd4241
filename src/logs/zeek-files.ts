/** Zeek's files.log (https://docs.zeek.org/en/master/logs/files.html): what ftp.log names by its file id. */
import { gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import { bad, type LineFormat } from './log.ts'
import type { FileFacts } from './read-companions.ts'
import { remember } from './read-companions.ts'
import { confidenceFor, countIn, type Row, rowSource } from './zeek-row.ts'

export const zeekFiles: LineFormat = {
  kind: 'lines',
  id: 'zeek-files',
  title: 'Zeek files.log',
  tells: 'others',
  recognise: (_head, lines) => confidenceFor(lines, 'files', ['fuid', 'source', 'seen_bytes']),
  start(context) {
    const rows = rowSource()
    let ftpFiles = 0
    return {
      line(text) {
        const row = rows.row(text)
        if (row === 'skip') return 'skip'
        if ('bad' in row) return bad(row.bad)
        const id = row.text('fuid')
        if (id === null) return bad('no-file-id')
        if (!/^FTP(?:_DATA)?$/i.test(row.text('source') ?? '')) return 'skip'
        ftpFiles++
        if (context.companions) remember(context.companions.files, id, factsOf(row))
        // The session that it is told with is in ftp.log.
        return []
      },
      end() {
        if (ftpFiles === 0 || context.companions) return []
        const message = `${ftpFiles} files went over FTP; which session they belong to stands in ftp.log: read both in one call`
        const source = documentSource(context.document)
        return [{ kind: 'gap', gap: gap('files-without-sessions', message, source) }]
      },
    }
  },
}

/** A hash is of what was seen: with bytes missing it is not the file's. */
function factsOf(row: Row): FileFacts {
  const seen = countIn(row, 'seen_bytes')
  const total = countIn(row, 'total_bytes')
  const lost = (countIn(row, 'missing_bytes') ?? 0) + (countIn(row, 'overflow_bytes') ?? 0)
  const isCut = row.text('timedout') === 'T' || row.text('timedout') === 'true'
  const complete = seen === null ? null : lost === 0 && !isCut && (total === null || seen >= total)
  const hash = row.text('sha256')?.toLowerCase() ?? ''
  return {
    bytes: total ?? seen,
    complete,
    type: row.text('mime_type'),
    sha256: complete === true && /^[0-9a-f]{64}$/.test(hash) ? hash : null,
  }
}
