/** pyftpdlib, in forms that the other servers cannot be brought to (pyftpdlib.readthedocs.io). */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { testAccount } from './accounts.ts'
import { makeCertificate } from './certificates.ts'
import { contentFiles, makeContent } from './content.ts'
import { type CertificateKind, closedFtp, type Expected, type ExpectedFtp } from './expected.ts'
import { packageVersion, python } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export interface PyftpdlibConfiguration extends Place {
  /** `everywhere`: not /upload alone can be written to. */
  readonly anonymous?: 'off' | 'read' | 'upload' | 'everywhere'
  readonly tls?: 'absent' | 'offered' | 'required' | 'implicit'
  readonly tlsVersions?: readonly string[]
  /** `weak` takes old versions, small keys, suites without encryption. */
  readonly suites?: 'usual' | 'weak'
  readonly certificate?: CertificateKind
  readonly banner?: string
  /** The address that 227 names in place of the server's own. */
  readonly masquerade?: string
  /** `permitted`: PORT to anybody, privileged ports included. */
  readonly foreignAddresses?: 'refused' | 'permitted'
  /** `closed` and `filtered`: 229 names a port that refuses, or that never answers. */
  readonly epsv?: 'works' | 'closed' | 'filtered' | 'refused'
  readonly mlsd?: 'answered' | 'refused'
  /** In its own form; nothing below a warning is logged without. */
  readonly log?: { readonly file: string; readonly level: 'INFO' | 'DEBUG' }
  /** Connections from one address, after which all others end so. */
  readonly ban?: { readonly after: number; readonly by: '421' | 'reset' | 'silence' }
}

export const needs = 'any'

export const start = (configuration: PyftpdlibConfiguration = {}): Promise<Running> =>
  startIn(configuration, 21, (folder, address, port) => {
    const [anonymousHome, home] = [join(folder, 'anonymous'), join(folder, 'home')]
    for (const path of [anonymousHome, home]) mkdirSync(path)
    const { anonymous = 'off', tls = 'absent', epsv = 'works', mlsd = 'answered' } = configuration
    makeContent(anonymousHome, anonymous === 'upload' ? 'open' : 'closed')
    makeContent(home, 'closed')
    const certificate =
      tls === 'absent' ? null : makeCertificate(configuration.certificate ?? 'good')
    const document = {
      address,
      port,
      anonymous,
      anonymousHome,
      home,
      account: testAccount,
      tls,
      tlsVersions: versionsOf(configuration),
      weak: configuration.suites === 'weak',
      certificateFile: certificate?.certificateFile ?? null,
      keyFile: certificate?.keyFile ?? null,
      banner: configuration.banner ?? null,
      masquerade: configuration.masquerade ?? null,
      foreign: configuration.foreignAddresses === 'permitted',
      epsv,
      mlsd,
      log: configuration.log ?? null,
      bansAfter: configuration.ban?.after ?? null,
      ban: configuration.ban?.by ?? null,
    }
    return {
      program: python,
      options: [join(import.meta.dirname, 'pyftpdlib.py'), JSON.stringify(document)],
      expected: expectedOf(configuration),
    }
  })

function versionsOf({
  tls = 'absent',
  tlsVersions,
  suites,
}: PyftpdlibConfiguration): readonly string[] {
  if (tls === 'absent') return []
  const usual = ['TLSv1.2', 'TLSv1.3']
  return tlsVersions ?? (suites === 'weak' ? ['TLSv1', 'TLSv1.1', ...usual] : usual)
}

function expectedOf(configuration: PyftpdlibConfiguration): Expected {
  const { anonymous = 'off', tls = 'absent', banner, epsv = 'works', mlsd } = configuration
  const on = anonymous === 'off' ? 'no' : 'yes'
  const clear = tls === 'required' || tls === 'implicit' ? 'no' : 'yes'
  const epsvs: Readonly<Record<typeof epsv, ExpectedFtp['epsv']>> = {
    works: 'works',
    closed: 'dead',
    filtered: 'dead',
    refused: 'refused',
  }
  const writables: Readonly<Record<typeof anonymous, readonly string[]>> = {
    off: [],
    read: [],
    upload: ['/upload'],
    everywhere: ['/', '/pub', '/pub/deep', '/upload'],
  }
  const told = banner === undefined ? 'greeting' : 'nowhere'
  return {
    protocol: 'ftp',
    product: 'pyftpdlib',
    version: packageVersion('python3-pyftpdlib'),
    names: { product: told, version: told },
    ftp: {
      ...closedFtp,
      anonymous: on,
      explicitTls: tls === 'offered' || tls === 'required' ? 'yes' : 'no',
      implicitTls: tls === 'implicit' ? 'yes' : 'no',
      tlsRequired: tls === 'required' || tls === 'implicit' ? 'data' : 'no',
      clearLoginAnonymous: on === 'yes' ? clear : 'no',
      clearLoginAccounts: clear,
      tlsVersions: versionsOf(configuration),
      weakSuites: tls !== 'absent' && configuration.suites === 'weak' ? 'yes' : 'no',
      certificate: tls === 'absent' ? null : (configuration.certificate ?? 'good'),
      writable: writables[anonymous],
      // From the rights of the account as a whole: what is granted for one folder does not show in them.
      permWritable:
        on === 'no' || mlsd === 'refused'
          ? null
          : anonymous === 'everywhere'
            ? writables.everywhere
            : [],
      anonymousRemoves: writables[anonymous].length > 0 ? 'yes' : 'no',
      listing: mlsd === 'refused' ? 'list' : 'mlsd',
      epsv: epsvs[epsv],
      passiveAddress: configuration.masquerade === undefined ? 'same' : 'differs',
      bounce: on === 'yes' && configuration.foreignAddresses === 'permitted' ? 'yes' : 'no',
      siteChmod: 'yes',
      files: on === 'yes' ? contentFiles : [],
      bansAfter: configuration.ban?.after ?? null,
      account: testAccount,
    },
  }
}
