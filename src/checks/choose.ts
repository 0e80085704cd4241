import type { Check } from './check.ts'
import { type CheckOptions, checksWith } from './index.ts'

/**
 * The checks that words name: ids, aliases, requirements (`pci-dss-4.0.1:1.2.5`, `EC2.19`), `*` for any text. All checks
 * where there are no words; throws a RangeError for a word that names none.
 */
export function chooseChecks(words: readonly string[], options: CheckOptions): readonly Check[] {
  const all = checksWith(options)
  if (words.length === 0) return all
  const patterns = words.map((word) => ({ word, pattern: patternOf(word) }))
  for (const { word, pattern } of patterns)
    if (!all.some((check) => names(pattern, check)))
      throw new RangeError(
        `no check is called ${JSON.stringify(word)}; portreeve rules list shows all`,
      )
  return all.filter((check) => patterns.some(({ pattern }) => names(pattern, check)))
}

const patternOf = (word: string): RegExp =>
  new RegExp(`^${word.split('*').map(RegExp.escape).join('.*')}$`, 'i')

const names = (pattern: RegExp, { id, aliases, requirements }: Check): boolean =>
  [
    id,
    ...aliases,
    ...requirements,
    ...requirements.map((requirement) => requirement.slice(requirement.indexOf(':') + 1)),
  ].some((name) => pattern.test(name))
