/** EPLF, the Easily Parsed LIST Format of publicfile: `+i8388621.48594,m825718503,r,s280,\tname`. */
import { entry, type ListingParser, parseBytes } from './entry.ts'

export const eplf: ListingParser = {
  dialect: 'eplf',
  recognises: (line) => /^\+[^\t]{0,512}\t[\s\S]/.test(line),
  parse(line) {
    const at = line.indexOf('\t')
    const facts = line.slice(1, at).split(',')
    const of = (letter: string) => facts.find((fact) => fact.startsWith(letter))?.slice(1)
    const kind = facts.includes('/') ? 'directory' : facts.includes('r') ? 'file' : 'other'
    return entry('eplf', kind, line.slice(at + 1), {
      bytes: parseBytes(of('s') ?? ''),
      modified: timeOf(of('m') ?? ''),
      mode: null,
    })
  },
}

/** Seconds since 1970, UTC; a Date holds 100 million days. */
function timeOf(digits: string): string | null {
  const seconds = parseBytes(digits)
  if (seconds === null || seconds > 253_402_300_799) return null
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
