import { type Gap, gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import { type DocumentIo, type Entry, readFault } from './io.ts'

export interface Found {
  /** In the order of the inputs, folders by name. */
  readonly documents: readonly FoundDocument[]
  readonly gaps: readonly Gap[]
  /** Files of folders that were passed over because of their name or kind. */
  readonly ignored: number
}
export interface FoundDocument {
  /** The path as the user would type it; `-` is standard input. */
  readonly path: string
  /** Bytes on disk; null for standard input, pipes and devices. */
  readonly size: number | null
  /** Milliseconds since the epoch at which it was last written; null where that is not told. */
  readonly modified: number | null
}

/**
 * Every document that the inputs name. A file named by itself is always one; of a folder only files that end in .json,
 * .ndjson or .jsonl, compressed or not. A file with two names counts once, under the first; links that lead back end there.
 */
export async function findDocuments(inputs: readonly string[], io: DocumentIo): Promise<Found> {
  const search: Search = { io, seen: new Set(), documents: [], gaps: [], ignored: 0 }
  for (const input of inputs) {
    if (input === '-') addDocument(search, '-', '-', nothingTold)
    else await findAt(search, input)
  }
  return { documents: search.documents, gaps: search.gaps, ignored: search.ignored }
}

interface Search {
  readonly io: DocumentIo
  readonly seen: Set<string>
  readonly documents: FoundDocument[]
  readonly gaps: Gap[]
  ignored: number
}

async function findAt(search: Search, input: string): Promise<void> {
  const entry = await statOrGap(search, input)
  if (entry === null) return
  if (entry.kind !== 'folder') {
    addDocument(search, input, entry.identity, entry.kind === 'file' ? entry : nothingTold)
    return
  }
  const ignoredBefore = search.ignored
  const met = await findInFolder(search, input, entry.identity)
  if (met === 0) {
    const ignored = search.ignored - ignoredBefore
    const others = ignored === 0 ? 'it has no files' : `the ${ignored} files in it have other names`
    search.gaps.push(
      gap(
        'nothing-found-in-folder',
        `no .json, .ndjson or .jsonl file (or .gz of one) here: ${others}`,
        documentSource(input),
      ),
    )
  }
}

/** How many entries of the folder were documents, or were known or unreadable: anything but nothing. */
async function findInFolder(search: Search, folder: string, identity: string): Promise<number> {
  if (search.seen.has(identity)) return 1
  search.seen.add(identity)
  const names = await namesOrGap(search, folder)
  if (names === null) return 1
  let met = 0
  for (const name of names) {
    if (name.startsWith('.') || name === 'node_modules') continue
    const path = join(folder, name)
    const named = /\.(json|ndjson|jsonl)(\.gz)?$/i.test(name)
    const entry = await (named ? statOrGap(search, path) : statOrNull(search, path))
    if (entry?.kind === 'folder') met += await findInFolder(search, path, entry.identity)
    else if (named && entry === null) met++
    else if (named && entry?.kind === 'file') {
      addDocument(search, path, entry.identity, entry)
      met++
    } else search.ignored++
  }
  return met
}

const nothingTold = { size: null, modified: null }

function addDocument(
  search: Search,
  path: string,
  identity: string,
  { size, modified }: Pick<FoundDocument, 'size' | 'modified'>,
): void {
  if (search.seen.has(identity)) return
  search.seen.add(identity)
  search.documents.push({ path, size, modified })
}

async function namesOrGap(search: Search, folder: string): Promise<readonly string[] | null> {
  try {
    return [...(await search.io.readdir(folder))].sort((a, b) => (a < b ? -1 : 1))
  } catch (error) {
    const fault = readFault(error, 'folder')
    search.gaps.push(gap(fault.reason, fault.message, documentSource(folder)))
    return null
  }
}

async function statOrGap(search: Search, path: string): Promise<Entry | null> {
  try {
    return await search.io.stat(path)
  } catch (error) {
    const fault = readFault(error, 'file')
    search.gaps.push(gap(fault.reason, fault.message, documentSource(path)))
    return null
  }
}

/** A dangling link with a name that is not ours is one more ignored file. */
async function statOrNull(search: Search, path: string): Promise<Entry | null> {
  try {
    return await search.io.stat(path)
  } catch {
    return null
  }
}

/** What is found below `.` is named as from the current folder. */
const join = (folder: string, name: string): string =>
  folder === '.' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`
