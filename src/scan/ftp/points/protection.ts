/** Point 2: whether TLS is demanded, old or weak, and what a login in clear is worth, from all that was seen. */
import type { Visit } from '../visit.ts'
import { handshakeLines } from './certificate.ts'
import type { Point } from './point.ts'

export const protection: Point = {
  title: 'Protection',
  answers: ['tls-required', 'tls-old-version', 'tls-weak-cipher', 'clear-login-accounts'],
  stage: 'conclusion',
  run(visit) {
    accountsInClear(visit)
    required(visit)
    const { tls } = visit
    if (tls?.version != null && /^(?:SSL|TLSv1(?:\.1)?$)/.test(tls.version))
      visit.answers.give('tls-old-version', 'yes', 'negotiated', handshakeLines(visit))
    if (tls?.cipher != null && weak.test(tls.cipher))
      visit.answers.give('tls-weak-cipher', 'yes', 'negotiated', handshakeLines(visit))
  },
}

/** In the names of IANA and of OpenSSL. */
const weak = /NULL|EXP|ADH|AECDH|_anon_|RC4|RC2|MD5|[-_]DES[-_]|^DES-|3DES|IDEA|SEED/

/** Where AUTH is not offered, the password that is asked for travels in clear. */
function accountsInClear({ answers }: Visit): void {
  const accounts = answers.of('clear-login-accounts')
  const tls = answers.of('explicit-tls')
  if (accounts?.reason !== 'password-asked' || tls?.answer !== 'no' || tls.reason === 'tls-first')
    return
  answers.give('clear-login-accounts', 'yes', 'auth-not-offered', [...accounts.lines, ...tls.lines])
}

function required({ answers, options }: Visit): void {
  const [anonymous, accounts, offered] = [
    answers.of('clear-login-anonymous'),
    answers.of('clear-login-accounts'),
    answers.of('explicit-tls'),
  ]
  const inClear = [anonymous, accounts].find((check) => check?.answer === 'yes')
  const lines = [...(accounts?.lines ?? []), ...(anonymous?.lines ?? [])]
  if (options.implicit) answers.give('tls-required', 'yes', 'tls-first', offered?.lines)
  else if (inClear)
    answers.give('tls-required', 'no', 'login-in-clear', inClear.lines, inClear.authenticatedAs)
  else if (offered?.answer === 'no')
    answers.give('tls-required', 'no', 'tls-not-offered', offered.lines)
  else if (accounts?.answer === 'no' && anonymous?.answer === 'no')
    answers.give('tls-required', 'yes', 'refused-in-clear', lines)
  else answers.give('tls-required', 'unknown', 'not-decided')
}
