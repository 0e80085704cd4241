/** ProFTPD (proftpd.org/docs/directives). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountUser, passwordHash, systemAccounts, testAccount } from './accounts.ts'
import { makeCertificate } from './certificates.ts'
import { contentFiles, makeContent, own } from './content.ts'
import { type CertificateKind, closedFtp, type Expected, type ExpectedFtp } from './expected.ts'
import { packageVersion, proftpdModules, programs } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export interface ProftpdConfiguration extends Place {
  /** `limited`: the file system would let anonymous write to /upload, a Limit does not. */
  readonly anonymous?: 'off' | 'read' | 'limited' | 'upload'
  readonly tls?: 'absent' | 'offered' | 'required' | 'implicit'
  /** As `TLSProtocol` names them: `TLSv1.2`, `TLSv1.3`. */
  readonly tlsVersions?: readonly string[]
  readonly reuse?: 'required' | 'free'
  readonly certificate?: CertificateKind
  /** What `ServerIdent` is: the product alone (the default), with its version, or nothing of it. */
  readonly ident?: 'default' | 'version' | 'hidden'
  /** mod_copy: SITE CPFR and CPTO. */
  readonly copy?: 'loaded' | 'absent'
  /** MLSD and MLST as mod_facts gives them, or refused. */
  readonly mlsd?: 'answered' | 'refused'
  /** Lines that no other field has a word for. */
  readonly lines?: readonly string[]
  /** What those lines change of the expectation. */
  readonly expects?: Partial<ExpectedFtp>
}

export const needs = 'root'

export const start = (configuration: ProftpdConfiguration = {}): Promise<Running> =>
  startIn(configuration, 21, (folder, address, port) => {
    const anonymousHome = join(folder, 'anonymous')
    const home = join(folder, 'home')
    for (const path of [anonymousHome, home]) mkdirSync(path)
    const { anonymous = 'off' } = configuration
    makeContent(
      anonymousHome,
      anonymous === 'upload' || anonymous === 'limited' ? 'open' : 'closed',
    )
    makeContent(home, 'closed')
    own(join(home, 'upload'), accountUser)
    const users = join(folder, 'users')
    const { user, password } = testAccount
    const row = `${user}:${passwordHash(password)}:${accountUser}:${accountUser}::${home}:/bin/sh\n`
    writeFileSync(users, row, { mode: 0o600 })
    const file = join(folder, 'proftpd.conf')
    const lines = [
      `ModulePath ${proftpdModules}`,
      'ServerType standalone',
      'ServerName "Test"',
      `DefaultAddress ${address}`,
      'SocketBindTight on',
      `UseIPv6 ${address.includes(':') ? 'on' : 'off'}`,
      `Port ${port}`,
      'User daemon',
      'Group daemon',
      `PidFile ${join(folder, 'pid')}`,
      `ScoreboardFile ${join(folder, 'score')}`,
      `SystemLog ${join(folder, 'log')}`,
      'WtmpLog off',
      'UseReverseDNS off',
      'DelayEngine off',
      'AuthOrder mod_auth_file.c mod_auth_unix.c',
      `AuthUserFile ${users}`,
      'RequireValidShell off',
      'DefaultRoot ~',
      ...tlsLines(configuration, folder),
      ...identLines(configuration),
      ...(configuration.copy === 'loaded' ? ['LoadModule mod_copy.c'] : []),
      ...(configuration.mlsd === 'refused' ? ['FactsAdvertise off', ...limit('MLSD MLST')] : []),
      ...anonymousLines(configuration, anonymousHome),
      ...(configuration.lines ?? []),
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    return {
      program: programs.proftpd,
      options: ['-n', '-c', file],
      environment: systemAccounts(folder, { anonymous: anonymousHome, account: home }),
      expected: expectedOf(configuration),
    }
  })

const limit = (commands: string): readonly string[] => [
  `<Limit ${commands}>`,
  'DenyAll',
  '</Limit>',
]

function tlsLines(configuration: ProftpdConfiguration, folder: string): readonly string[] {
  const { tls = 'absent', tlsVersions = ['TLSv1.2', 'TLSv1.3'], reuse = 'required' } = configuration
  if (tls === 'absent') return []
  const { keyFile, certificateFile, kind } = makeCertificate(configuration.certificate ?? 'good')
  const letters = kind === 'elliptic' ? 'EC' : 'RSA'
  const options = [
    ...(reuse === 'free' ? ['NoSessionReuseRequired'] : []),
    ...(tls === 'implicit' ? ['UseImplicitSSL'] : []),
  ]
  return [
    'LoadModule mod_tls.c',
    'TLSEngine on',
    `TLSLog ${join(folder, 'tls.log')}`,
    `TLSProtocol ${tlsVersions.join(' ')}`,
    `TLSRequired ${tls === 'required' || tls === 'implicit' ? 'on' : 'off'}`,
    `TLS${letters}CertificateFile ${certificateFile}`,
    `TLS${letters}CertificateKeyFile ${keyFile}`,
    ...(options.length > 0 ? [`TLSOptions ${options.join(' ')}`] : []),
  ]
}

function identLines({ ident = 'default' }: ProftpdConfiguration): readonly string[] {
  const lines: Readonly<Record<typeof ident, readonly string[]>> = {
    default: [],
    version: [`ServerIdent on "ProFTPD ${packageVersion('proftpd-core')} Server ready."`],
    hidden: ['ServerIdent off'],
  }
  return lines[ident]
}

function anonymousLines(
  { anonymous = 'off' }: ProftpdConfiguration,
  home: string,
): readonly string[] {
  if (anonymous === 'off') return []
  return [
    `<Anonymous ${home}>`,
    `User ftp`,
    `Group ftp`,
    'UserAlias anonymous ftp',
    ...(anonymous === 'limited' ? limit('WRITE') : []),
    '</Anonymous>',
  ]
}

function expectedOf(configuration: ProftpdConfiguration): Expected {
  const { anonymous = 'off', tls = 'absent', ident = 'default', expects } = configuration
  const { tlsVersions = ['TLSv1.2', 'TLSv1.3'], reuse = 'required', copy, mlsd } = configuration
  const on = anonymous === 'off' ? 'no' : 'yes'
  const clear = tls === 'required' || tls === 'implicit' ? 'no' : 'yes'
  const names: Readonly<Record<typeof ident, Expected['names']>> = {
    default: { product: 'greeting', version: 'nowhere' },
    version: { product: 'greeting', version: 'greeting' },
    hidden: { product: 'nowhere', version: 'nowhere' },
  }
  return {
    protocol: 'ftp',
    product: 'ProFTPD',
    version: packageVersion('proftpd-core'),
    names: names[ident],
    ftp: {
      ...closedFtp,
      anonymous: on,
      explicitTls: tls === 'offered' || tls === 'required' ? 'yes' : 'no',
      implicitTls: tls === 'implicit' ? 'yes' : 'no',
      tlsRequired: tls === 'required' || tls === 'implicit' ? 'data' : 'no',
      clearLoginAnonymous: on === 'yes' ? clear : 'no',
      clearLoginAccounts: clear,
      tlsVersions: tls === 'absent' ? [] : tlsVersions,
      sessionReuse: tls === 'absent' ? 'free' : reuse,
      certificate: tls === 'absent' ? null : (configuration.certificate ?? 'good'),
      writable: anonymous === 'upload' ? ['/upload'] : [],
      // From the modes alone: a Limit does not show in them.
      permWritable:
        on === 'no' || mlsd === 'refused'
          ? null
          : anonymous === 'upload' || anonymous === 'limited'
            ? ['/upload']
            : [],
      anonymousRemoves: anonymous === 'upload' ? 'yes' : 'no',
      listing: mlsd === 'refused' ? 'list' : 'mlsd',
      siteCopy: copy === 'loaded' ? 'yes' : 'no',
      siteChmod: 'yes',
      files: on === 'yes' ? contentFiles : [],
      account: testAccount,
      ...expects,
    },
  }
}
