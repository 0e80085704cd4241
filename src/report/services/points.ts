/** The eight points of an FTP assessment, and how each of their questions is told to people. */
import type { Answer, FtpCheckId } from '../../model/service.ts'

export interface Question {
  readonly title: string
  /** The answer that is worth a colour; null where no answer is bad. */
  readonly bad: Exclude<Answer, 'unknown'> | null
}

export const questions: Readonly<Record<FtpCheckId, Question>> = {
  product: { title: 'product is known', bad: null },
  'explicit-tls': { title: 'TLS on request (AUTH TLS)', bad: 'no' },
  'implicit-tls': { title: 'TLS from the first byte', bad: null },
  'tls-required': { title: 'TLS is required', bad: 'no' },
  'tls-old-version': { title: 'takes an old TLS version', bad: 'yes' },
  'tls-weak-cipher': { title: 'takes a weak cipher', bad: 'yes' },
  'certificate-valid': { title: 'certificate is valid', bad: 'no' },
  'certificate-name': { title: 'certificate has its name', bad: 'no' },
  'starttls-injection': { title: 'obeys commands sent before TLS', bad: 'yes' },
  'clear-login-anonymous': { title: 'anonymous login in clear', bad: 'yes' },
  'clear-login-accounts': { title: 'account login in clear', bad: 'yes' },
  anonymous: { title: 'anonymous login', bad: 'yes' },
  'anonymous-list': { title: 'anonymous may list', bad: 'yes' },
  writable: { title: 'a directory is writable', bad: 'yes' },
  bounce: { title: 'bounce to another address', bad: 'yes' },
  'bounce-privileged': { title: 'bounce to a port below 1024', bad: 'yes' },
  'passive-same-address': { title: 'passive address is its own', bad: 'no' },
  'passive-ports-predictable': { title: 'passive ports are predictable', bad: 'yes' },
  'site-exec': { title: 'SITE EXEC', bad: 'yes' },
  'site-copy': { title: 'SITE CPFR and CPTO', bad: 'yes' },
  'site-chmod': { title: 'SITE CHMOD', bad: 'yes' },
  'stat-leak': { title: 'STAT tells of the system', bad: 'yes' },
  'hosted-files': { title: 'hosts files', bad: null },
  'guessing-resisted': { title: 'resists guessing', bad: 'no' },
}

export const points: readonly { readonly title: string; readonly checks: readonly FtpCheckId[] }[] =
  [
    { title: 'Product', checks: ['product'] },
    {
      title: 'Encryption',
      checks: [
        'explicit-tls',
        'implicit-tls',
        'tls-required',
        'tls-old-version',
        'tls-weak-cipher',
        'certificate-valid',
        'certificate-name',
        'starttls-injection',
        'clear-login-anonymous',
        'clear-login-accounts',
      ],
    },
    { title: 'Anonymous access', checks: ['anonymous', 'anonymous-list', 'writable'] },
    { title: 'Bounce', checks: ['bounce', 'bounce-privileged'] },
    {
      title: 'Passive answers',
      checks: ['passive-same-address', 'passive-ports-predictable'],
    },
    { title: 'Commands', checks: ['site-exec', 'site-copy', 'site-chmod', 'stat-leak'] },
    { title: 'Hosted files', checks: ['hosted-files'] },
    { title: 'Guessing', checks: ['guessing-resisted'] },
  ]
