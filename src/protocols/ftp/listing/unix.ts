/** `ls -l` as most servers print it, with or without a group, an inode or a link count. */
import {
  type Entry,
  type EntryKind,
  entry,
  isoDate,
  isoTime,
  type ListingParser,
  parseBytes,
  parseMonth,
} from './entry.ts'

const mode = '([-bcdlpsDCMnP?])([-r][-w][-xsStTlL][-r][-w][-xsStTlL][-r][-w][-xsStTlL])[+.@]?'
/** Two spaces at most go before a name that begins with spaces: `ls` puts one behind the date. */
const date = [
  '([^\\s\\d]{3,12}\\.?)\\s+(\\d{1,2})\\s+(\\d{4}|\\d{1,2}:\\d{2})', // Nov 21 2026, Nov 21 09:00
  '(\\d{1,2})\\.?\\s+([^\\s\\d]{3,12}\\.?)\\s+(\\d{4}|\\d{1,2}:\\d{2})', // 21. Nov 09:00
  '(\\d{4})-(\\d{2})-(\\d{2})\\s+(\\d{1,2}:\\d{2})(?::\\d{2}(?:\\.\\d{1,9})?)?(?:\\s[-+]\\d{4})?', // --full-time
]
// Between mode and date: links, owner, group and size, of which links, group or both are missing in some dialects.
const shape = new RegExp(
  `^(?:\\d{1,20}\\s{1,8})?${mode}\\s{0,8}(.{0,256}?)\\s(\\d{1,20}|\\d{1,10},\\s{0,10}\\d{1,10})\\s+(?:${date.join('|')})\\s([\\s\\S]+)$`,
)
const opening = new RegExp(`^(?:\\d{1,20}\\s{1,8})?${mode}\\s*\\S`)

export const unix: ListingParser = {
  dialect: 'unix',
  recognises: (line) => opening.test(line),
  parse(line) {
    const found = shape.exec(line)
    if (!found) return undefined
    const [, type = '', bits = '', middle = '', size = ''] = found
    const modified = dateOf(found.slice(5, 15))
    if (modified === undefined) return undefined
    const kind = kindOf(type)
    const [name, target] = kind === 'link' ? splitLink(found[15] ?? '') : [found[15] ?? '', null]
    return entry('unix', kind, name, {
      ...ownersOf(middle),
      bytes: size.includes(',') ? null : parseBytes(size),
      modified,
      mode: bits,
      target,
    })
  },
}

function dateOf(parts: readonly (string | undefined)[]): string | undefined {
  const [a, b, c, d, e, f, year, month, day, clock] = parts
  if (year !== undefined && month !== undefined && day !== undefined)
    return timed(isoDate(year, month, day), clock ?? '')
  const number = parseMonth(a ?? e ?? '')
  if (number === undefined) return undefined
  const [written, last] = [b ?? d ?? '', c ?? f ?? '']
  return last.includes(':')
    ? timed(isoDate(null, number, written), last)
    : isoDate(last, number, written)
}

function timed(date: string | undefined, clock: string): string | undefined {
  const [hour = '', minute = ''] = clock.split(':')
  const time = isoTime(hour, minute)
  return date === undefined || time === undefined ? undefined : date + time
}

/** `3 owner group`, `owner group`, `3 owner`, `owner`; NetWare puts its rights in brackets first. */
function ownersOf(middle: string): Pick<Entry, 'owner' | 'group'> {
  const words = middle.split(/\s+/).filter((word) => word !== '')
  if (words.length > 1 && /^\d+$/.test(words[0] ?? '')) words.shift()
  return { owner: words[0] ?? null, group: words.length > 1 ? words.slice(1).join(' ') : null }
}

function kindOf(type: string): EntryKind {
  switch (type) {
    case '-':
      return 'file'
    case 'd':
      return 'directory'
    case 'l':
      return 'link'
    default:
      return 'other'
  }
}

function splitLink(name: string): readonly [string, string | null] {
  const at = name.indexOf(' -> ')
  return at <= 0 ? [name, null] : [name.slice(0, at), name.slice(at + 4)]
}
