/** What a compliance framework is to us: a version, and edges from what is wrong to the lines that it touches. */

import type { Scope } from '../checks/requirements.ts'
import type { RequirementId } from '../model/requirement.ts'
import type { Provider } from '../model/resource.ts'

/** The columns of the map: what an estate, or a service in it, can have wrong. */
export const subjects = [
  // Open to the internet: FTP, management ports, uncommon or all ports.
  'ftp',
  'management',
  'uncommon',
  // An FTP server that lets in, or shows to, whom it should not.
  'ftp-access',
  // Login or transfer without protection on the way that holds.
  'ftp-transport',
  // An FTP server that does more than move files.
  'ftp-abuse',
  // A service or content without a known need.
  'ftp-purpose',
  // Standing instead of just-in-time access.
  'standing-access',
  // The trail of changes that fixes make.
  'change-trail',
] as const
export type Subject = (typeof subjects)[number]

/** `direct`: the requirement's text or the benchmark's scope names it. `partial`: a part of it, or a reading. */
export type Strength = 'direct' | 'partial'
/** Who says that the line speaks of it: the framework's own words, or our reading of them. */
export type Reading = 'framework' | 'ours'

export interface Edge {
  /** The framework's own number: `1.2.5`, `SC-7(5)`. */
  readonly line: string
  readonly subject: Subject
  readonly strength: Strength
  readonly reading: Reading
  /** Which checks it is for: the whole subject, or a narrower part of it. Null where no check of ours is about it. */
  readonly scope: Scope | null
  /** Where something must be said of this edge alone. */
  readonly note: string | null
}

export interface Framework {
  /** First part of requirement ids: `pci-dss-4.0.1`. */
  readonly id: string
  readonly title: string
  readonly version: string
  /** Whose estates it speaks of; null for all. */
  readonly provider: Provider | null
  readonly edges: readonly Edge[]
  /** Subjects outside of the framework, said so that silence is not taken for an oversight. */
  readonly outside: readonly Subject[]
  readonly caveats: readonly Caveat[]
}

/** What must be known to read the edges right. */
export interface Caveat {
  /** The subjects that it is about. */
  readonly subjects: readonly Subject[]
  readonly text: string
}

export const requirementId = ({ id }: Framework, { line }: Edge): RequirementId => `${id}:${line}`
