/** CPE 2.3 formatted strings in the URI binding of CPE 2.2 that Nmap and its readers use (NISTIR 7695 §6.1.2). */

/** `cpe:2.3:a:openbsd:openssh:9.2:p1:…` → `cpe:/a:openbsd:openssh:9.2:p1`; null where the text is no CPE 2.3 name. */
export function cpeUri(formatted: string): string | null {
  const parts = formatted.match(/(?:\\.|[^:\\])+/gs)
  if (parts?.[0] !== 'cpe' || parts[1] !== '2.3' || parts.length !== 13) return null
  const bound = parts.slice(2).map(bind)
  if (bound.includes(null)) return null
  const [edition, language, ...extended] = (bound as string[]).slice(5)
  // What CPE 2.2 has no place for is packed into the edition, between tildes.
  const packed = extended.some((part) => part !== '')
    ? `~${[edition, ...extended].join('~')}`
    : (edition as string)
  const fields = [...(bound as string[]).slice(0, 5), packed, language as string]
  return `cpe:/${fields.join(':').replace(/:+$/, '')}`
}

/** One attribute: any is empty, quoted punctuation is percent-encoded but for what URIs take as it is. */
function bind(part: string): string | null {
  if (part === '*') return ''
  if (part === '-') return '-'
  let out = ''
  for (const [piece] of part.matchAll(/\\.|[^\\]/gs)) {
    const character = piece.length > 1 ? piece.slice(1) : piece
    if (/[^\u0021-\u007e]/.test(character)) return null
    if (piece === '?') out += '%01'
    else if (piece === '*') out += '%02'
    else if (/[a-z0-9_.-]/i.test(character)) out += character
    else out += `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  }
  return out
}
