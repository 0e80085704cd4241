/** What a check needs before it can be answered. */
import type { FtpCheckId } from '../../model/service.ts'
import type { FtpAssessmentOptions } from './options.ts'

/** A login is tried. */
export const forLogin: readonly FtpCheckId[] = [
  'anonymous',
  'clear-login-anonymous',
  'clear-login-accounts',
  'tls-required',
  'guessing-resisted',
]
/** TLS is begun. */
export const forTls: readonly FtpCheckId[] = [
  'explicit-tls',
  'tls-required',
  'tls-old-version',
  'tls-weak-cipher',
  'certificate-valid',
  'certificate-name',
  'starttls-injection',
]
/** Somebody is in. */
export const behindLogin: ReadonlySet<FtpCheckId> = new Set([
  'anonymous-list',
  'writable',
  'bounce',
  'bounce-privileged',
  'passive-same-address',
  'passive-ports-predictable',
  'site-exec',
  'site-copy',
  'site-chmod',
  'hosted-files',
])

/** The operator asked for it. */
export const onRequest: Partial<Record<FtpCheckId, (options: FtpAssessmentOptions) => boolean>> = {
  'tls-old-version': ({ tlsOffers }) => tlsOffers === 'ask',
  'tls-weak-cipher': ({ tlsOffers }) => tlsOffers === 'ask',
  bounce: ({ bounceAddress }) => bounceAddress !== null,
  'bounce-privileged': ({ bounceAddress }) => bounceAddress !== null,
  'guessing-resisted': ({ lockout }) => lockout === 'ask',
}
