/** The words in which the compliance map is written: edges of one strength, and caveats. */
import type { Scope } from '../checks/requirements.ts'
import type { Caveat, Edge, Reading, Strength, Subject } from './framework.ts'

type EdgeOptions = {
  readonly reading?: Reading
  readonly scope?: Scope | null
  readonly note?: string
}

/** The subjects that checks are about stand for themselves. */
const scopeOf: Readonly<Record<Subject, Scope | null>> = {
  ftp: 'ftp',
  management: 'management',
  uncommon: 'uncommon',
  'ftp-access': 'ftp-access',
  'ftp-transport': 'ftp-transport',
  'ftp-abuse': 'ftp-abuse',
  'ftp-purpose': 'ftp-purpose',
  'standing-access': null,
  'change-trail': null,
}

function edges(
  subject: Subject,
  strength: Strength,
  lines: string,
  options: EdgeOptions = {},
): readonly Edge[] {
  return lines.split(' ').map((line) => ({
    line,
    subject,
    strength,
    reading: options.reading ?? (strength === 'direct' ? 'framework' : 'ours'),
    scope: options.scope === undefined ? scopeOf[subject] : options.scope,
    note: options.note ?? null,
  }))
}
export const direct = (subject: Subject, lines: string, options?: EdgeOptions) =>
  edges(subject, 'direct', lines, options)
export const partial = (subject: Subject, lines: string, options?: EdgeOptions) =>
  edges(subject, 'partial', lines, options)

export const ours = { reading: 'ours' } as const
export const caveat = (about: readonly Subject[], text: string): Caveat => ({
  subjects: about,
  text,
})
/** What is seen on a server itself: outside of benchmarks that speak of a cloud's configuration. */
export const observed = ['ftp-access', 'ftp-transport', 'ftp-abuse', 'ftp-purpose'] as const
export const notStated = (...about: readonly Subject[]): Caveat =>
  caveat(about, 'The strength of these edges is not settled; they are taken as partial.')
