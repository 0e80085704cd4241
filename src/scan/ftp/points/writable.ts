/**
 * Point 3: whether something may be stored, as the listing has it. Perm facts (RFC 3659 §7.5.5) are the server's word about
 * this account; mode bits speak of the system's users, and only those of "other" can be meant for nobody in particular.
 */
import type { Entry } from '../../../protocols/ftp/listing/entry.ts'
import { isPlainName, joinPath } from '../../../protocols/ftp/path.ts'
import { identify } from '../../../protocols/ftp/software.ts'
import { readWire } from '../../../protocols/ftp/wire.ts'
import { type Directory, wireName } from '../walk.ts'
import type { Point } from './point.ts'

export const writable: Point = {
  title: 'Writable directories, inferred',
  answers: ['writable'],
  stage: 'session',
  async run(visit, { as, isAnonymous }) {
    const walked = visit.walk
    if (!walked || walked.directories.length === 0) return
    const visited = new Set(walked.directories.map(({ path }) => path))
    const judged = walked.directories.flatMap((directory) => judge(directory, visited, isAnonymous))
    const found = judged.filter(({ answer }) => answer === 'yes')
    visit.writableDirectories = found.length > 0 ? found.map(({ path }) => readWire(path)) : null
    const lines = (found.length > 0 ? found : judged).flatMap((one) => one.lines).slice(0, 32)
    const byFacts = found.some(({ by }) => by === 'perm-facts')
    if (found.length > 0) {
      const by = byFacts ? 'perm-facts' : 'mode-bits'
      visit.answers.give('writable', 'yes', `inferred-from-${by}`, lines, as)
    } else if (walked.isComplete && judged.every(({ answer }) => answer === 'no')) {
      // pyftpdlib tells the account's rights for every directory, also where others are set for one.
      const isTrue = identify(visit.said)?.name !== 'pyftpdlib'
      if (isTrue) visit.writableDirectories = []
      if (isTrue) visit.answers.give('writable', 'no', 'perm-facts', lines, as)
      else visit.answers.give('writable', 'unknown', 'perm-facts-not-by-folder', lines, as)
    } else visit.answers.give('writable', 'unknown', 'not-told-by-listing', lines, as)
  },
}

export interface Judged {
  readonly path: string
  readonly answer: 'yes' | 'no' | 'unknown'
  readonly by: 'perm-facts' | 'mode-bits'
  readonly lines: readonly number[]
}

/** A directory, by what is said of itself and of its files; and those below that were not entered, by what is said of them. */
export function judge(
  { path, own, entries, lines }: Directory,
  visited: ReadonlySet<string>,
  isAnonymous: boolean,
): readonly Judged[] {
  const files = entries.filter(({ kind }) => kind === 'file')
  const below = entries
    .filter((entry) => entry.kind === 'directory' && isPlainName(wireName(entry)))
    .map((entry) => ({ entry, at: joinPath(path, wireName(entry)) }))
    .filter(({ at }) => !visited.has(at))
  return [
    { path, lines, ...judgeOne(own, files, isAnonymous) },
    ...below.map(({ entry, at }) => ({ path: at, lines, ...judgeOne(entry, [], isAnonymous) })),
  ]
}

function judgeOne(
  own: Entry | null,
  files: readonly Entry[],
  isAnonymous: boolean,
): Pick<Judged, 'answer' | 'by'> {
  const isOpen = isAnonymous && own?.mode?.[7] === 'w'
  if (own?.permissions == null) return { answer: isOpen ? 'yes' : 'unknown', by: 'mode-bits' }
  // c: files may be made, m: directories.
  if (holds(own, 'cm')) return { answer: 'yes', by: 'perm-facts' }
  // a: appended to, w: written. ProFTPD says so of files that its limits protect, so it is no yes; but neither is it a no.
  const isClosed = !isOpen && files.every((file) => file.permissions != null && !holds(file, 'aw'))
  return { answer: isClosed ? 'no' : 'unknown', by: 'perm-facts' }
}

const holds = (entry: Entry | null, letters: string): boolean =>
  entry?.permissions != null && [...letters].some((letter) => entry.permissions?.includes(letter))
