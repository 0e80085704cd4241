/** Pure-FTPd; all of its configuration is on its command line (pureftpd.org, README). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountUser, passwordHash, systemAccounts, testAccount } from './accounts.ts'
import { makeCertificate } from './certificates.ts'
import { contentFiles, makeContent, own } from './content.ts'
import { type CertificateKind, closedFtp, type Expected, type ExpectedFtp } from './expected.ts'
import { packageVersion, programs, runProgram } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export interface PureFtpdConfiguration extends Place {
  /** `upload`: anonymous may store and make directories, and never remove any. */
  readonly anonymous?: 'off' | 'read' | 'upload'
  /** `-Y`: 1 offered, 2 required on the control channel, 3 on data channels too. */
  readonly tls?: 0 | 1 | 2 | 3
  readonly certificate?: CertificateKind
  /** Options that no other field has a word for: `['-w', '-W']`. */
  readonly options?: readonly string[]
  /** What those options change of the expectation. */
  readonly expects?: Partial<ExpectedFtp>
}

export const needs = 'root'

export const start = (configuration: PureFtpdConfiguration = {}): Promise<Running> =>
  startIn(configuration, 21, (folder, address, port) => {
    const anonymousHome = join(folder, 'anonymous')
    const home = join(folder, 'home')
    for (const path of [anonymousHome, home]) mkdirSync(path)
    const { anonymous = 'off', tls = 0 } = configuration
    makeContent(anonymousHome, anonymous === 'upload' ? 'open' : 'closed')
    makeContent(home, 'closed')
    own(join(home, 'upload'), accountUser)
    const users = join(folder, 'users.pdb')
    makeUsers(folder, users, home)
    return {
      program: programs.pureFtpd,
      options: [
        ...['-S', `${address},${port}`],
        ...['-l', `puredb:${users}`],
        ...['-g', join(folder, 'pid')],
        // Chroot for everyone, no name look-ups, the dots in listings.
        ...['-A', '-H', '-D', '-u', '1'],
        ...(anonymous === 'off' ? ['-E'] : []),
        ...(anonymous === 'upload' ? ['-M'] : ['-i']),
        ...(tls === 0
          ? []
          : ['-Y', `${tls}`, '-2', makeCertificate(configuration.certificate ?? 'good').bothFile]),
        ...(configuration.options ?? []),
      ],
      environment: systemAccounts(folder, { anonymous: anonymousHome, account: home }),
      expected: expectedOf(configuration),
    }
  })

/** The text file is written here: `pure-pw useradd` takes seconds to choose how slow its hash is to be. */
function makeUsers(folder: string, database: string, home: string): void {
  const { user, password } = testAccount
  const [text, ids] = [join(folder, 'users'), `${accountUser}:${accountUser}`]
  writeFileSync(text, `${user}:${passwordHash(password)}:${ids}::${home}/./${':'.repeat(12)}\n`)
  runProgram(programs.purePw, ['mkdb', database, '-f', text])
}

function expectedOf(configuration: PureFtpdConfiguration): Expected {
  const { anonymous = 'off', tls = 0, expects } = configuration
  const on = anonymous === 'off' ? 'no' : 'yes'
  const clear = tls >= 2 ? 'no' : 'yes'
  return {
    protocol: 'ftp',
    product: 'Pure-FTPd',
    version: packageVersion('pure-ftpd'),
    names: { product: 'greeting', version: 'nowhere' },
    ftp: {
      ...closedFtp,
      anonymous: on,
      explicitTls: tls === 0 ? 'no' : 'yes',
      tlsRequired: tls === 3 ? 'data' : tls === 2 ? 'control' : 'no',
      clearLoginAnonymous: on === 'yes' ? clear : 'no',
      clearLoginAccounts: clear,
      tlsVersions: tls === 0 ? [] : ['TLSv1.2', 'TLSv1.3'],
      certificate: tls === 0 ? null : (configuration.certificate ?? 'good'),
      writable: anonymous === 'upload' ? ['/upload'] : [],
      listing: 'mlsd',
      siteChmod: 'yes',
      files: on === 'yes' ? contentFiles : [],
      account: testAccount,
      ...expects,
    },
  }
}
