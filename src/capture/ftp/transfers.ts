/** Which transfer takes a channel. */
import type { Control } from './control.ts'

/** What the channel is to carry is known, and it is a listing. */
export function isListing({ session }: Control, channel: number | undefined): boolean {
  const index = channel === undefined ? null : (session.channels[channel]?.transfer ?? null)
  const verb = index === null ? undefined : session.transfers[index]?.verb
  return verb === 'LIST' || verb === 'NLST' || verb === 'MLSD'
}
