/**
 * Pure-FTPd's transfers in the manner of web servers (`-O clf:FILE`): `host - user [time] "GET name" 200 bytes`, the name
 * with `%` for what is no letter. Debian's 1.0.50 writes the zone as others do; a build that takes it from `tm_gmtoff`
 * writes `-0100` east of Greenwich (src/altlog.c). The sign is taken as it stands, unless the zone that the user gives fits
 * the other sign alone.
 */
import {
  instantOf,
  type LocalTime,
  parseClfTime,
  parseOffset,
  parseZone,
  type Zone,
} from './local-time.ts'
import { bad, type LineFormat } from './log.ts'
import {
  type PureFtpdTransfer,
  pureFtpdBook,
  tellTransfer,
  unquote,
} from './pure-ftpd-transfers.ts'
import { certaintyOf, type ServerContext, shareOf } from './server-log.ts'
import { readerOver } from './server-log-book.ts'

export const pureFtpdClf: LineFormat = {
  kind: 'lines',
  id: 'pure-ftpd-clf',
  title: 'Pure-FTPd transfer log, CLF',
  recognise: (_head, lines) =>
    certaintyOf(
      shareOf(lines, (line) => parseLine(line, null) !== null),
      0.92,
    ),
  start(context: ServerContext) {
    const book = pureFtpdBook(context, 'unnamed')
    return readerOver(book, context, (text, place) => {
      if (text.trim() === '') return 'skip'
      const transfer = parseLine(text, book.lacks.zone)
      return transfer === null ? bad('not-understood') : tellTransfer(book, transfer, place)
    })
  },
}

function parseLine(text: string, given: Zone | null): PureFtpdTransfer | null {
  const found =
    /^(\S{1,255}) - (\S.{0,255}?) \[([^\]]{26})\] "(GET|PUT) (\S{1,12288})" 200 (\d{1,16})$/.exec(
      text,
    )
  const stamp = found && parseClfTime(found[3] ?? '')
  const time = stamp && timeOf(stamp.local, stamp.offset, given)
  if (!found || time === null) return null
  const [, host = '', user = '', , verb, name = '', bytes] = found
  return {
    time,
    host,
    user,
    direction: verb === 'PUT' ? 'up' : 'down',
    name: unquote(name),
    bytes: Number(bytes),
    session: null,
    version: null,
  }
}

function timeOf(local: LocalTime, offset: string, given: Zone | null): number | null {
  const [written, turned] = [offset, turn(offset)].map((text) => {
    const zone = parseZone(text)
    return zone ? instantOf(local, zone) : null
  })
  if (written === undefined || written === null || !given) return written ?? null
  const fits = (instant: number, text: string) => given.offsetAt(instant) === parseOffset(text)
  const isTurned =
    typeof turned === 'number' && !fits(written, offset) && fits(turned, turn(offset))
  return isTurned ? turned : written
}

const turn = (offset: string): string =>
  offset.startsWith('-') ? `+${offset.slice(1)}` : `-${offset.slice(1)}`
