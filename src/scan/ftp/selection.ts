/** The points of an assessment by the names people ask for them by, and the checks each answers. */
import type { FtpCheckId } from '../../model/service.ts'

export const ftpPoints = {
  product: ['product'],
  tls: [
    'explicit-tls',
    'implicit-tls',
    'tls-required',
    'tls-old-version',
    'tls-weak-cipher',
    'certificate-valid',
    'certificate-name',
    'starttls-injection',
  ],
  login: ['anonymous', 'clear-login-anonymous', 'clear-login-accounts'],
  writable: ['anonymous-list', 'writable'],
  bounce: ['bounce', 'bounce-privileged'],
  passive: ['passive-same-address', 'passive-ports-predictable'],
  commands: ['site-exec', 'site-copy', 'site-chmod', 'stat-leak'],
  files: ['hosted-files'],
  guessing: ['guessing-resisted'],
} as const satisfies Readonly<Record<string, readonly FtpCheckId[]>>
export type FtpPoint = keyof typeof ftpPoints

export const isFtpPoint = (name: string): name is FtpPoint => Object.hasOwn(ftpPoints, name)

/** Every check that these points answer; all where none is named. */
export const checksOf = (points: readonly FtpPoint[] | null): ReadonlySet<FtpCheckId> =>
  new Set((points ?? (Object.keys(ftpPoints) as FtpPoint[])).flatMap((point) => ftpPoints[point]))
