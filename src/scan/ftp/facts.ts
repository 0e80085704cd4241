/** The short fields of a service: all of them follow from the checks. */
import type { Answer, FtpCheck, FtpCheckId, FtpFacts } from '../../model/service.ts'

type Short = Pick<
  FtpFacts,
  | 'anonymous'
  | 'writable'
  | 'explicitTls'
  | 'implicitTls'
  | 'clearLoginAnonymous'
  | 'clearLoginAccounts'
  | 'tlsRequired'
  | 'bounce'
  | 'passiveAddress'
>

export function shortFacts(checks: readonly FtpCheck[]): Short {
  const check = (id: FtpCheckId) => checks.find((one) => one.id === id)
  const answer = (id: FtpCheckId): Answer => check(id)?.answer ?? 'unknown'
  return {
    anonymous: answer('anonymous'),
    writable: writableOf(check('writable')),
    explicitTls: answer('explicit-tls'),
    implicitTls: answer('implicit-tls'),
    clearLoginAnonymous: answer('clear-login-anonymous'),
    clearLoginAccounts: answer('clear-login-accounts'),
    tlsRequired: answer('tls-required'),
    bounce: answer('bounce'),
    passiveAddress: passiveOf[answer('passive-same-address')],
  }
}

const passiveOf = { yes: 'same', no: 'differs', unknown: 'unknown' } as const

function writableOf(check: FtpCheck | undefined): FtpFacts['writable'] {
  if (check?.answer === 'yes') return check.reason === 'proved' ? 'proved' : 'inferred'
  return check?.answer ?? 'unknown'
}
