/**
 * Records out of a JSON document as its bytes come: the elements of the top-level list, or of one list that is a member of the
 * top-level object. Documents may follow each other. Nothing but the element at hand is held.
 */
export interface JsonPiece {
  /** The text of one element; null where it is longer than allowed and was passed over. */
  readonly text: string | null
  /** Bytes from the start of the document. */
  readonly offset: number
  readonly line: number
}

export interface JsonRecords {
  push(bytes: Uint8Array): JsonPiece[]
  /** Whether the document ended where a document may. */
  readonly complete: boolean
}

/** `member` null: the document is the list. */
export function jsonRecords(member: string | null, maxBytes = 64 * 2 ** 20): JsonRecords {
  let depth = 0
  let inString = false
  let escaped = false
  /** The last string at depth 1, and whether a colon made it a name. */
  let key = ''
  let keyOpen = false
  let name: string | null = null
  /** Depth of the list whose elements are wanted; 0 while there is none. */
  let list = 0
  let offset = 0
  let line = 1
  /** The element at hand: what came of it in earlier pieces. */
  let held: Uint8Array[] = []
  let heldBytes = 0
  let start = -1
  let startLine = 0
  let isOversized = false

  function take(bytes: Uint8Array, from: number, to: number): JsonPiece {
    const parts = [...held, bytes.subarray(from, to)]
    const piece = { offset: start, line: startLine }
    const text =
      isOversized || heldBytes + to - from > maxBytes ? null : Buffer.concat(parts).toString('utf8')
    start = -1
    held = []
    heldBytes = 0
    isOversized = false
    return { text, ...piece }
  }

  return {
    get complete() {
      return depth === 0 && !inString
    },
    push(bytes) {
      const out: JsonPiece[] = []
      const { length } = bytes
      let from = 0
      for (let at = 0; at < length; at++) {
        if (inString && !keyOpen && !escaped) {
          // Nearly all of a document is text between quotes, in which nothing else matters.
          while (at < length && bytes[at] !== 0x22 && bytes[at] !== 0x5c) at++
          if (at === length) break
        }
        const byte = bytes[at] as number
        if (byte === 0x0a) line++
        if (inString) {
          if (escaped) escaped = false
          else if (byte === 0x5c) escaped = true
          else if (byte === 0x22) {
            inString = false
            keyOpen = false
          }
          if (keyOpen && key.length < 64) key += String.fromCharCode(byte)
          continue
        }
        switch (byte) {
          case 0x22:
            inString = true
            if (depth === 1 && list === 0) {
              key = ''
              keyOpen = true
            }
            break
          case 0x3a:
            if (depth === 1 && list === 0) name = key
            break
          case 0x2c:
            if (depth === 1 && list === 0) name = null
            break
          case 0x7b:
          case 0x5b:
            if (list > 0 && depth === list && start < 0) {
              start = offset + at
              startLine = line
              from = at
            }
            depth++
            if (list === 0 && byte === 0x5b)
              if (member === null ? depth === 1 : depth === 2 && name === member) list = depth
            break
          case 0x7d:
          case 0x5d:
            if (depth > 0) depth--
            if (list > 0 && depth === list && start >= 0) out.push(take(bytes, from, at + 1))
            else if (list > 0 && depth < list) {
              list = 0
              name = null
            }
            break
          default:
        }
      }
      if (start >= 0) {
        const begun = start >= offset ? from : 0
        heldBytes += bytes.length - begun
        if (heldBytes > maxBytes) {
          isOversized = true
          held = []
        } else if (!isOversized) held.push(bytes.slice(begun))
      }
      offset += bytes.length
      return out
    },
  }
}
