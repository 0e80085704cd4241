/** MLSD and MLST (RFC 3659 §7): `fact=value;fact=value; name`. */
import {
  type Entry,
  type EntryKind,
  entry,
  isoDate,
  isoTime,
  type ListingParser,
  parseBytes,
} from './entry.ts'

export const mlsd: ListingParser = {
  dialect: 'mlsd',
  // A line of MLST in a reply begins with one more space.
  recognises: (line) => /^ ?(?:[A-Za-z][A-Za-z0-9.-]{0,31}=[^;]{0,512};){1,32} [\s\S]/.test(line),
  parse(line) {
    const at = line.indexOf('; ')
    if (at < 0) return undefined
    const facts = parseFacts(line.slice(0, at).trimStart())
    const type = facts.get('type') ?? ''
    return entry('mlsd', kindOf(type), line.slice(at + 2), {
      bytes: parseBytes(facts.get('size') ?? ''),
      modified: parseTime(facts.get('modify') ?? '') ?? null,
      mode: parseMode(facts.get('unix.mode') ?? ''),
      owner:
        facts.get('unix.ownername') ?? facts.get('unix.owner') ?? facts.get('unix.uid') ?? null,
      group:
        facts.get('unix.groupname') ?? facts.get('unix.group') ?? facts.get('unix.gid') ?? null,
      permissions: facts.get('perm')?.toLowerCase() ?? null,
      target: /^os\.unix=s(?:ym)?link:/i.test(type) ? type.slice(type.indexOf(':') + 1) : null,
    })
  },
}

/** `YYYYMMDDHHMMSS[.sss]`, UTC (RFC 3659 §2.3), as MDTM gives it too; undefined when it can be no time. */
export function parseTime(text: string): string | undefined {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d{1,9})?$/.exec(text.trim()) ?? []
  const date = isoDate(year, month, day)
  const time = isoTime(hour, minute, second)
  return year === '' || !date || !time ? undefined : `${date}${time}${fraction}Z`
}

const parseFacts = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(';').flatMap((fact) => {
      const at = fact.indexOf('=')
      return at < 0 ? [] : [[fact.slice(0, at).toLowerCase(), fact.slice(at + 1)] as const]
    }),
  )

function kindOf(type: string): EntryKind {
  const lower = type.toLowerCase()
  if (/^os\.unix=s(?:ym)?link/.test(lower)) return 'link'
  return kinds.get(lower) ?? (lower === '' ? 'unknown' : 'other')
}
const kinds: ReadonlyMap<string, Entry['kind']> = new Map([
  ['file', 'file'],
  ['dir', 'directory'],
  ['cdir', 'current'],
  ['pdir', 'parent'],
])

/** Octal digits to `rwxr-xr-x`; set-id and sticky bits as `ls` shows them. */
function parseMode(octal: string): string | null {
  if (!/^[0-7]{3,7}$/.test(octal)) return null
  const mode = Number.parseInt(octal, 8)
  const letters = [...'rwxrwxrwx'].map((letter, i) => (mode & (0o400 >> i) ? letter : '-'))
  for (const [bit, at, on, off] of special)
    if (mode & bit) letters[at] = letters[at] === 'x' ? on : off
  return letters.join('')
}
const special = [
  [0o4000, 2, 's', 'S'],
  [0o2000, 5, 's', 'S'],
  [0o1000, 8, 't', 'T'],
] as const
