/** Rows of a log of Zeek whose header was cut off, as when a log is split or only its end is taken: known, and not readable. */
import { gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import { bad, type LineFormat } from './log.ts'
import { certaintyOf, shareOf } from './server-log.ts'
import { isHeadlessRow } from './zeek-row.ts'

export const zeekHeadless: LineFormat = {
  kind: 'lines',
  id: 'zeek-headless',
  title: 'Zeek log without its header',
  recognise: (_head, lines) => certaintyOf(shareOf(lines, isHeadlessRow), 0.8),
  start(context) {
    return {
      line: (text) => (text === '' || text.startsWith('#') ? 'skip' : bad('no-fields-header')),
      end() {
        const message =
          'the lines that begin with # are missing, and only they tell which field is which: give the log with its header (#separator to #types)'
        const source = documentSource(context.document)
        return [{ kind: 'gap', gap: gap('log-header-missing', message, source) }]
      },
    }
  },
}
