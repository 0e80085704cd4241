/** Points 3 and 7: what the account may list, and the files that are there. */
import { walk } from '../walk.ts'
import type { Point } from './point.ts'

export const files: Point = {
  title: 'Hosted files',
  answers: ['anonymous-list', 'hosted-files'],
  stage: 'session',
  async run(visit, session) {
    const found = await walk(visit, session)
    visit.walk = found
    const { as, isAnonymous } = session
    const { failure } = found
    const first = found.directories[0]
    if (isAnonymous) {
      if (first) visit.answers.give('anonymous-list', 'yes', 'listed', first.lines, as)
      else if (failure?.kind === 'refused' && failure.code >= 500)
        visit.answers.give('anonymous-list', 'no', 'refused', failure.lines, as)
      else visit.answers.give('anonymous-list', 'unknown', whyNot(failure), failure?.lines, as)
    }
    if (found.files.length > 0) {
      const reason = found.isComplete ? 'all-listed' : 'listed'
      visit.answers.give('hosted-files', 'yes', reason, found.lines, as)
    } else if (first && found.isComplete)
      visit.answers.give('hosted-files', 'no', 'nothing-listed', found.lines, as)
    else {
      const reason = first ? 'not-all-seen' : whyNot(failure)
      visit.answers.give('hosted-files', 'unknown', reason, failure?.lines ?? found.lines, as)
    }
  },
}

const whyNot = (failure: { kind: string; reason?: string } | null): string =>
  failure?.reason ?? (failure?.kind === 'refused' ? 'refused' : 'not-listed')
