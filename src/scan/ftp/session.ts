/** A control connection on which somebody is logged in, and what was learned of its data connections. */

import { parseWorkingDirectory } from '../../protocols/ftp/path.ts'
import type { Conversation } from './conversation.ts'
import type { Visit } from './visit.ts'

export interface Session {
  readonly control: Conversation
  /** `anonymous`, or the name of the account. */
  readonly as: string
  readonly isAnonymous: boolean
  /** Lines of the login. */
  readonly lines: readonly number[]
  /** Data connections travel in TLS (PROT P was accepted). */
  readonly isPrivate: boolean
  /** Where it began; wire text. */
  readonly start: string
  /** What is known of EPSV, and of passive mode as a whole. */
  passive: 'extended' | 'plain' | 'none'
  /** The command that lists, once one did. */
  listing: ListingForm | null
}

export const listingForms = ['MLSD', 'LIST -a', 'LIST', 'NLST'] as const
export type ListingForm = (typeof listingForms)[number]

/** After a login on `control`: protects data connections and asks where it is. */
export async function openSession(
  visit: Visit,
  control: Conversation,
  as: { readonly name: string; readonly isAnonymous: boolean },
  lines: readonly number[],
): Promise<Session> {
  const isPrivate = control.secured && (await protect(visit, control))
  // What was refused to a stranger: some tell FEAT and SYST only behind the login.
  for (const [question, reply] of [
    ['FEAT', visit.said.feat],
    ['SYST', visit.said.syst],
  ] as const)
    if (reply?.code === 530) await visit.ask(control, question)
  const where = await visit.ask(control, 'PWD')
  return {
    control,
    as: as.name,
    isAnonymous: as.isAnonymous,
    lines,
    isPrivate,
    start: (where.reply ? parseWorkingDirectory(where.reply) : undefined) ?? '/',
    passive: 'extended',
    listing: null,
  }
}

/** PBSZ 0 and PROT P (RFC 4217 §9): true when data connections are to travel in TLS. */
async function protect(visit: Visit, control: Conversation): Promise<boolean> {
  await visit.ask(control, 'PBSZ 0')
  return (await visit.ask(control, 'PROT P')).code === 200
}
