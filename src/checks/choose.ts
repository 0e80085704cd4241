import type { CheckInfo } from '../model/audit.ts'
import { transportPorts } from '../model/traffic-set.ts'
import type { Check, ServiceCheck } from './check.ts'
import { type CheckOptions, checksWith, serviceChecks } from './index.ts'

/**
 * The checks of an estate that words name: ids, aliases, requirements (`pci-dss-4.0.1:1.2.5`, `EC2.19`), `*` for any
 * text. All checks where there are no words; throws a RangeError for a word that names none.
 */
export const chooseChecks = (words: readonly string[], options: CheckOptions): readonly Check[] =>
  chooseAmong({ all: checksWith(options), others: serviceChecks, othersAre: 'services' }, words)

/** The checks of services that words name, in the same way. */
export const chooseServiceChecks = (words: readonly string[]): readonly ServiceCheck[] =>
  chooseAmong(
    {
      all: serviceChecks,
      others: checksWith({ alsoCommon: transportPorts({}) }),
      othersAre: 'configuration',
    },
    words,
  )

interface Choice<C> {
  readonly all: readonly C[]
  /** Known here but asked of something else: who names one of these is told so. */
  readonly others: readonly CheckInfo[]
  readonly othersAre: string
}

function chooseAmong<C extends CheckInfo>(choice: Choice<C>, words: readonly string[]) {
  const { all, others, othersAre } = choice
  if (words.length === 0) return all
  const patterns = words.map((word) => ({ word, pattern: patternOf(word) }))
  for (const { word, pattern } of patterns) {
    if (all.some((check) => names(pattern, check))) continue
    const told = JSON.stringify(word)
    throw new RangeError(
      others.some((check) => names(pattern, check))
        ? `${told} names checks of ${othersAre}, which are not asked here; portreeve rules show tells more`
        : `no check is called ${told}; portreeve rules list shows all`,
    )
  }
  return all.filter((check) => patterns.some(({ pattern }) => names(pattern, check)))
}

const patternOf = (word: string): RegExp =>
  new RegExp(`^${word.split('*').map(RegExp.escape).join('.*')}$`, 'i')

const names = (pattern: RegExp, { id, aliases, requirements }: CheckInfo): boolean =>
  [
    id,
    ...aliases,
    ...requirements,
    ...requirements.map((requirement) => requirement.slice(requirement.indexOf(':') + 1)),
  ].some((name) => pattern.test(name))
