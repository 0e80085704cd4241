/**
 * How a document writes the border between two elements of its array: `},` and the start of the next element, with the white
 * space and first member that tell this border from those of inner arrays. Searching it is many times faster than scanning
 * every byte. A border found so is only a guess, but a safe one: a run of text that begins with an element, ends with a
 * bracket and parses as a list holds whole elements, because the grammar of JSON reads from left to right without choice and
 * a cut within a string leaves the string open.
 */
export interface Separator {
  readonly bytes: Buffer
  /** Bytes of it that belong to the element before. */
  readonly before: number
  /** Bytes of it up to the first of the element after. */
  readonly after: number
}

const maxSide = 128

/** Learned from one border: `end` is the index after an element, `next` that of the element after it. */
export function learnSeparator(
  bytes: Buffer,
  end: number,
  next: number,
  limit: number,
): Separator | null {
  const closing = bytes[end - 1]
  const opening = bytes[next]
  if (closing !== 0x7d && closing !== 0x5d) return null
  if (opening !== 0x7b && opening !== 0x5b) return null
  const from = spaceBefore(bytes, end - 1)
  // Indented text tells its depth by white space; compact text does not, so the first name of the element helps.
  const to = from < end - 1 ? next + 1 : nameEnd(bytes, next + 1, limit)
  if (end - from > maxSide || next - end > maxSide || to - next > maxSide) return null
  return { bytes: Buffer.from(bytes.subarray(from, to)), before: end - from, after: next - from }
}

function spaceBefore(bytes: Buffer, end: number): number {
  let at = end
  while (at > 0 && end - at <= maxSide && isSpace(bytes[at - 1])) at--
  return at
}

/** After the colon of a first member, or where the search began. */
function nameEnd(bytes: Buffer, from: number, limit: number): number {
  if (bytes[from] !== 0x22) return from
  const colon = bytes.subarray(from, Math.min(limit, from + maxSide)).indexOf(0x3a)
  return colon < 0 ? from : from + colon + 1
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
