/** One word for a POSIX shell, whatever it holds. */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Stands where the user must say who keeps access. */
export const allowedPlaceholder = 'ALLOWED_CIDR'

/** A command over several lines, one option each. */
export const command = (
  words: string,
  options: readonly (readonly [string, ...string[]])[],
): string =>
  [
    words,
    ...options.map(([flag, ...values]) => `  ${[flag, ...values.map(quote)].join(' ')}`),
  ].join(' \\\n')
