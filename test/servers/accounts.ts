/** User accounts that exist for one server alone: nss_wrapper answers its questions instead of the system's files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anonymousUser, serverUser } from './content.ts'
import type { Account } from './expected.ts'
import { nssWrapper, openssl, runProgram } from './place.ts'

export const testAccount: Account = { user: 'alice', password: 'Wonder.land-1865' }

/** Id of the account's user; nobody else has it. */
export const accountUser = 41_865

export interface Homes {
  /** Null: there is no account `ftp`. */
  readonly anonymous: string | null
  readonly account: string
}

/** The environment of a server that asks the system for users: `ftp`, the account, and the few it changes to. */
export function systemAccounts(folder: string, homes: Homes): Readonly<Record<string, string>> {
  const [passwd, group] = [join(folder, 'passwd'), join(folder, 'group')]
  const hash = passwordHash(testAccount.password)
  const users = [
    'root:x:0:0::/root:/bin/sh',
    `daemon:x:${serverUser}:${serverUser}::/:/usr/sbin/nologin`,
    'nobody:x:65534:65534::/:/usr/sbin/nologin',
    ...(homes.anonymous === null
      ? []
      : [`ftp:x:${anonymousUser}:${anonymousUser}::${homes.anonymous}:/bin/sh`]),
    `${testAccount.user}:${hash}:${accountUser}:${accountUser}::${homes.account}:/bin/sh`,
  ]
  const groups = [
    'root:x:0:',
    `daemon:x:${serverUser}:`,
    'nogroup:x:65534:',
    `ftp:x:${anonymousUser}:`,
    `${testAccount.user}:x:${accountUser}:`,
  ]
  writeFileSync(passwd, `${users.join('\n')}\n`)
  writeFileSync(group, `${groups.join('\n')}\n`)
  return { LD_PRELOAD: nssWrapper, NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: group }
}

export const passwordHash = (password: string): string =>
  runProgram(openssl, ['passwd', '-6', '-stdin'], password).trim()
