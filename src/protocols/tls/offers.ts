/** Which hello to say next, and what an answer to it means for the versions and weak suites that a server takes. */
import type { Answer } from '../../model/service.ts'
import type { Flight } from './flight.ts'
import { suiteName, weakSuites } from './suites.ts'
import { type TlsVersion, tlsVersions } from './version.ts'

export type Question =
  | { readonly kind: 'versions'; readonly versions: readonly TlsVersion[] }
  /** Weak suites alone, without those that are known to be taken; TLS 1.2 and older. */
  | { readonly kind: 'weak'; readonly without: readonly number[] }

export type Reaction =
  | Flight
  /** It ended a connection on which it had talked with us before: it will not have this hello. */
  | { readonly kind: 'refused' }
  /** It ended a connection without a word: so do some that refuse a version, and all that are tired of us. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }

export interface Inquiry {
  readonly offers: Readonly<Record<TlsVersion, Answer>>
  readonly weak: 'unknown' | 'refused' | 'taken'
  /** Codes of weak suites, as they were chosen. */
  readonly found: readonly number[]
  readonly asked: readonly string[]
  /** Questions that a close met: refused, once the server answers another. */
  readonly closed: readonly Question[]
}

export const startInquiry = (offers: Inquiry['offers']): Inquiry => ({
  offers,
  weak: 'unknown',
  found: [],
  asked: [],
  closed: [],
})

export const offersWith = (
  answer: (version: TlsVersion) => Answer,
): Readonly<Record<TlsVersion, Answer>> => ({
  SSLv3: answer('SSLv3'),
  TLSv1: answer('TLSv1'),
  'TLSv1.1': answer('TLSv1.1'),
  'TLSv1.2': answer('TLSv1.2'),
  'TLSv1.3': answer('TLSv1.3'),
})

/** The one most worth a connection; null when nothing is left that could be learned. */
export function nextQuestion(inquiry: Inquiry): Question | null {
  return questions(inquiry).find((question) => !inquiry.asked.includes(keyOf(question))) ?? null
}

/** The old first, so that an answer to the new, which comes nearly always, tells what a close before it meant. */
function questions({ offers, weak, found, closed }: Inquiry): readonly Question[] {
  const unknown = (version: TlsVersion) => offers[version] === 'unknown'
  const versions = (...list: readonly TlsVersion[]): readonly Question[] => {
    const asked = list.filter(unknown)
    return asked.length === 0 ? [] : [{ kind: 'versions', versions: asked }]
  }
  const taken = tlsVersions.findLast((version) => offers[version] === 'yes')
  return [
    ...versions('TLSv1.1'),
    ...versions('TLSv1'),
    ...versions('SSLv3'),
    ...(weak === 'unknown' ? [{ kind: 'weak', without: [] } as const] : []),
    ...versions('TLSv1.2', 'TLSv1.3'),
    ...(closed.length > 0 && taken !== undefined
      ? [{ kind: 'versions', versions: [taken] } as const]
      : []),
    ...(weak === 'taken' ? [{ kind: 'weak', without: found } as const] : []),
  ]
}

const keyOf = (question: Question): string =>
  question.kind === 'versions' ? question.versions.join('+') : `weak ${question.without.length}`

export function learn(before: Inquiry, question: Question, reaction: Reaction): Inquiry {
  const inquiry = { ...before, asked: [...before.asked, keyOf(question)] }
  switch (reaction.kind) {
    case 'hello':
      return learnChoice(afterAnswer(inquiry), question, reaction.hello)
    case 'alert':
      if (reaction.hello !== null)
        return learnChoice(afterAnswer(inquiry), question, reaction.hello)
      return learnRefusal(afterAnswer(inquiry), question, reaction.description)
    case 'refused':
      return learnRefusal(afterAnswer(inquiry), question, null)
    case 'closed':
      return { ...inquiry, closed: [...inquiry.closed, question] }
    case 'sslv2':
    case 'not-understood':
    case 'silent':
      return inquiry
  }
}

/** Names of the suites that were chosen from weak ones alone; empty: all were refused; null: that could not be told. */
export function weakOf({ weak, found }: Inquiry): readonly string[] | null {
  return weak === 'unknown' ? null : found.map(suiteName)
}

function afterAnswer(inquiry: Inquiry): Inquiry {
  return inquiry.closed.reduce<Inquiry>((known, question) => learnRefusal(known, question, null), {
    ...inquiry,
    closed: [],
  })
}

function learnChoice(
  inquiry: Inquiry,
  question: Question,
  { version, suite }: { readonly version: TlsVersion | null; readonly suite: number },
): Inquiry {
  if (version === null) return inquiry
  const known = decide(inquiry, [version], 'yes')
  if (question.kind === 'weak')
    return weakSuites.includes(suite) && !question.without.includes(suite)
      ? { ...known, weak: 'taken', found: [...known.found, suite] }
      : known
  // A server takes the newest that both know (RFC 5246 §E.1, RFC 8446 §4.2.1).
  const passedOver = coveredBy(question.versions).filter((other) => isNewer(other, version))
  return decide(known, passedOver, 'no')
}

const protocolVersion = 70
const unrecognizedName = 112

function learnRefusal(inquiry: Inquiry, question: Question, alert: number | null): Inquiry {
  // It did not even look at what was offered.
  if (alert === unrecognizedName) return inquiry
  if (question.kind === 'weak')
    return inquiry.weak === 'unknown' ? { ...inquiry, weak: 'refused' } : inquiry
  const refused = alert === protocolVersion ? coveredBy(question.versions) : question.versions
  return decide(inquiry, refused, 'no')
}

/** A hello below TLS 1.3 names its newest version and thereby takes all that are older. */
function coveredBy(versions: readonly TlsVersion[]): readonly TlsVersion[] {
  if (versions.includes('TLSv1.3')) return versions
  return tlsVersions.filter((version) => versions.some((asked) => !isNewer(version, asked)))
}

const isNewer = (one: TlsVersion, other: TlsVersion): boolean =>
  tlsVersions.indexOf(one) > tlsVersions.indexOf(other)

/** What was told before stands. */
function decide(inquiry: Inquiry, versions: readonly TlsVersion[], answer: Answer): Inquiry {
  return {
    ...inquiry,
    offers: offersWith((version) =>
      versions.includes(version) && inquiry.offers[version] === 'unknown'
        ? answer
        : inquiry.offers[version],
    ),
  }
}
