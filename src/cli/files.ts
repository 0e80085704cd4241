/** Files that people name on the command line, read and written, with failures in one line. */
import { readFault } from '../documents/io.ts'
import { type Edges, UsageError } from './edges.ts'

/** The text of a file the user named. */
export async function readFile(path: string, edges: Edges): Promise<string> {
  try {
    return await edges.readText(path)
  } catch (cause) {
    throw new UsageError(`${path}: ${readFault(cause, 'file').message}`, { cause })
  }
}

/** To the file, or to standard output where none is named. */
export async function write(
  chunks: Iterable<string>,
  output: string | undefined,
  edges: Edges,
): Promise<void> {
  if (output === undefined) {
    for (const chunk of chunks) await edges.out(chunk)
    return
  }
  try {
    await edges.writeText(output, chunks)
  } catch (cause) {
    throw new UsageError(`${output}: ${writeFault(cause)}`, { cause })
  }
}

/** Why a file cannot be written; errors that are not the system's are thrown. */
export function writeFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === null) throw error
  return writeFaults[code] ?? `it cannot be written (${code})`
}
const writeFaults: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder to write to',
  ENOTDIR: 'there is no such folder to write to',
  EISDIR: 'this is a folder, a file is wanted',
  EACCES: 'permission to write it is denied',
  EPERM: 'permission to write it is denied',
  EROFS: 'permission to write it is denied',
  ENOSPC: 'there is no room left to write it',
}
