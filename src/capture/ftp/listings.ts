/** Listings that were seen on data channels: the files that a server hosts, as far as somebody asked for them. */
import type { HostedFile } from '../../model/service.ts'
import { categoryOfName } from '../../protocols/ftp/categories.ts'
import type { Entry } from '../../protocols/ftp/listing/entry.ts'
import { parseListing } from '../../protocols/ftp/listing/listing.ts'
import { parseNames } from '../../protocols/ftp/listing/names.ts'
import { joinPath } from '../../protocols/ftp/path.ts'
import { encodeWire, readWire } from '../../protocols/ftp/wire.ts'
import { isBinary, tlsBegins } from './sniff.ts'
import type { ListingVerb } from './transfers.ts'
import { below } from './working-directory.ts'

/** Characters of one listing that are kept; what stands behind them is not looked at. */
export const maxListing = 65_536
/** Entries of one listing, and files of one service. */
export const maxFiles = 1000

export interface Listing {
  readonly verb: ListingVerb
  /** Wire text, as the client gave it. */
  readonly argument: string | null
  /** The working directory when it was asked for; null where that was not seen. */
  readonly directory: string | null
  /** Wire text of the data channel. */
  readonly text: string
  /** Its end is there. */
  readonly extent: 'whole' | 'cut'
}

export interface Found {
  readonly files: readonly HostedFile[]
  /** Paths, as those of files: a list of names alone does not tell the two apart. */
  readonly directories: readonly string[]
}

/** Null where it tells nothing: it is no listing, or nobody knows that there was nothing more. */
export function findFiles(listing: Listing): Found | null {
  const text = listing.extent === 'whole' ? listing.text : uncut(listing.text)
  // Data channels may be encrypted where the control connection is not (RFC 4217 §12.6).
  if (tlsBegins(text) !== 'no') return null
  // Names stand alone, and every line of what is compressed (MODE Z) would pass for one.
  if (listing.verb === 'NLST' && isBinary(text)) return null
  const place = placeOf(listing)
  const { entries, unknown } = listing.verb === 'NLST' ? readNames(text) : readEntries(text)
  const pathOf = pathsIn(place, entries.length)
  const files = entries
    .filter(({ kind }) => kind === 'file' || kind === 'unknown')
    .map(({ name, nameBase64, bytes, modified }) => ({
      path: pathOf(wireName(name, nameBase64)),
      nameBase64,
      bytes,
      modified,
      category: categoryOfName(name),
      content: null,
    }))
  const directories = entries
    .filter(({ kind }) => kind === 'directory')
    .map(({ name, nameBase64 }) => pathOf(wireName(name, nameBase64)))
  if (files.length > 0) return { files, directories }
  // A pattern or a name that nothing fits is answered like an empty directory.
  const isDirectory = place.asked === null || directories.length > 0
  return isDirectory && unknown === 0 && listing.extent === 'whole' ? { files, directories } : null
}

type Line = Pick<Entry, 'kind' | 'name' | 'nameBase64' | 'bytes' | 'modified'>
interface Lines {
  readonly entries: readonly Line[]
  /** Lines that are not among them. */
  readonly unknown: number
}

const limits = { line: 8192, entries: maxFiles }

function readEntries(text: string): Lines {
  const { entries, state } = parseListing(text, limits)
  return { entries, unknown: state.unknown + state.dropped }
}

function readNames(text: string): Lines {
  const { names, dropped } = parseNames(text, limits)
  const entries = names
    .filter(({ text: name }) => name !== '.' && name !== '..')
    .map(({ text: name, base64 }) => ({
      kind: 'unknown' as const,
      name,
      nameBase64: base64,
      bytes: null,
      modified: null,
    }))
  return { entries, unknown: dropped }
}

const wireName = (name: string, base64: string | null): string =>
  base64 === null ? encodeWire(name) : atob(base64)

interface Place {
  /** What was asked for, without options; null is the working directory. */
  readonly asked: string | null
  /** The working directory; null where it is not known. */
  readonly from: string | null
  /** What is listed, where it is a directory; null where that is not known. */
  readonly listed: string | null
}

/** `-la /pub` has options in front, as clients give them to LIST; with `-R` the directories change on the way. */
function placeOf({ argument, directory: from }: Listing): Place {
  const [options = ''] = /^(?:\s*-[^\s/]*(?=\s|$))*/.exec(argument ?? '') ?? []
  const path = (argument ?? '').slice(options.length).trim()
  const asked = path === '' ? null : path
  if (options.includes('R')) return { asked, from: null, listed: null }
  if (asked === null) return { asked, from, listed: from }
  return { asked, from, listed: /[*?[\]{}]/.test(asked) ? null : below(from, asked) }
}

/** The path of a name in a listing of so many. */
function pathsIn({ asked, from, listed }: Place, count: number): (wire: string) => string {
  return (wire) => {
    if (wire.startsWith('/')) return readWire(wire)
    // Some answer `NLST pub` with `pub/a`, from where the client stands.
    const directory = wire.includes('/') ? from : listed
    if (directory === null) return readWire(wire)
    // A file that was asked for by its name is listed alone, and is no directory.
    const isItself = count === 1 && asked !== null && directory.endsWith(`/${wire}`)
    return readWire(isItself ? directory : joinPath(directory, wire))
  }
}

/** The last line may not be whole, and a part of a name is another name. */
const uncut = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1)
