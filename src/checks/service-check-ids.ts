/**
 * Ids of the checks of services, the same whoever saw the service (a scan, a capture, a log). Tables of texts and
 * requirements are keyed by them, so that a forgotten one does not compile.
 */
export const serviceCheckIds = [
  'ftp-server-anonymous-login',
  'ftp-server-writable-directory',
  'ftp-server-clear-text-login',
  'ftp-server-no-tls',
  'ftp-server-tls-weak',
  'ftp-server-certificate-invalid',
  'ftp-server-bounce',
  'ftp-server-third-party-passive',
  'ftp-server-site-command',
  'ftp-server-guessing',
  'ftp-server-sensitive-files',
  'ftp-server-copyrighted-files',
  'ftp-server-custom-port',
  'port-21-not-ftp',
] as const
export type ServiceCheckId = (typeof serviceCheckIds)[number]
