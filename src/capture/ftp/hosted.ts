/** The listings of one session: what its data channels carried, and the files that they tell of. */
import { writeCommand } from '../../protocols/ftp/command.ts'
import { isAnonymous } from '../../protocols/ftp/login.ts'
import type { Proof } from '../../protocols/ftp/seen-facts.ts'
import type { Hosted } from '../services-files.ts'
import type { Control, SeenListing } from './control.ts'
import type { Data } from './data-channel.ts'
import { type Found, findFiles } from './listings.ts'
import { isListingVerb, listingOn } from './transfers.ts'

/** Characters of all listings of a session that are not told of yet. */
const maxHeld = 1_048_576

/** What a channel carried that is closed; null where it was no listing, or none of the server's. */
export function listingOf(control: Control, data: Data, channel: number): SeenListing | null {
  const { listing, record, tcp, side, to } = data
  const transfer = listingOn(control, channel)
  if (transfer === null || listing === null) return null
  if (heldBy(control) + listing.length > maxHeld) return null
  // Who connects for a passive channel is the client, and what it sends there is no word of the server's.
  const isPassive = control.session.channels[channel]?.mode === 'passive'
  if (side !== null && (tcp.ends[side] === to) !== isPassive) return null
  const extent = record.closed === 'fin' ? listing.extent : 'cut'
  return { transfer, text: listing.parts.join(''), extent }
}

export const heldBy = ({ listings }: Control): number =>
  listings.reduce((sum, { text }) => sum + text.length, 0)

/** Listings of which all is known that will be: those that are answered, or whatever came. */
export const listingsReady = (
  { session, listings }: Control,
  which: 'answered' | 'all',
): readonly SeenListing[] =>
  which === 'all'
    ? listings
    : listings.filter(({ transfer }) => session.transfers[transfer]?.outcome != null)

/** What lists names alone tells no files from directories: another listing of the session may. */
export function hostedBy(control: Control, listings: readonly SeenListing[]): readonly Hosted[] {
  const told = listings.flatMap((listing) => toldBy(control, listing) ?? [])
  const directories = new Set(told.flatMap(({ found }) => found.directories))
  return told.map(({ user, command, found }) => {
    const files = found.files.filter(({ path }) => !directories.has(path))
    const by = user !== null && isAnonymous(user) ? 'anybody' : 'account'
    return { by, files, proof: files.length === 0 ? null : proofOf(command, files.length, user) }
  })
}

interface Told {
  readonly user: string | null
  readonly command: string
  readonly found: Found
}

function toldBy(
  { session, asked }: Control,
  { transfer: index, text, extent }: SeenListing,
): Told | null {
  const transfer = session.transfers[index]
  if (transfer === undefined || !isListingVerb(transfer.verb)) return null
  const { verb, argument, complete } = transfer
  const { user, directory } = asked.get(index) ?? { user: null, directory: null }
  const isWhole = complete && extent === 'whole'
  const found = findFiles({ verb, argument, directory, text, extent: isWhole ? 'whole' : 'cut' })
  if (found === null) return null
  const command = writeCommand({ verb, argument, redacted: false, faults: [] })
  return { user, command: command.slice(0, maxText), found }
}

function proofOf(command: string, files: number, authenticatedAs: string | null): Proof {
  const note = `the data channel carried a listing of ${files} file${files === 1 ? '' : 's'}`
  return {
    id: 'hosted-files',
    answer: 'yes',
    reason: 'listed',
    lines: [
      { dir: 'out', text: command },
      { dir: 'note', text: note },
    ],
    authenticatedAs,
  }
}

const maxText = 512
