/** How to mend each kind of finding on a service. */
import type { ServiceCheckId } from '../checks/service-check-ids.ts'
import { type FtpProduct, ftpProducts, ftpSettings, type MendedBySettings } from './ftp-settings.ts'
import { type Procedure, type Reference, type Step, say, show } from './knowledge-page.ts'

export function serviceRemediation(id: ServiceCheckId): readonly Procedure[] {
  if (!isMendedBySettings(id))
    return [{ tool: 'by-hand', title: 'On any server', steps: handSteps[id] }]
  const settings = ftpSettings[id]
  return [
    ...(firstSteps[id]
      ? [{ tool: 'by-hand', title: 'First', steps: firstSteps[id] } as const]
      : []),
    ...ftpProducts.map(
      (product): Procedure => ({
        tool: product,
        title: `In ${products[product].title}`,
        steps: [...settings[product], products[product].apply],
      }),
    ),
  ]
}

const isMendedBySettings = (id: ServiceCheckId): id is MendedBySettings => id in ftpSettings

const again = 'Then scan again: the configuration may say one thing and the wire another.'
const products: Readonly<Record<FtpProduct, { readonly title: string; readonly apply: Step }>> = {
  vsftpd: {
    title: 'vsftpd',
    apply: show(`Apply it. ${again}`, 'sh', 'systemctl restart vsftpd'),
  },
  proftpd: {
    title: 'ProFTPD',
    apply: show(
      `Let the configuration be checked, and apply it. ${again}`,
      'sh',
      'proftpd --configtest && systemctl restart proftpd',
    ),
  },
  'pure-ftpd': {
    title: 'Pure-FTPd',
    apply: show(`Apply it. ${again}`, 'sh', 'systemctl restart pure-ftpd'),
  },
  iis: {
    title: 'the FTP server of IIS',
    apply: show(`Apply it. ${again}`, 'powershell', 'Restart-Service ftpsvc'),
  },
  'filezilla-server': {
    title: 'FileZilla Server',
    apply: say(`Choose Apply; a restart is not needed. ${again}`),
  },
}

const request: readonly Step[] = [
  show(
    'Make a key and a request for the name by which clients call the server, and have it signed by an authority that they trust:',
    'sh',
    'openssl req -new -newkey rsa:3072 -nodes -keyout ftp.key -out ftp.csr -subj /CN=FTP_HOST -addext subjectAltName=DNS:FTP_HOST',
  ),
  say('Note the date on which it ends, and renew it by itself (ACME) where that can be done.'),
]

/** What comes before the settings, whatever the product. */
const firstSteps: Readonly<Partial<Record<MendedBySettings, readonly Step[]>>> = {
  'ftp-server-no-tls': request,
  'ftp-server-certificate-invalid': request,
  'ftp-server-writable-directory': [
    say(
      'See what lies in the folder and since when; keep a copy of what is not yours as evidence before it is removed.',
    ),
  ],
}

const owner = show(
  'On the machine, find the program that listens:',
  'sh',
  "ss --listening --tcp --numeric --processes 'sport = :FTP_PORT'",
)

const handSteps: Readonly<Record<Exclude<ServiceCheckId, MendedBySettings>, readonly Step[]>> = {
  'ftp-server-sensitive-files': [
    say('Take the files away from the server, and keep a list of them with their times.'),
    say(
      'Take every key that lay there for stolen: revoke its certificate, remove it wherever it opens something, make a new one. Change the passwords that a dump or a mail held.',
    ),
    say(
      'Read the transfer log for who fetched them, and tell whoever has to report a loss of data.',
    ),
    say(
      'Close the way by which they could be seen: no anonymous login, each account in a folder of its own.',
    ),
  ],
  'ftp-server-copyrighted-files': [
    say('Ask the owner of the server whose the files are and what for.'),
    say(
      'What nobody owns came from somebody: see in the transfer log when and from where, keep the list, remove the files, and close the folder for writing.',
    ),
  ],
  'ftp-server-custom-port': [
    owner,
    say(
      'Ask its owner what it is for. Where nobody needs it, switch it off and remove the package.',
    ),
    say(
      'Where it is needed move it to port 21 with TLS required (vsftpd: `listen_port=21`; ProFTPD: `Port 21`; Pure-FTPd: `Bind ,21`), admit those who use it only, and write down owner, purpose and a date of review.',
    ),
  ],
  'port-21-not-ftp': [
    show(
      'On the machine, find the program that listens:',
      'sh',
      "ss --listening --tcp --numeric --processes 'sport = :21'",
    ),
    say(
      'A program that nobody knows is a matter for whoever handles incidents: leave the machine as it is and call them.',
    ),
    say('A known one goes to its own port, under the rules that are made for it.'),
  ],
}

const rfc = (number: number, title: string): Reference => ({
  title: `RFC ${number}: ${title}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}`,
})
const cwe = (number: number, title: string): Reference => ({
  title: `CWE-${number}: ${title}`,
  url: `https://cwe.mitre.org/data/definitions/${number}.html`,
})
const security = rfc(2577, 'FTP security considerations')
const ftpOverTls = rfc(4217, 'securing FTP with TLS')
const ftp = rfc(959, 'file transfer protocol')

const references: Readonly<Record<ServiceCheckId, readonly Reference[]>> = {
  'ftp-server-anonymous-login': [
    rfc(1635, 'how to use anonymous FTP'),
    cwe(306, 'missing authentication for critical function'),
  ],
  'ftp-server-writable-directory': [security, cwe(276, 'incorrect default permissions')],
  'ftp-server-clear-text-login': [
    ftpOverTls,
    cwe(319, 'cleartext transmission of sensitive information'),
  ],
  'ftp-server-no-tls': [ftpOverTls, cwe(319, 'cleartext transmission of sensitive information')],
  'ftp-server-tls-weak': [
    rfc(8996, 'deprecating TLS 1.0 and TLS 1.1'),
    rfc(9325, 'recommendations for secure use of TLS'),
    cwe(326, 'inadequate encryption strength'),
  ],
  'ftp-server-certificate-invalid': [rfc(9525, 'service identity in TLS'), ftpOverTls],
  'ftp-server-bounce': [security, cwe(441, 'unintended proxy or intermediary')],
  'ftp-server-third-party-passive': [security, rfc(2428, 'FTP extensions for IPv6 and NATs')],
  'ftp-server-site-command': [
    cwe(749, 'exposed dangerous method or function'),
    {
      title: 'CVE-2015-3306: copying without a login',
      url: 'https://nvd.nist.gov/vuln/detail/CVE-2015-3306',
    },
  ],
  'ftp-server-guessing': [
    security,
    cwe(307, 'improper restriction of excessive authentication attempts'),
  ],
  'ftp-server-sensitive-files': [cwe(552, 'files or directories accessible to external parties')],
  'ftp-server-copyrighted-files': [ftp],
  'ftp-server-custom-port': [ftp],
  'port-21-not-ftp': [ftp],
}

const manuals: readonly Reference[] = [
  { title: 'vsftpd.conf', url: 'https://security.appspot.com/vsftpd/vsftpd_conf.html' },
  { title: 'ProFTPD directives', url: 'http://www.proftpd.org/docs/' },
  { title: 'Pure-FTPd', url: 'https://www.pureftpd.org/project/pure-ftpd/doc/' },
  {
    title: 'IIS: FTP server',
    url: 'https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/ftpserver/',
  },
  { title: 'FileZilla Server', url: 'https://filezillapro.com/docs/server/' },
]

export const serviceReferences = (id: ServiceCheckId): readonly Reference[] => [
  ...references[id],
  ...(isMendedBySettings(id) ? manuals : []),
]
