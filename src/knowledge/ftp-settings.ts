/**
 * Settings of FTP servers that mend a finding, by product. What counts is the effective value: built-in defaults, included
 * files and the last of several lines; each was taken from the product's own manual.
 */
import type { ServiceCheckId } from '../checks/service-check-ids.ts'
import { type Step, say, show } from './knowledge-page.ts'

export const ftpProducts = ['vsftpd', 'proftpd', 'pure-ftpd', 'iis', 'filezilla-server'] as const
export type FtpProduct = (typeof ftpProducts)[number]

/** The checks that a setting mends; the others take somebody who looks. */
export type MendedBySettings = Exclude<
  ServiceCheckId,
  | 'ftp-server-sensitive-files'
  | 'ftp-server-copyrighted-files'
  | 'ftp-server-custom-port'
  | 'port-21-not-ftp'
>

export const ftpSettings: Readonly<
  Record<MendedBySettings, Readonly<Record<FtpProduct, readonly Step[]>>>
> = {
  'ftp-server-anonymous-login': {
    vsftpd: [
      vsftpd('anonymous_enable=NO'),
      say('The built-in default is YES: a configuration without the line lets everybody in.'),
    ],
    proftpd: [
      say('Remove every `<Anonymous>` section, included files too.'),
      proftpd(
        'Where one has to stay, nobody may write in it:',
        '<Anonymous ~ftp>',
        '  <Limit WRITE>',
        '    DenyAll',
        '  </Limit>',
        '</Anonymous>',
      ),
    ],
    'pure-ftpd': [pureFtpd('NoAnonymous yes')],
    iis: [
      iisSite(
        '<security>',
        '  <authentication>',
        '    <anonymousAuthentication enabled="false" />',
        '  </authentication>',
        '</security>',
      ),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Rights management, Users: delete the user `anonymous` and every other that needs no password.',
      ),
    ],
  },
  'ftp-server-writable-directory': {
    vsftpd: [
      vsftpd(
        'anon_upload_enable=NO',
        'anon_mkdir_write_enable=NO',
        'anon_other_write_enable=NO',
        '# where no account uploads either',
        'write_enable=NO',
      ),
    ],
    proftpd: [
      proftpd(
        'In `<Anonymous>`, and in each `<Directory>` that is only read:',
        '<Limit WRITE>',
        '  DenyAll',
        '</Limit>',
      ),
      proftpd(
        'In a folder for deliveries nobody may read what others have left:',
        '<Directory ~ftp/incoming>',
        '  <Limit READ DIRS>',
        '    DenyAll',
        '  </Limit>',
        '  <Limit STOR>',
        '    AllowAll',
        '  </Limit>',
        '</Directory>',
      ),
    ],
    'pure-ftpd': [pureFtpd('AnonymousCantUpload yes', 'AnonymousCanCreateDirs no')],
    iis: [
      show(
        'In applicationHost.config, in a `location` for the site:',
        'xml',
        '<system.ftpServer>',
        '  <security>',
        '    <authorization>',
        '      <clear />',
        '      <add accessType="Allow" users="*" permissions="Read" />',
        '    </authorization>',
        '  </security>',
        '</system.ftpServer>',
      ),
      say('Take the right to write from the folder’s own permissions (NTFS) too.'),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Rights management, Users: set the access mode of each mount point to read-only where nobody uploads.',
      ),
    ],
  },
  'ftp-server-clear-text-login': {
    vsftpd: [
      vsftpd(
        'ssl_enable=YES',
        'force_local_logins_ssl=YES',
        'force_local_data_ssl=YES',
        '# where anonymous login stays',
        'allow_anon_ssl=YES',
        'force_anon_logins_ssl=YES',
        'force_anon_data_ssl=YES',
      ),
    ],
    proftpd: [proftpd('With mod_tls:', 'TLSEngine on', 'TLSRequired on')],
    'pure-ftpd': [pureFtpd('TLS 2'), say('2 requires TLS for the login, 3 for the data as well.')],
    iis: [
      iisSite(
        '<security>',
        '  <ssl controlChannelPolicy="SslRequire" dataChannelPolicy="SslRequire" />',
        '</security>',
      ),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Server listeners: set the protocol of each listener to “Require explicit FTP over TLS” or to implicit TLS.',
      ),
    ],
  },
  'ftp-server-no-tls': {
    vsftpd: [
      vsftpd(
        'ssl_enable=YES',
        'rsa_cert_file=/etc/ssl/certs/ftp.pem',
        'rsa_private_key_file=/etc/ssl/private/ftp.key',
        'require_ssl_reuse=YES',
      ),
    ],
    proftpd: [
      proftpd(
        'With mod_tls:',
        'TLSEngine on',
        'TLSRequired on',
        'TLSRSACertificateFile /etc/ssl/certs/ftp.pem',
        'TLSRSACertificateKeyFile /etc/ssl/private/ftp.key',
      ),
    ],
    'pure-ftpd': [
      pureFtpd('TLS 2', 'CertFile /etc/ssl/private/pure-ftpd.pem'),
      say('The file holds the key and the certificate, and only root may read it.'),
    ],
    iis: [
      say('Import the certificate into the store of the machine, and note its thumbprint.'),
      iisSite(
        '<security>',
        '  <ssl serverCertHash="THUMBPRINT" serverCertStoreName="MY"',
        '       controlChannelPolicy="SslRequire" dataChannelPolicy="SslRequire" />',
        '</security>',
      ),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Protocols settings, FTP and FTP over TLS: choose the certificate; under Server listeners require explicit FTP over TLS.',
      ),
    ],
  },
  'ftp-server-tls-weak': {
    vsftpd: [
      vsftpd(
        'ssl_sslv2=NO',
        'ssl_sslv3=NO',
        '# where the build knows newer versions',
        'ssl_tlsv1=NO',
        'ssl_ciphers=HIGH',
      ),
      say(
        'The manual’s built-in value of `ssl_ciphers` is DES-CBC3-SHA, and builds differ, so the line must be there. Against commands slipped in behind AUTH only a newer version of the server helps.',
      ),
    ],
    proftpd: [
      proftpd(
        'With mod_tls:',
        'TLSProtocol TLSv1.2 TLSv1.3',
        'TLSCipherSuite HIGH:!aNULL:!MD5:!3DES',
      ),
    ],
    'pure-ftpd': [
      pureFtpd('TLSCipherSuite HIGH'),
      say('Which versions are taken is settled by the TLS library: set its lowest to TLS 1.2.'),
    ],
    iis: [
      show(
        'Schannel decides for the whole machine; for TLS 1.1 and SSL 3.0 do the same, and restart:',
        'powershell',
        "$key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server'",
        'New-Item $key -Force',
        'New-ItemProperty -Path $key -Name Enabled -Value 0 -PropertyType DWord -Force',
      ),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Protocols settings, FTP and FTP over TLS: set the minimum TLS version to 1.2 and choose a certificate with a key of at least RSA 2048 or P-256.',
      ),
    ],
  },
  'ftp-server-certificate-invalid': {
    vsftpd: [
      vsftpd(
        'rsa_cert_file=/etc/ssl/certs/ftp.pem',
        'rsa_private_key_file=/etc/ssl/private/ftp.key',
      ),
      say('The file of the certificate holds the intermediate certificates behind it.'),
    ],
    proftpd: [
      proftpd(
        'With mod_tls:',
        'TLSRSACertificateFile /etc/ssl/certs/ftp.pem',
        'TLSRSACertificateKeyFile /etc/ssl/private/ftp.key',
        'TLSCertificateChainFile /etc/ssl/certs/ftp-chain.pem',
      ),
    ],
    'pure-ftpd': [pureFtpd('CertFile /etc/ssl/private/pure-ftpd.pem')],
    iis: [
      say(
        'Import the certificate into the store of the machine and choose it under FTP SSL Settings of the site.',
      ),
    ],
    'filezilla-server': [
      say(
        'Under Server, Configure, Protocols settings, FTP and FTP over TLS: choose the files of key and certificate, or let the server get one by ACME.',
      ),
    ],
  },
  'ftp-server-bounce': {
    vsftpd: [
      vsftpd(
        'port_promiscuous=NO',
        'pasv_promiscuous=NO',
        '# where nobody uses active mode',
        'port_enable=NO',
      ),
    ],
    proftpd: [proftpd('For the server and each virtual host:', 'AllowForeignAddress off')],
    'pure-ftpd': [pureFtpd('AllowUserFXP no', 'AllowAnonymousFXP no')],
    iis: [
      iisSite(
        '<security>',
        '  <dataChannelSecurity matchClientAddressForPort="true" matchClientAddressForPasv="true" />',
        '</security>',
      ),
    ],
    'filezilla-server': [
      say(
        'Leave transfers between servers off (older versions: General settings, Security settings), and use a current version.',
      ),
    ],
  },
  'ftp-server-third-party-passive': {
    vsftpd: [
      vsftpd('pasv_address=ftp.example.com', 'pasv_addr_resolve=YES'),
      say(
        'Without translation before it leave both out: the server then announces its own address.',
      ),
    ],
    proftpd: [
      proftpd('For the server and each virtual host:', 'MasqueradeAddress ftp.example.com'),
    ],
    'pure-ftpd': [pureFtpd('ForcePassiveIP ftp.example.com')],
    iis: [iisSite('<firewallSupport externalIp4Address="203.0.113.10" />')],
    'filezilla-server': [
      say(
        'Under Server, Configure, Protocols settings, FTP and FTP over TLS, Passive mode: set the public address or name of the server.',
      ),
    ],
  },
  'ftp-server-site-command': {
    vsftpd: [vsftpd('chmod_enable=NO', '# or no SITE command at all', 'cmds_denied=SITE')],
    proftpd: [
      say('Remove the line that loads mod_copy, or deny its commands:'),
      proftpd(
        'For the server and each virtual host:',
        '<Limit SITE_COPY>',
        '  DenyAll',
        '</Limit>',
        '<Limit SITE_CHMOD>',
        '  DenyAll',
        '</Limit>',
      ),
    ],
    'pure-ftpd': [pureFtpd('NoChmod yes')],
    iis: [
      show(
        'In applicationHost.config, for the server or in a `location` for the site:',
        'xml',
        '<system.ftpServer>',
        '  <security>',
        '    <commandFiltering allowUnlisted="true">',
        '      <add command="SITE" allowed="false" />',
        '    </commandFiltering>',
        '  </security>',
        '</system.ftpServer>',
      ),
    ],
    'filezilla-server': [
      say('It has none of them: what answered is another product, or stands before it.'),
    ],
  },
  'ftp-server-guessing': {
    vsftpd: [vsftpd('max_login_fails=3', 'delay_failed_login=3', 'max_per_ip=5')],
    proftpd: [
      proftpd('For the server and each virtual host:', 'MaxLoginAttempts 3'),
      say('mod_delay slows answers down, mod_ban blocks addresses that go on.'),
    ],
    'pure-ftpd': [
      pureFtpd('MaxClientsPerIP 5'),
      say('It delays failed logins by itself; let fail2ban block addresses that go on.'),
    ],
    iis: [
      show(
        'In applicationHost.config, for the whole server:',
        'xml',
        '<system.ftpServer>',
        '  <security>',
        '    <authentication>',
        '      <denyByFailure enabled="true" maxFailure="4" entryExpiration="00:05:00" />',
        '    </authentication>',
        '  </security>',
        '</system.ftpServer>',
      ),
    ],
    'filezilla-server': [say('Under Server, Configure: turn Autoban on.')],
  },
}

function vsftpd(...lines: readonly string[]): Step {
  return show('In /etc/vsftpd.conf or /etc/vsftpd/vsftpd.conf:', 'ini', ...lines)
}
function proftpd(text: string, ...lines: readonly string[]): Step {
  return show(text, 'apache', ...lines)
}
function pureFtpd(...lines: readonly string[]): Step {
  return show(
    'In pure-ftpd.conf; on Debian each is a file of that name in /etc/pure-ftpd/conf with the value in it:',
    'text',
    ...lines,
  )
}
function iisSite(...lines: readonly string[]): Step {
  return show(
    'In applicationHost.config, in the `site` (the IIS manager shows the same under its FTP features):',
    'xml',
    '<ftpServer>',
    ...lines.map((line) => `  ${line}`),
    '</ftpServer>',
  )
}
