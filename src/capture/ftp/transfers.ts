/** Which transfer takes a channel. */
import type { TransferVerb } from '../../protocols/ftp/verbs.ts'
import type { Control } from './control.ts'

/** What the channel is to carry is known, and it is a listing: the index of its transfer; null else. */
export function listingOn({ session }: Control, channel: number | undefined): number | null {
  const index = channel === undefined ? null : (session.channels[channel]?.transfer ?? null)
  return index !== null && isListingVerb(session.transfers[index]?.verb ?? null) ? index : null
}

export const isListingVerb = (verb: string | null): verb is ListingVerb =>
  verb === 'LIST' || verb === 'NLST' || verb === 'MLSD'
export type ListingVerb = Extract<TransferVerb, 'LIST' | 'NLST' | 'MLSD'>
