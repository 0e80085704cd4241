/** What can be followed: `portreeve ingest --follow` says before it reads anything what is no log that grows. */
import { type DocumentIo, readFault } from '../documents/io.ts'
import { UsageError } from './edges.ts'
import { examine } from './evidence-input.ts'

/** Throws a `UsageError`; what is not there yet is waited for. */
export async function checkFollowed(paths: readonly string[], io: DocumentIo): Promise<void> {
  for (const path of paths) {
    const other = (what: string) =>
      new UsageError(`--follow reads logs that grow, and ${path} is ${what}`)
    if (path === '-')
      throw other('standard input: give - without --follow (a stream is read until it ends)')
    const entry = await io.stat(path).catch((cause: unknown) => {
      const fault = readFault(cause, 'file')
      if (fault.reason !== 'no-such-file')
        throw new UsageError(`${path}: ${fault.message}`, { cause })
      return null
    })
    if (entry === null) continue
    if (entry.kind !== 'file')
      throw other(
        entry.kind === 'folder' ? 'a folder: name its logs' : 'a pipe: give it without --follow',
      )
    const { kind, packing } = await examine(path, io)
    if (kind === 'capture')
      throw other('a capture: portreeve watch reads a live one, ingest without --follow a file')
    if (packing === 'gzip') throw other('compressed, which is done growing: leave --follow out')
    if (kind === 'parquet') throw other('Parquet, which is written at once: leave --follow out')
  }
}
