import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Flight } from './flight.ts'
import {
  type Inquiry,
  learn,
  nextQuestion,
  offersWith,
  type Question,
  type Reaction,
  startInquiry,
  weakOf,
} from './offers.ts'
import { suiteName, weakSuites } from './suites.ts'
import { codeOfVersion, type TlsVersion, tlsVersions } from './version.ts'

const fresh = startInquiry(offersWith(() => 'unknown'))
const hello = (version: TlsVersion, suite = 0xc030): Flight => ({
  kind: 'hello',
  certificate: null,
  hello: {
    version,
    versionCode: codeOfVersion(version),
    suite,
    suiteName: suiteName(suite),
    retry: false,
  },
})
const alert = (description: number): Flight => ({
  kind: 'alert',
  fatal: true,
  description,
  name: '',
  hello: null,
})

/** A server of the specification: the newest version of both, the first weak suite that it takes. */
interface Server {
  readonly versions: readonly TlsVersion[]
  readonly weak: readonly number[]
  readonly refuses: Reaction
}
function answer({ versions, weak, refuses }: Server, question: Question): Reaction {
  const offered: readonly TlsVersion[] =
    question.kind === 'weak'
      ? ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2']
      : question.versions.includes('TLSv1.3')
        ? question.versions
        : tlsVersions.slice(
            0,
            Math.max(...question.versions.map((v) => tlsVersions.indexOf(v))) + 1,
          )
  const version = versions.findLast((own) => offered.includes(own))
  if (version === undefined) return refuses.kind === 'alert' ? alert(70) : refuses
  if (question.kind === 'versions') return hello(version)
  const suite = weak.find((code) => !question.without.includes(code))
  return suite === undefined ? refuses : hello(version, suite)
}

function inquire(server: Server, connections: number, start: Inquiry = fresh) {
  const questions: Question[] = []
  let inquiry = start
  while (questions.length < connections) {
    const question = nextQuestion(inquiry)
    if (question === null) break
    questions.push(question)
    inquiry = learn(inquiry, question, answer(server, question))
  }
  return { questions, inquiry }
}

const modern: Server = { versions: ['TLSv1.2', 'TLSv1.3'], weak: [], refuses: alert(40) }
const versionsOf = (...yes: readonly TlsVersion[]) =>
  offersWith((version) => (yes.includes(version) ? 'yes' : 'no'))

describe('five connections', () => {
  test.each<
    readonly [string, Server, number, Readonly<Record<string, string>>, readonly string[] | null]
  >([
    ['a server of today', modern, 4, versionsOf('TLSv1.2', 'TLSv1.3'), []],
    ['TLS 1.2 alone', { ...modern, versions: ['TLSv1.2'] }, 3, versionsOf('TLSv1.2'), []],
    ['TLS 1.3 alone', { ...modern, versions: ['TLSv1.3'] }, 4, versionsOf('TLSv1.3'), []],
    ['SSL 3.0 alone', { ...modern, versions: ['SSLv3'] }, 3, versionsOf('SSLv3'), []],
    [
      'an old server with two weak suites',
      { versions: ['SSLv3', 'TLSv1'], weak: [0x0005, 0x000a], refuses: alert(40) },
      5,
      versionsOf('SSLv3', 'TLSv1'),
      ['TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
    ],
    [
      'one that closes without a word, and answers in the end',
      { ...modern, refuses: { kind: 'closed' } },
      5,
      { ...versionsOf('TLSv1.3'), 'TLSv1.2': 'unknown' },
      [],
    ],
    [
      'one that ends a conversation',
      { ...modern, versions: ['TLSv1.2'], refuses: { kind: 'refused' } },
      5,
      versionsOf('TLSv1.2'),
      [],
    ],
    [
      'one that never answers',
      { versions: [], weak: [], refuses: { kind: 'silent' } },
      5,
      offersWith(() => 'unknown'),
      null,
    ],
    [
      'one that only closes',
      { versions: [], weak: [], refuses: { kind: 'closed' } },
      5,
      offersWith(() => 'unknown'),
      null,
    ],
  ])('%s', (_, server, asked, offers, weak) => {
    const { questions, inquiry } = inquire(server, 5)
    expect(inquiry.offers).toEqual(offers)
    expect(weakOf(inquiry)).toEqual(weak)
    expect(questions.length).toBeLessThanOrEqual(asked)
  })
})

test('what is known already is not asked', () => {
  const known = startInquiry(
    offersWith((version) =>
      version === 'TLSv1.3' ? 'no' : version === 'TLSv1.2' ? 'yes' : 'unknown',
    ),
  )
  const { questions } = inquire({ ...modern, versions: ['TLSv1.2'] }, 5, known)
  expect(questions).toEqual([
    { kind: 'versions', versions: ['TLSv1.1'] },
    { kind: 'weak', without: [] },
  ])
})

test('a version that is known to be taken tells what the closes meant', () => {
  const known = startInquiry(offersWith((version) => (version >= 'TLSv1.2' ? 'yes' : 'unknown')))
  const { questions, inquiry } = inquire({ ...modern, refuses: { kind: 'closed' } }, 5, known)
  expect(questions.at(-1)).toEqual({ kind: 'versions', versions: ['TLSv1.3'] })
  expect(inquiry.offers).toEqual(versionsOf('TLSv1.2', 'TLSv1.3'))
  expect(weakOf(inquiry)).toEqual([])
})

test('a name that the server does not know says nothing of versions', () => {
  const question: Question = { kind: 'versions', versions: ['TLSv1.2', 'TLSv1.3'] }
  expect(learn(fresh, question, alert(112)).offers).toEqual(fresh.offers)
})

test('a handshake failure speaks for what was named alone', () => {
  const question: Question = { kind: 'versions', versions: ['TLSv1.1'] }
  expect(learn(fresh, question, alert(40)).offers).toMatchObject({
    'TLSv1.1': 'no',
    TLSv1: 'unknown',
    SSLv3: 'unknown',
  })
})

test('a suite that was not offered is none that it takes', () => {
  const question: Question = { kind: 'weak', without: [] }
  expect(weakOf(learn(fresh, question, hello('TLSv1.2', 0xc030)))).toBeNull()
})

test('no answer contradicts the server, and no question is asked twice', () => {
  const server = fc.record({
    versions: fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
      .map(([one, other]) => tlsVersions.slice(Math.min(one, other), Math.max(one, other) + 1)),
    weak: fc.subarray([...weakSuites]),
    refuses: fc.constantFrom<Reaction>(
      alert(40),
      { kind: 'refused' },
      { kind: 'closed' },
      { kind: 'silent' },
      { kind: 'sslv2' },
      { kind: 'not-understood', reason: 'not-a-record', hello: null },
    ),
  })
  fc.assert(
    fc.property(server, fc.integer({ min: 0, max: 12 }), (truth, connections) => {
      const { questions, inquiry } = inquire(truth, connections)
      for (const version of tlsVersions)
        expect(['unknown', truth.versions.includes(version) ? 'yes' : 'no']).toContain(
          inquiry.offers[version],
        )
      expect(inquiry.found.every((code) => truth.weak.includes(code))).toBe(true)
      const asked = questions.map((question) => JSON.stringify(question))
      expect(new Set(asked).size).toBe(asked.length)
    }),
  )
})
