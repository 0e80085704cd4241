/** GNU inetutils ftpd, which lives behind inetd and knows no TLS (gnu.org/software/inetutils/manual). */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accountUser, systemAccounts, testAccount } from './accounts.ts'
import { contentFiles, makeContent, own } from './content.ts'
import { closedFtp, type Expected } from './expected.ts'
import { packageVersion, programs, python } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export interface InetutilsConfiguration extends Place {
  /** Anonymous cannot be turned off but by taking the account `ftp` away. */
  readonly anonymous?: 'off' | 'read' | 'upload'
  /** `hidden` leaves product and version out of the greeting. */
  readonly greeting?: 'full' | 'hidden'
  readonly options?: readonly string[]
}

export const needs = 'root'

export const start = (configuration: InetutilsConfiguration = {}): Promise<Running> =>
  startIn(configuration, 21, (folder, address, port) => {
    const anonymousHome = join(folder, 'anonymous')
    const home = join(folder, 'home')
    for (const path of [anonymousHome, home]) mkdirSync(path)
    const { anonymous = 'off', greeting = 'full', options = [] } = configuration
    makeContent(anonymousHome, anonymous === 'upload' ? 'open' : 'closed')
    makeContent(home, 'closed')
    own(join(home, 'upload'), accountUser)
    return {
      program: python,
      options: [
        ...[join(import.meta.dirname, 'inetd.py'), address, `${port}`],
        programs.inetutilsFtpd,
        ...(greeting === 'hidden' ? ['-q'] : []),
        ...options,
      ],
      environment: systemAccounts(folder, {
        anonymous: anonymous === 'off' ? null : anonymousHome,
        account: home,
      }),
      expected: expectedOf(configuration),
    }
  })

function expectedOf({ anonymous = 'off', greeting = 'full' }: InetutilsConfiguration): Expected {
  const on = anonymous === 'off' ? 'no' : 'yes'
  return {
    protocol: 'ftp',
    product: 'GNU inetutils ftpd',
    version: packageVersion('inetutils-ftpd'),
    names:
      greeting === 'full'
        ? { product: 'greeting', version: 'greeting' }
        : { product: 'nowhere', version: 'nowhere' },
    ftp: {
      ...closedFtp,
      anonymous: on,
      clearLoginAnonymous: on,
      writable: anonymous === 'upload' ? ['/upload'] : [],
      anonymousRemoves: anonymous === 'upload' ? 'yes' : 'no',
      siteChmod: 'yes',
      statNamesVersion: greeting === 'full' ? 'yes' : 'no',
      files: on === 'yes' ? contentFiles : [],
      account: testAccount,
    },
  }
}
