/**
 * Pure-FTPd's transfers for statistics (`-O stats:FILE`): `time start.process user host U|D bytes seconds name`, with times in
 * seconds since the epoch and the second word in hexadecimal. The name is as it is.
 */
import { bad, type LineFormat } from './log.ts'
import { type PureFtpdTransfer, pureFtpdBook, tellTransfer } from './pure-ftpd-transfers.ts'
import { certaintyOf, type ServerContext, shareOf } from './server-log.ts'
import { readerOver } from './server-log-book.ts'

export const pureFtpdStats: LineFormat = {
  kind: 'lines',
  id: 'pure-ftpd-stats',
  title: 'Pure-FTPd transfer log, stats',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => parseLine(line) !== null),
      0.95,
    ),
  start(context: ServerContext) {
    const book = pureFtpdBook(context, 'named')
    return readerOver(book, context, (text, place) => {
      if (text.trim() === '') return 'skip'
      const transfer = parseLine(text)
      return transfer === null ? bad('not-understood') : tellTransfer(book, transfer, place)
    })
  },
}

function parseLine(text: string): PureFtpdTransfer | null {
  const found =
    /^(\d{9,11}) (([0-9a-f]{8,9})\.[0-9a-f]{1,8}) (\S.{0,255}?) (\S{1,255}) ([UD]) (\d{1,16}) (\d{1,12}) ([\s\S]{1,8192})$/.exec(
      text,
    )
  if (!found) return null
  const [, time, id = '', start = '', user = '', host = '', letter, bytes, , name = ''] = found
  return {
    time: Number(time) * 1000,
    host,
    user,
    direction: letter === 'U' ? 'up' : 'down',
    name,
    bytes: Number(bytes),
    session: { id: `${id} ${host}`, start: Number.parseInt(start, 16) * 1000 },
    version: null,
  }
}
