/** How to audit each kind of finding on a service: by a scan of ours, and by tools that everybody has. */
import type { ServiceCheckId } from '../checks/service-check-ids.ts'
import { type Procedure, type Step, say, show } from './knowledge-page.ts'

export const serviceAudit = (id: ServiceCheckId): readonly Procedure[] => [
  { tool: 'portreeve', title: 'By Portreeve', steps: scanSteps(id) },
  { tool: 'cli', title: 'By curl, OpenSSL and the like', steps: handSteps[id] },
]

const scanSteps = (id: ServiceCheckId): readonly Step[] => {
  const { options = '', also } = scans[id] ?? {}
  const ports =
    id === 'port-21-not-ftp' ? '21' : id === 'ftp-server-custom-port' ? 'all' : 'FTP_PORT'
  return [
    show(
      'Scan the server; nothing outside of the scope file is contacted:',
      'sh',
      `portreeve scan FTP_HOST --scope SCOPE_FILE --ports ${ports}${options} --only ${id}`,
    ),
    say(
      'The finding carries the lines of the conversation that prove it; --details shows every point of the server with its lines.',
    ),
    ...(also ? [say(also)] : []),
  ]
}

/** Options beside the common ones, and what must be known of them. */
const scans: Readonly<
  Partial<Record<ServiceCheckId, { readonly options?: string; readonly also: string }>>
> = {
  'ftp-server-writable-directory': {
    options: ' --prove-writable',
    also: 'Without --prove-writable nothing on the server is changed, and the answer is inferred from permissions. With it one directory is made and removed again.',
  },
  'ftp-server-clear-text-login': {
    options: ' --credentials CREDENTIALS_FILE',
    also: 'Without an account of your own the answer for accounts is often unknown, because a server may refuse only after the password.',
  },
  'ftp-server-tls-weak': {
    options: ' --tls-versions',
    also: 'Without --tls-versions old versions and weak suites are not asked for, and the answer is unknown unless something else is wrong.',
  },
  'ftp-server-bounce': {
    options: ' --bounce-address BOUNCE_ADDRESS',
    also: 'The second address must be one of the machine that scans, and in scope; without it the answer is unknown.',
  },
  'ftp-server-guessing': {
    options: ' --lockout',
    also: 'It makes at most six failed logins of one made-up account. Tell whoever watches the server.',
  },
  'ftp-server-sensitive-files': {
    options: ' --sniff',
    also: 'With --sniff the first bytes of files are looked at, not only their names; with --credentials the files of an account.',
  },
  'ftp-server-copyrighted-files': {
    options: ' --sniff',
    also: 'With --sniff the first bytes of files are looked at, not only their names; with --credentials the files of an account.',
  },
}

const url = 'ftp://FTP_HOST:FTP_PORT/'
const anonymous = '--user anonymous:audit@example.com'
const startTls = 'openssl s_client -connect FTP_HOST:FTP_PORT -starttls ftp'
const showCertificate = (...options: readonly string[]): string =>
  `${startTls} -servername FTP_HOST </dev/null | openssl x509 -noout ${options.join(' ')}`

const list: readonly Step[] = [
  show(
    'List the files, three levels deep, as anybody; with an account of your own put its name in:',
    'sh',
    `lftp -u anonymous,audit@example.com -e 'find -d 3; bye' ${url}`,
  ),
]

const handSteps: Readonly<Record<ServiceCheckId, readonly Step[]>> = {
  'ftp-server-anonymous-login': [
    show('Log in as anybody:', 'sh', `curl --verbose ${anonymous} ${url}`),
    say('230 after the login is a yes, 530 a no; 331 only asks for the password.'),
  ],
  'ftp-server-writable-directory': [
    show(
      'Ask for the facts of each entry, where the server knows them:',
      'sh',
      `curl ${anonymous} --request MLSD ${url}`,
    ),
    say(
      'In `perm=` of a directory c means that files can be made in it, m directories, p that its files can be deleted. Where MLSD is not known look at the mode bits of the plain listing: w in the last group is for everybody.',
    ),
    show(
      'To prove it, with the word of the server’s owner, make a directory and remove it again:',
      'sh',
      `lftp -u anonymous,audit@example.com -e 'mkdir audit-of-today; rmdir audit-of-today; bye' ${url}`,
    ),
  ],
  'ftp-server-clear-text-login': [
    show(
      'Log in without TLS, with an account that does not exist; once only, since it is a failed login:',
      'sh',
      `curl --verbose --user nobody-of-ours:none ${url}`,
    ),
    say(
      'A refusal that names TLS or SSL (530, 534, 550, 503 or 421) before or after the password is a no. A plain “login incorrect” after the password means that it would have been taken.',
    ),
    show(
      'Compare with a login that insists on TLS:',
      'sh',
      `curl --verbose --ssl-reqd --user FTP_USER ${url}`,
    ),
  ],
  'ftp-server-no-tls': [
    show('Ask for explicit TLS:', 'sh', `${startTls} </dev/null`),
    show(
      'And for implicit TLS, on the same port and on 990:',
      'sh',
      'openssl s_client -connect FTP_HOST:FTP_PORT </dev/null',
      'openssl s_client -connect FTP_HOST:990 </dev/null',
    ),
    say('It fails where none of them shows a certificate.'),
  ],
  'ftp-server-tls-weak': [
    show(
      'Try old versions (an OpenSSL that has them must be allowed to use them):',
      'sh',
      `${startTls} -tls1 -cipher ALL:@SECLEVEL=0 </dev/null`,
      `${startTls} -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null`,
    ),
    show(
      'List all versions and suites:',
      'sh',
      'nmap -Pn -p FTP_PORT --script ssl-enum-ciphers FTP_HOST',
    ),
    show('See key and signature:', 'sh', showCertificate('-text')),
  ],
  'ftp-server-certificate-invalid': [
    show(
      'Let the chain and the name be checked; the last lines must say that the verification is OK:',
      'sh',
      `${startTls} -servername FTP_HOST -verify_hostname FTP_HOST -verify_return_error </dev/null`,
    ),
    show(
      'See dates, names and issuer:',
      'sh',
      showCertificate('-subject', '-issuer', '-dates', '-ext subjectAltName'),
    ),
  ],
  'ftp-server-bounce': [
    show(
      'Let the server connect to a closed port of another machine of your own, never to a stranger’s:',
      'sh',
      'nmap -Pn -v -p 40000 -b anonymous:audit@FTP_HOST:FTP_PORT BOUNCE_ADDRESS',
    ),
    say(
      'A server that answers PORT with 200 may still refuse the transfer: only a packet that arrives at the other machine (tcpdump there shows it) is a yes.',
    ),
  ],
  'ftp-server-third-party-passive': [
    show('Ask for plain passive mode:', 'sh', `curl --verbose --disable-epsv ${anonymous} ${url}`),
    say('The first four numbers in the 227 reply must be the address that you called.'),
  ],
  'ftp-server-site-command': [
    show(
      'Ask which commands there are; asking runs nothing:',
      'sh',
      `curl --verbose ${anonymous} --quote 'SITE HELP' --quote HELP ${url}`,
    ),
    say('EXEC, CPFR, CPTO and CHMOD in the answer are what to look for.'),
  ],
  'ftp-server-guessing': [
    show(
      'Fail four times, on a server of your own, and see how long each takes:',
      'sh',
      'for attempt in 1 2 3 4; do',
      `  curl --silent --output /dev/null --write-out '%{time_total}\\n' --user nobody-of-ours:none ${url} || true`,
      'done',
    ),
    say('Times that grow, or connections that are refused in the end, are what is wanted.'),
  ],
  'ftp-server-sensitive-files': [
    ...list,
    say(
      'Look for keys (.pem, .key, .pfx, .ppk, id_rsa), databases and dumps (.sql, .bak, .mdb, .dump, .sqlite) and mail (.pst, .mbox, .eml).',
    ),
  ],
  'ftp-server-copyrighted-files': [
    ...list,
    say('Look for music and films (.mp3, .flac, .wav, .mp4, .mkv, .avi, .iso).'),
  ],
  'ftp-server-custom-port': [
    show('Let every open port say what it is:', 'sh', 'nmap -Pn -sV -p 1-65535 --open FTP_HOST'),
  ],
  'port-21-not-ftp': [
    show('Let the port say what it is:', 'sh', 'nmap -Pn -sV -p 21 FTP_HOST'),
    show(
      'Or read what it says by itself:',
      'sh',
      'curl --max-time 20 telnet://FTP_HOST:21 </dev/null',
    ),
  ],
}
