/**
 * The directories of an account, breadth first and bounded: what they hold, and what may be written. Links are not followed,
 * names that are no plain names are not entered.
 */
import type { HostedFile } from '../../model/service.ts'
import { categoryOfName } from '../../protocols/ftp/categories.ts'
import type { Entry } from '../../protocols/ftp/listing/entry.ts'
import {
  endListing,
  type ListingState,
  listingLimits,
  listingStart,
  parseListingLine,
  stepListing,
} from '../../protocols/ftp/listing/listing.ts'
import { parseNames } from '../../protocols/ftp/listing/names.ts'
import { isPlainName, joinPath } from '../../protocols/ftp/path.ts'
import { encodeWire, readWire } from '../../protocols/ftp/wire.ts'
import { type Transfer, transfer } from './data.ts'
import { assessmentLimits } from './options.ts'
import { type ListingForm, listingForms, type Session } from './session.ts'
import type { Visit } from './visit.ts'

export interface Directory {
  /** Wire text, absolute where the server says so. */
  readonly path: string
  /** What perm facts or mode bits say of it; null where neither is given. */
  readonly own: Entry | null
  /** Files and directories. */
  readonly entries: readonly Entry[]
  readonly lines: readonly number[]
}

export interface Walk {
  readonly as: string
  readonly directories: readonly Directory[]
  readonly files: readonly HostedFile[]
  /** Wire paths of `files`, in the same order; null where the name leads elsewhere and is only told. */
  readonly paths: readonly (string | null)[]
  /** Everything within the bound of depth was seen, none was refused. */
  readonly isComplete: boolean
  /** The first listing failed: how. */
  readonly failure: Exclude<Transfer, { kind: 'done' }> | null
  readonly lines: readonly number[]
}

/** Of all listings together, for each file that is wanted: without a bound, five hundred long ones would fill the memory. */
const bytesAFile = 256

export async function walk(visit: Visit, session: Session): Promise<Walk> {
  const { depth, count } = visit.options.files
  const directories: Directory[] = []
  const files: HostedFile[] = []
  const paths: (string | null)[] = []
  const known = new Set([session.start])
  let failure: Walk['failure'] = null
  let isComplete = true
  let lines: readonly number[] = []
  let bytesLeft = Math.max(assessmentLimits.listingBytes, bytesAFile * count)
  const waiting = [{ path: session.start, level: 0, own: null as Entry | null }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const isFull = directories.length >= assessmentLimits.directories || bytesLeft <= 0
    if (session.control.ended !== null || isFull) {
      isComplete = false
      break
    }
    const { path, level, own } = next
    const entered = level === 0 ? null : await visit.ask(session.control, `CWD ${path}`)
    if (entered && (entered.code < 200 || entered.code > 299)) {
      isComplete = false
      continue
    }
    const found = await list(visit, session, count - files.length)
    lines = found.transfer.lines
    if (found.transfer.kind !== 'done') {
      if (level === 0) failure = found.transfer
      isComplete = false
      if (level === 0) break
      continue
    }
    bytesLeft -= found.transfer.bytes
    if (found.transfer.end !== 'complete' || found.dropped > 0) isComplete = false
    if (found.transfer.end === 'too-much') visit.stop('too-much-data')
    const here = found.entries.find(({ kind }) => kind === 'current') ?? own
    directories.push({
      path,
      own: here ?? (await describe(visit, session)),
      entries: found.entries.filter(({ kind }) => kind === 'file' || kind === 'directory'),
      lines: found.transfer.lines,
    })
    for (const item of found.entries) {
      const wire = wireName(item)
      if (item.kind === 'directory' && isPlainName(wire)) {
        const below = joinPath(path, wire)
        if (known.has(below)) continue
        known.add(below)
        if (level < depth && known.size <= assessmentLimits.directories)
          waiting.push({ path: below, level: level + 1, own: item })
        else isComplete = false
      } else if (item.kind === 'file' || item.kind === 'unknown') {
        if (files.length >= count) isComplete = false
        else {
          const full = joinPath(path, wire)
          paths.push(isPlainName(wire) ? full : null)
          files.push(hostedFile(full, item))
        }
      }
    }
    if (visit.stopped !== null) break
  }
  return { as: session.as, directories, files, paths, isComplete, failure, lines }
}

/** The bytes of its name. */
export const wireName = ({ name, nameBase64 }: Entry): string =>
  nameBase64 === null ? encodeWire(name) : atob(nameBase64)

const hostedFile = (path: string, { name, nameBase64, bytes, modified }: Entry): HostedFile => ({
  path: readWire(path),
  nameBase64,
  bytes,
  modified,
  category: categoryOfName(name),
  content: null,
})

interface Listed {
  readonly transfer: Transfer
  readonly entries: readonly Entry[]
  readonly dropped: number
}

/** The current directory, by the first form that the server takes. */
async function list(visit: Visit, session: Session, room: number): Promise<Listed> {
  const forms = session.listing ? [session.listing] : formsOf(visit)
  let last: Listed | null = null
  for (const form of forms) {
    const found = await listBy(visit, session, form, room)
    // An empty answer to `LIST -a` may be that of a file called "-a" which is not there.
    const isSure = form !== 'LIST -a' || found.entries.length > 0
    if (found.transfer.kind === 'done' && isSure) {
      session.listing = form
      return found
    }
    if (last?.transfer.kind !== 'done') last = found
    if (found.transfer.kind === 'no-data' || session.control.ended !== null) break
  }
  return (
    last ?? { transfer: { kind: 'no-data', reason: 'no-form', lines: [] }, entries: [], dropped: 0 }
  )
}

/** RFC 3659 §7.8: who has MLSD lists MLST. A server without FEAT is asked. */
const formsOf = (visit: Visit): readonly ListingForm[] =>
  visit.features !== null && !visit.hasFeature('MLST') && !visit.hasFeature('MLSD')
    ? listingForms.filter((form) => form !== 'MLSD')
    : listingForms

async function listBy(
  visit: Visit,
  session: Session,
  form: ListingForm,
  room: number,
): Promise<Listed> {
  const entries: Entry[] = []
  // Directories stand between files, and do not count as files.
  const entriesRoom = room + assessmentLimits.directories
  const limits = { ...listingLimits, entries: Math.min(entriesRoom, listingLimits.entries) }
  let names = ''
  let state: ListingState = listingStart
  const done = await transfer(visit, session, form, {
    bytes: assessmentLimits.listingBytes,
    take(chunk) {
      if (form === 'NLST') {
        names += chunk
        return names.length < 1_048_576 ? 'more' : 'enough'
      }
      const step = stepListing(state, chunk, limits)
      state = step.state
      for (const item of step.entries) entries.push(item)
      return state.entries >= limits.entries && state.dropped > 0 ? 'enough' : 'more'
    },
  })
  if (form === 'NLST') {
    const read = parseNames(names, limits)
    return { transfer: done, entries: read.names.map(ofName), dropped: read.dropped }
  }
  const rest = endListing(state, limits)
  return { transfer: done, entries: [...entries, ...rest.entries], dropped: rest.state.dropped }
}

const ofName = ({ text, base64 }: { text: string; base64: string | null }): Entry => ({
  dialect: 'unix',
  kind: text === '.' ? 'current' : text === '..' ? 'parent' : 'unknown',
  name: text,
  nameBase64: base64,
  bytes: null,
  modified: null,
  target: null,
  mode: null,
  owner: null,
  group: null,
  permissions: null,
})

/** What MLST says of the directory itself (RFC 3659 §7.2): many list no `cdir`. */
async function describe(visit: Visit, session: Session): Promise<Entry | null> {
  if (!visit.hasFeature('MLST') || session.control.ended !== null) return null
  const { reply, code } = await visit.ask(session.control, 'MLST')
  const line = code === 250 ? reply?.lines[1] : undefined
  const entry = line === undefined ? 'unknown' : parseListingLine(line)
  return typeof entry === 'object' ? entry : null
}
