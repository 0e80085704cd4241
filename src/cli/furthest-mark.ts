/** How much of a file the lake has, by its bytes alone. */
import { createHash } from 'node:crypto'
import { CompressionFault } from '../logs/read-bytes.ts'
import { type KnownMark, longestHead } from '../store/lake/source.ts'

export interface Furthest {
  /** The last mark that stands in these bytes; null where none does. */
  readonly mark: KnownMark | null
  /** Whether anything stands behind it. */
  readonly hasMore: boolean
}

/** The first bytes, as many as tell by which marks a file may be known. */
export async function startOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0)
  try {
    for await (const bytes of chunks) {
      start = Buffer.concat([start, bytes.subarray(0, longestHead)])
      if (start.length >= longestHead) break
    }
  } catch (cause) {
    if (!(cause instanceof CompressionFault)) throw cause
  }
  return start.subarray(0, longestHead)
}

/** Reads no further than the last of the marks. Compressed bytes count as far as they can be read. */
export async function furthestMark(
  chunks: AsyncIterable<Uint8Array>,
  marks: readonly KnownMark[],
): Promise<Furthest> {
  const byOffset = Map.groupBy(marks, ({ offset }) => offset)
  const offsets = [...byOffset.keys()].sort((a, b) => a - b)
  const hash = createHash('sha256')
  let [at, next] = [0, 0]
  let mark: KnownMark | null = null
  const look = (): void => {
    const before = hash.copy().digest('hex')
    // Of several that say the same the last is the one that others went on from.
    const found = byOffset.get(offsets[next++] ?? -1)?.findLast((one) => one.before === before)
    mark = found ?? mark
  }
  try {
    for await (const bytes of chunks) {
      let taken = 0
      for (
        let to = offsets[next];
        to !== undefined && to <= at + bytes.length;
        to = offsets[next]
      ) {
        hash.update(bytes.subarray(taken, to - at))
        taken = to - at
        look()
      }
      hash.update(bytes.subarray(taken))
      at += bytes.length
      if (next === offsets.length && at > (offsets.at(-1) ?? 0)) break
    }
  } catch (cause) {
    if (!(cause instanceof CompressionFault)) throw cause
  }
  const known: KnownMark | null = mark
  return { mark: known, hasMore: at > (known === null ? 0 : offsetOf(known)) }
}

const offsetOf = ({ offset }: KnownMark): number => offset
