/**
 * All the configurations in which real servers are looked at. What a perfect assessment says of each is `expected` of the
 * server that a row starts; the smoke test beside holds those words against the servers themselves.
 */
import * as http from './http.ts'
import * as imap from './imap.ts'
import * as inetutils from './inetutils.ts'
import * as openssh from './openssh.ts'
import * as pop3 from './pop3.ts'
import * as proftpd from './proftpd.ts'
import * as pureFtpd from './pure-ftpd.ts'
import * as pyftpdlib from './pyftpdlib.ts'
import type { Needs, Place, Running } from './running.ts'
import * as smtp from './smtp.ts'
import * as vsftpd from './vsftpd.ts'

export interface Row {
  readonly name: string
  readonly needs: Needs
  readonly port: number
  /** On the row's port and an address of its own where no other place is given. */
  start(place?: Place): Promise<Running>
}

interface Server<Configuration> {
  readonly needs: Needs
  start(configuration?: Configuration): Promise<Running>
}

const row = <Configuration extends Place>(
  name: string,
  server: Server<Configuration>,
  port: number,
  configuration: NoInfer<Configuration>,
): Row => ({
  name,
  needs: server.needs,
  port,
  start: (place = {}) => server.start({ ...configuration, port, ...place }),
})

export const matrix: readonly Row[] = [
  row('vsftpd, no anonymous, no TLS', vsftpd, 21, {}),
  row('vsftpd, anonymous, no TLS', vsftpd, 21, { anonymous: 'read' }),
  row('vsftpd, anonymous, TLS offered', vsftpd, 21, {
    anonymous: 'read',
    tls: 'offered',
    reuse: 'free',
  }),
  row('vsftpd, TLS required, session reuse required', vsftpd, 21, {
    anonymous: 'read',
    tls: 'required',
    reuse: 'required',
  }),
  row('vsftpd, implicit TLS', vsftpd, 990, { anonymous: 'read', tls: 'implicit' }),
  row('vsftpd, anonymous upload', vsftpd, 21, { anonymous: 'upload' }),
  row('vsftpd, anonymous drop box', vsftpd, 21, { anonymous: 'drop' }),
  row('vsftpd, greeting hides the product', vsftpd, 21, { banner: 'Authorised users only.' }),
  row('vsftpd on port 2121', vsftpd, 2121, { anonymous: 'read' }),
  row('vsftpd on port 443', vsftpd, 443, { anonymous: 'read' }),
  row('vsftpd on port 60021', vsftpd, 60_021, { anonymous: 'read', tls: 'offered' }),
  row('vsftpd, expired certificate', vsftpd, 21, { tls: 'offered', certificate: 'expired' }),
  row('vsftpd, anonymous may bounce', vsftpd, 21, {
    anonymous: 'read',
    settings: { port_promiscuous: 'YES' },
    expects: { bounce: 'yes' },
  }),

  row('ProFTPD, no anonymous, no TLS', proftpd, 21, {}),
  row('ProFTPD, anonymous', proftpd, 21, { anonymous: 'read' }),
  row('ProFTPD, greeting with the version', proftpd, 2121, { anonymous: 'read', ident: 'version' }),
  row('ProFTPD, greeting hides the product', proftpd, 21, { anonymous: 'read', ident: 'hidden' }),
  row('ProFTPD, anonymous upload, TLS offered', proftpd, 21, {
    anonymous: 'upload',
    tls: 'offered',
    reuse: 'free',
  }),
  row('ProFTPD, TLS required, session reuse required', proftpd, 21, {
    anonymous: 'read',
    tls: 'required',
  }),
  row('ProFTPD, TLS 1.2 only', proftpd, 21, {
    anonymous: 'read',
    tls: 'required',
    tlsVersions: ['TLSv1.2'],
  }),
  row('ProFTPD, TLS 1.3 only', proftpd, 21, {
    anonymous: 'read',
    tls: 'required',
    tlsVersions: ['TLSv1.3'],
  }),
  row('ProFTPD, implicit TLS, elliptic key', proftpd, 990, {
    anonymous: 'read',
    tls: 'implicit',
    certificate: 'elliptic',
  }),
  row('ProFTPD, modes say writable and a Limit says no', proftpd, 21, { anonymous: 'limited' }),
  row('ProFTPD, no MLSD', proftpd, 21, { anonymous: 'upload', mlsd: 'refused' }),
  row('ProFTPD, mod_copy', proftpd, 60_021, { anonymous: 'upload', copy: 'loaded' }),

  row('Pure-FTPd, no anonymous, no TLS', pureFtpd, 21, {}),
  row('Pure-FTPd, anonymous', pureFtpd, 21, { anonymous: 'read' }),
  row('Pure-FTPd, anonymous upload, TLS offered', pureFtpd, 21, { anonymous: 'upload', tls: 1 }),
  row('Pure-FTPd, TLS required', pureFtpd, 2121, { anonymous: 'read', tls: 2 }),
  row('Pure-FTPd, TLS required for data too', pureFtpd, 21, { anonymous: 'read', tls: 3 }),
  row('Pure-FTPd, FXP for everybody', pureFtpd, 443, {
    anonymous: 'read',
    options: ['-w', '-W'],
    expects: { bounce: 'yes' },
  }),

  row('pyftpdlib, no anonymous, no TLS', pyftpdlib, 21, {}),
  row('pyftpdlib, anonymous upload', pyftpdlib, 21, { anonymous: 'upload' }),
  row('pyftpdlib, anonymous may write everywhere', pyftpdlib, 21, { anonymous: 'everywhere' }),
  row('pyftpdlib, TLS offered', pyftpdlib, 21, { anonymous: 'read', tls: 'offered' }),
  row('pyftpdlib, TLS required', pyftpdlib, 60_021, { anonymous: 'read', tls: 'required' }),
  row('pyftpdlib, implicit TLS', pyftpdlib, 990, { anonymous: 'read', tls: 'implicit' }),
  row('pyftpdlib, TLS 1.2 only', pyftpdlib, 21, {
    anonymous: 'read',
    tls: 'required',
    tlsVersions: ['TLSv1.2'],
  }),
  row('pyftpdlib, TLS 1.3 only', pyftpdlib, 21, {
    anonymous: 'read',
    tls: 'required',
    tlsVersions: ['TLSv1.3'],
  }),
  row('pyftpdlib, old TLS, weak suites, small key', pyftpdlib, 21, {
    tls: 'offered',
    suites: 'weak',
    certificate: 'small-key',
  }),
  row('pyftpdlib, greeting hides the product', pyftpdlib, 21, { banner: 'Welcome.' }),
  row('pyftpdlib, 227 names an inside address', pyftpdlib, 21, {
    anonymous: 'read',
    masquerade: '10.0.0.1',
  }),
  row('pyftpdlib, anonymous may bounce', pyftpdlib, 21, {
    anonymous: 'read',
    foreignAddresses: 'permitted',
  }),
  row('pyftpdlib, port of 229 refuses', pyftpdlib, 21, { anonymous: 'read', epsv: 'closed' }),
  row('pyftpdlib, port of 229 is filtered', pyftpdlib, 21, { anonymous: 'read', epsv: 'filtered' }),
  row('pyftpdlib, no EPSV', pyftpdlib, 21, { anonymous: 'read', epsv: 'refused' }),
  row('pyftpdlib, no MLSD', pyftpdlib, 21, { anonymous: 'upload', mlsd: 'refused' }),
  row('pyftpdlib, bans after two connections with 421', pyftpdlib, 21, {
    anonymous: 'read',
    ban: { after: 2, by: '421' },
  }),
  row('pyftpdlib, bans after two connections by reset', pyftpdlib, 21, {
    anonymous: 'read',
    ban: { after: 2, by: 'reset' },
  }),
  row('pyftpdlib, bans after two connections by silence', pyftpdlib, 21, {
    anonymous: 'read',
    ban: { after: 2, by: 'silence' },
  }),

  row('inetutils ftpd, no anonymous', inetutils, 21, {}),
  row('inetutils ftpd, anonymous', inetutils, 443, { anonymous: 'read' }),
  row('inetutils ftpd, anonymous upload', inetutils, 2121, { anonymous: 'upload' }),
  row('inetutils ftpd, greeting hides the product', inetutils, 21, {
    anonymous: 'read',
    greeting: 'hidden',
  }),

  row('OpenSSH', openssh, 22, {}),
  row('OpenSSH on port 21', openssh, 21, {}),
  row('SMTP', smtp, 25, {}),
  row('SMTP on port 21', smtp, 21, {}),
  row('POP3', pop3, 110, {}),
  row('POP3 on port 21', pop3, 21, {}),
  row('IMAP on port 21', imap, 21, {}),
  row('HTTP', http, 80, {}),
  row('HTTP on port 21', http, 21, {}),
]
