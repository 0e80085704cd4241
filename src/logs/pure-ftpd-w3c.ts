/** Pure-FTPd's transfers in the W3C's form (`-O w3c:FILE`): methods `[]sent` and `[]created`, names with `%`, times in UTC. */
import { bad, type LineFormat } from './log.ts'
import { pureFtpdBook, tellTransfer, unquote } from './pure-ftpd-transfers.ts'
import type { ServerContext } from './server-log.ts'
import { readerOver } from './server-log-book.ts'
import { isDirective, parseRow, stepHeader, timeOfRow, told, w3cStart } from './server-log-w3c.ts'

export const pureFtpdW3c: LineFormat = {
  kind: 'lines',
  id: 'pure-ftpd-w3c',
  title: 'Pure-FTPd transfer log, W3C',
  recognise: (_head, lines) => (lines.some((line) => software.test(line)) ? 0.97 : null),
  start(context: ServerContext) {
    const book = pureFtpdBook(context, 'unnamed')
    let header = w3cStart
    return readerOver(book, context, (text, place) => {
      if (text.trim() === '') return 'skip'
      if (isDirective(text)) {
        header = stepHeader(header, text)
        return 'skip'
      }
      const row = parseRow(header, text)
      const time = row && timeOfRow(row, header)
      const method = row && told(row, 'cs-method')
      const [host, name] = row ? [told(row, 'c-ip'), told(row, 'cs-uri-stem')] : [null, null]
      const [, verb] = /^\[\](sent|created)$/.exec(method ?? '') ?? []
      if (!row || time === null || host === null || name === null || verb === undefined)
        return bad('not-understood')
      const bytes = Number(/^\d{1,16}$/.exec(told(row, 'sc-bytes') ?? '')?.[0] ?? Number.NaN)
      const transfer = {
        time,
        host,
        user: told(row, 'cs-username') ?? '-',
        direction: verb === 'created' ? ('up' as const) : ('down' as const),
        name: unquote(name),
        bytes,
        session: null,
        version: software.exec(`#Software: ${header.software}`)?.[1] ?? null,
      }
      return tellTransfer(book, transfer, place)
    })
  },
}

const software = /^#Software: Pure-FTPd(?: ([0-9][\w.-]{0,31}))?$/
