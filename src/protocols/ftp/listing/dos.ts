/** Windows and IIS: `11-21-26  09:00AM  <DIR>  name`, years of two or four digits, clocks of 12 or 24 hours. */
import { entry, fullYear, isoDate, isoTime, type ListingParser, parseBytes } from './entry.ts'

const shape =
  /^\s*(?:(\d{2})[-/.](\d{2})[-/.](\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))\s+(\d{1,2}):(\d{2})\s?([AaPp][Mm]?)?\s+(?:<([A-Z]+)>|(\d[\d,.]{0,30}))\s([\s\S]+)$/

export const dos: ListingParser = {
  dialect: 'dos',
  recognises: (line) =>
    /^\s*(?:\d{2}[-/.]\d{2}[-/.](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})\s+\d{1,2}:\d{2}/.test(line),
  parse(line) {
    const found = shape.exec(line)
    if (!found) return undefined
    const [, month = '', day = '', year = '', longYear, longMonth = '', longDay = ''] = found
    const [hour = '', minute = '', half, tag, size = '', rest = ''] = found.slice(7)
    const date = longYear
      ? isoDate(longYear, longMonth, longDay)
      : isoDate(fullYear(year), month, day)
    const time = isoTime(hourOf(hour, half), minute)
    if (!date || !time) return undefined
    const isLink = tag === 'JUNCTION' || tag === 'SYMLINK' || tag === 'SYMLINKD'
    // IIS pads with spaces after <DIR>, and puts exactly one between size and name.
    const written = tag ? rest.trimStart() : rest
    const [name, target] = isLink ? splitTarget(written) : [written, null]
    return entry(
      'dos',
      isLink ? 'link' : tag ? (tag === 'DIR' ? 'directory' : 'other') : 'file',
      name,
      {
        bytes: tag ? null : parseBytes(size.replace(/[,.]/g, '')),
        modified: date + time,
        target,
      },
    )
  },
}

function hourOf(hour: string, half: string | undefined): string {
  if (half === undefined) return hour
  const value = Number(hour) % 12
  return /^p/i.test(half) ? String(value + 12) : String(value)
}

/** `name [C:\\target]`. */
function splitTarget(written: string): readonly [string, string | null] {
  const at = written.lastIndexOf(' [')
  return at > 0 && written.endsWith(']')
    ? [written.slice(0, at), written.slice(at + 2, -1)]
    : [written, null]
}
