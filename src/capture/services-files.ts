/**
 * The files of a server from all listings that were seen of it. As in a scan, they are those that anybody may see where
 * somebody without an account listed any, and else those of accounts.
 */
import type { HostedFile } from '../model/service.ts'
import type { Proof } from '../protocols/ftp/seen-facts.ts'
import { maxFiles } from './ftp/listings.ts'

/** Listed by one kind of user. */
export interface Hosted {
  readonly by: 'anybody' | 'account'
  /** Empty where a whole directory was listed and holds none. */
  readonly files: readonly HostedFile[]
  /** Null where there are none. */
  readonly proof: Proof | null
}

/** Of one kind of user, by path. */
interface Group {
  readonly files: ReadonlyMap<string, HostedFile>
  readonly proof: Proof | null
}
export type KnownFiles = Readonly<Record<Hosted['by'], Group | null>>

export const noFiles: KnownFiles = { anybody: null, account: null }

/** The same object where nothing new was listed; what a file that is known has become is no news. */
export function withFiles(before: KnownFiles, seen: readonly Hosted[]): KnownFiles {
  let known = before
  for (const { by, files, proof } of seen) {
    const old = known[by]
    const fresh = files
      .filter((file) => tellsMore(file, old?.files.get(keyOf(file))))
      .slice(0, maxFiles - (old?.files.size ?? 0))
    if (old !== null && fresh.length === 0) continue
    const all = new Map(old?.files)
    for (const file of fresh) all.set(keyOf(file), file)
    known = { ...known, [by]: { files: all, proof: old?.proof ?? proof } }
  }
  return known
}

export const countOf = ({ anybody, account }: KnownFiles): number =>
  (anybody?.files.size ?? 0) + (account?.files.size ?? 0)

/** Null: no listing was seen. */
export function filesTold({ anybody, account }: KnownFiles): {
  readonly files: readonly HostedFile[] | null
  readonly proof: Proof | null
} {
  const group = (anybody?.files.size ?? 0) > 0 ? anybody : (account ?? anybody)
  return group === null
    ? { files: null, proof: null }
    : { files: [...group.files.values()], proof: group.proof }
}

/** A list of names tells no sizes. */
const tellsMore = (file: HostedFile, old: HostedFile | undefined): boolean =>
  old === undefined || (old.bytes === null && file.bytes !== null)

const keyOf = ({ path, nameBase64 }: HostedFile): string => `${nameBase64 ?? ''}\n${path}`
