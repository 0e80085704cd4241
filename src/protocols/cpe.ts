/** Names of the CPE 2.3 dictionary, in the formatted string binding (NISTIR 7695 §6.2). */

/** `a` is an application, `o` an operating system, `h` a device. */
export type CpePart = 'a' | 'o' | 'h'

const maxValue = 64

/**
 * The formatted string; null is ANY (`*`). Values are put in lower case, blanks become underscores, punctuation is
 * escaped; a value that no name can hold (control or non-ASCII characters, too long) is ANY as well, since it came
 * from outside and names no release.
 */
export function cpe(
  vendor: string,
  product: string,
  version: string | null,
  update: string | null = null,
  part: CpePart = 'a',
): string {
  const named = [vendor, product, version, update].map(quoted)
  return `cpe:2.3:${part}:${named.join(':')}:*:*:*:*:*:*`
}

function quoted(value: string | null): string {
  if (value === null) return '*'
  const text = value.trim().toLowerCase().replace(/ +/g, '_')
  if (text === '' || text.length > maxValue || !/^[\x21-\x7e]+$/.test(text)) return '*'
  // A lone hyphen would mean "not applicable".
  return text === '-' ? '\\-' : text.replace(/[^a-z0-9_.-]/g, '\\$&')
}
