const chunkSize = 65_536

/** Joins small pieces to chunks of about 64 KB, so that a writer is called a thousand times and not a million. */
export function* inChunks(pieces: Iterable<string>): Generator<string> {
  let pending = ''
  for (const piece of pieces) {
    pending += piece
    if (pending.length >= chunkSize) {
      yield pending
      pending = ''
    }
  }
  if (pending !== '') yield pending
}
