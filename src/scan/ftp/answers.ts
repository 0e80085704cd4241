/** The answers to all checks of one server, as they are found: what was observed is never replaced by what was not. */
import type { Answer, FtpCheck, FtpCheckId } from '../../model/service.ts'
import { ftpCheckIds } from '../../model/service.ts'

export interface Answers {
  /** `as`: the account that was logged in, null for nobody. */
  give(
    id: FtpCheckId,
    answer: Answer,
    reason: string,
    lines?: readonly number[],
    as?: string | null,
  ): void
  /** What was inferred and then did not prove true: unknown again, with the lines that show it. */
  withdraw(id: FtpCheckId, reason: string, lines: readonly number[], as: string | null): void
  of(id: FtpCheckId): FtpCheck | undefined
  /** One for each id, in their order; `whyNot` words what nobody answered. */
  all(whyNot: (id: FtpCheckId) => string): readonly FtpCheck[]
}

export function startAnswers(): Answers {
  const given = new Map<FtpCheckId, FtpCheck>()
  const set = (
    id: FtpCheckId,
    answer: Answer,
    reason: string,
    lines: readonly number[],
    as: string | null,
  ): void => {
    const numbers = [...new Set(lines)].filter((line) => line > 0).sort((a, b) => a - b)
    given.set(id, { id, answer, reason, lines: numbers, authenticatedAs: as })
  }
  return {
    give(id, answer, reason, lines = [], as = null) {
      const before = given.get(id)
      if (before !== undefined && before.answer !== 'unknown' && answer === 'unknown') return
      set(id, answer, reason, lines, as)
    },
    withdraw: (id, reason, lines, as) => set(id, 'unknown', reason, lines, as),
    of: (id) => given.get(id),
    all: (whyNot) =>
      ftpCheckIds.map(
        (id) =>
          given.get(id) ?? {
            id,
            answer: 'unknown',
            reason: whyNot(id),
            lines: [],
            authenticatedAs: null,
          },
      ),
  }
}
