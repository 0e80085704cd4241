/**
 * What a scan found so far, beside its checkpoint: a line of JSON a sighting, in the order in which they were told. A
 * checkpoint says how long the journal was when it was made; what stands behind is told again after a resume, so it is cut.
 */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Sighting } from '../model/sighting.ts'

/** Coverage closes a run: it is never in a journal. */
export type Found = Exclude<Sighting, { kind: 'coverage' }>

export interface Journal {
  append(sighting: Found): Promise<void>
  /** Resolves to the bytes that are durable now. */
  sync(): Promise<number>
  /** What it holds, from its start. */
  read(): AsyncIterable<Found>
  close(): Promise<void>
  remove(): Promise<void>
}

/** Lines gathered before they are written. */
const atOnce = 64 * 1024

/** Opens the journal and keeps its first `keep` bytes; rejects with the error of the system. */
export async function openJournal(path: string, keep: number): Promise<Journal> {
  const file = await open(path, keep === 0 ? 'w' : 'r+', 0o600)
  try {
    const { size } = await file.stat()
    if (size < keep) throw new RangeError(`${path} is shorter than its checkpoint says`)
    await file.truncate(keep)
  } catch (error) {
    await file.close()
    throw error
  }
  return journalOf(path, file, keep)
}

function journalOf(path: string, file: FileHandle, start: number): Journal {
  let length = start
  let pending = ''
  const flush = async (): Promise<void> => {
    if (pending === '') return
    const bytes = Buffer.from(pending)
    pending = ''
    const at = length
    length += bytes.length
    await file.write(bytes, 0, bytes.length, at)
  }
  return {
    async append(sighting) {
      pending += `${JSON.stringify(sighting)}\n`
      if (pending.length >= atOnce) await flush()
    },
    async sync() {
      await flush()
      await file.sync()
      return length
    },
    async *read() {
      if (start === 0) return
      // Written by this program and kept from others by its mode; a line that is broken all the same ends the reading loudly.
      for await (const line of linesOf(path, start)) yield JSON.parse(line) as Found
    },
    close: () => file.close(),
    async remove() {
      await file.close()
      await rm(path, { force: true })
    },
  }
}

/**
 * Lines end with LF and nothing else: the platform's own reader ends them at U+2028 and U+2029 too, which JSON leaves as
 * they are, and which any server may put into a name.
 */
async function* linesOf(path: string, length: number): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of createReadStream(path, { end: length - 1, encoding: 'utf8' })) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
