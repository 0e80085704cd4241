/** vsftpd (security.appspot.com/vsftpd/vsftpd_conf.html). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountUser, systemAccounts, testAccount } from './accounts.ts'
import { makeCertificate } from './certificates.ts'
import { contentFiles, makeContent, own } from './content.ts'
import { type CertificateKind, closedFtp, type Expected, type ExpectedFtp } from './expected.ts'
import { packageVersion, programs } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export interface VsftpdConfiguration extends Place {
  /** `drop`: anonymous makes directories in /upload and cannot remove them; `upload`: can. */
  readonly anonymous?: 'off' | 'read' | 'drop' | 'upload'
  readonly tls?: 'absent' | 'offered' | 'required' | 'implicit'
  readonly reuse?: 'required' | 'free'
  readonly certificate?: CertificateKind
  /** In place of the greeting that names product and version. */
  readonly banner?: string
  /** Settings that no other field has a word for. */
  readonly settings?: Readonly<Record<string, string>>
  /** What those settings change of the expectation. */
  readonly expects?: Partial<ExpectedFtp>
}

export const needs = 'root'

export const start = (configuration: VsftpdConfiguration = {}): Promise<Running> =>
  startIn(configuration, 21, (folder, address, port) => {
    const anonymousHome = join(folder, 'anonymous')
    const home = join(folder, 'home')
    for (const path of [anonymousHome, home, join(folder, 'empty')]) mkdirSync(path)
    makeContent(anonymousHome, writes(configuration) ? 'open' : 'closed')
    makeContent(home, 'closed')
    own(join(home, 'upload'), accountUser)
    const file = join(folder, 'vsftpd.conf')
    const settings = {
      ...(address.includes(':')
        ? { listen: 'NO', listen_ipv6: 'YES', listen_address6: address }
        : { listen: 'YES', listen_address: address }),
      background: 'NO',
      listen_port: `${port}`,
      secure_chroot_dir: join(folder, 'empty'),
      nopriv_user: 'nobody',
      ftp_username: 'ftp',
      anon_root: anonymousHome,
      local_enable: 'YES',
      local_root: home,
      chroot_local_user: 'YES',
      vsftpd_log_file: join(folder, 'log'),
      ...settingsOf(configuration),
      ...configuration.settings,
    }
    // No spaces around the sign: vsftpd takes them for part of the value.
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    return {
      program: programs.vsftpd,
      options: [file],
      environment: systemAccounts(folder, { anonymous: anonymousHome, account: home }),
      expected: expectedOf(configuration),
    }
  })

const writes = ({ anonymous = 'off' }: VsftpdConfiguration): boolean =>
  anonymous === 'drop' || anonymous === 'upload'

function settingsOf(configuration: VsftpdConfiguration): Record<string, string> {
  const { anonymous = 'off', tls = 'absent', reuse = 'required', banner } = configuration
  const yes = (condition: boolean) => (condition ? 'YES' : 'NO')
  const settings: Record<string, string> = {
    anonymous_enable: yes(anonymous !== 'off'),
    write_enable: 'YES',
    anon_upload_enable: yes(writes(configuration)),
    anon_mkdir_write_enable: yes(writes(configuration)),
    anon_other_write_enable: yes(anonymous === 'upload'),
    ssl_enable: yes(tls !== 'absent'),
  }
  if (banner !== undefined) settings['ftpd_banner'] = banner
  if (tls === 'absent') return settings
  const { keyFile, certificateFile } = makeCertificate(configuration.certificate ?? 'good')
  const forced = yes(tls === 'required' || tls === 'implicit')
  return {
    ...settings,
    rsa_cert_file: certificateFile,
    rsa_private_key_file: keyFile,
    allow_anon_ssl: 'YES',
    implicit_ssl: yes(tls === 'implicit'),
    require_ssl_reuse: yes(reuse === 'required'),
    ssl_ciphers: 'HIGH',
    force_local_logins_ssl: forced,
    force_local_data_ssl: forced,
    force_anon_logins_ssl: forced,
    force_anon_data_ssl: forced,
  }
}

function expectedOf(configuration: VsftpdConfiguration): Expected {
  const { anonymous = 'off', tls = 'absent', reuse = 'required', banner, expects } = configuration
  const on = anonymous === 'off' ? 'no' : 'yes'
  const clear = tls === 'required' || tls === 'implicit' ? 'no' : 'yes'
  return {
    protocol: 'ftp',
    product: 'vsftpd',
    version: packageVersion('vsftpd'),
    names:
      banner === undefined
        ? { product: 'greeting', version: 'greeting' }
        : { product: 'stat', version: 'stat' },
    ftp: {
      ...closedFtp,
      anonymous: on,
      explicitTls: tls === 'offered' || tls === 'required' ? 'yes' : 'no',
      implicitTls: tls === 'implicit' ? 'yes' : 'no',
      tlsRequired: tls === 'required' || tls === 'implicit' ? 'data' : 'no',
      clearLoginAnonymous: on === 'yes' ? clear : 'no',
      clearLoginAccounts: clear,
      tlsVersions: tls === 'absent' ? [] : ['TLSv1.2', 'TLSv1.3'],
      sessionReuse: tls === 'absent' ? 'free' : reuse,
      certificate: tls === 'absent' ? null : (configuration.certificate ?? 'good'),
      writable: writes(configuration) ? ['/upload'] : [],
      anonymousRemoves: anonymous === 'upload' ? 'yes' : 'no',
      siteChmod: 'yes',
      statNamesVersion: 'yes',
      files: on === 'yes' ? contentFiles : [],
      account: testAccount,
      ...expects,
    },
  }
}
