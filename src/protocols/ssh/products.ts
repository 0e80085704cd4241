/** SSH servers by what follows `SSH-2.0-`: software version and comments. CPE names as the NVD has them. */
import type { SoftwareMark, SoftwareName } from '../software.ts'

const version = '([0-9][\\w.]{0,31})'

export const openSsh: SoftwareName = {
  vendor: 'OpenBSD',
  name: 'OpenSSH',
  cpe: { vendor: 'openbsd', product: 'openssh' },
}

export const sshSoftware: readonly SoftwareMark[] = [
  {
    ...openSsh,
    text: /^OpenSSH_for_Windows_(\d{1,3}(?:\.\d{1,3}){1,3})(p\d{1,3})?/,
    name: 'OpenSSH for Windows',
  },
  {
    ...openSsh,
    text: /^OpenSSH[_-](\d{1,3}(?:\.\d{1,3}){1,3})(p\d{1,3})?/,
  },
  { ...openSsh, text: /^OpenSSH\b/ },
  {
    text: /^dropbear(?:_(\d{4}\.\d{1,3}|\d\.\d{1,3}(?:\.\d{1,3})?(?:test\d)?))?/i,
    vendor: 'Dropbear SSH project',
    name: 'Dropbear',
    cpe: { vendor: 'dropbear_ssh_project', product: 'dropbear_ssh' },
  },
  {
    text: new RegExp(`^libssh(?:[_-]${version})?`),
    vendor: 'libssh',
    name: 'libssh',
    cpe: { vendor: 'libssh', product: 'libssh' },
  },
  {
    // The number is that of the SSH implementation, the same over many releases of IOS.
    text: /^Cisco-([0-9.]{1,8})/,
    vendor: 'Cisco',
    name: 'Cisco SSH',
    confidence: 0.8,
    cpe: { part: 'o', vendor: 'cisco', product: 'ios', versioned: 'no' },
  },
  {
    text: /FlowSsh: Bitvise SSH Server \(WinSSHD\)(?: ([0-9][\d.]{0,15}))?/,
    vendor: 'Bitvise',
    name: 'Bitvise SSH Server',
    cpe: { vendor: 'bitvise', product: 'ssh_server' },
  },
  {
    text: /\bWinSSHD(?: ([0-9][\d.]{0,15}))?/,
    vendor: 'Bitvise',
    name: 'WinSSHD',
    cpe: { vendor: 'bitvise', product: 'winsshd' },
  },
  {
    text: new RegExp(`^Serv-U(?:_${version})?`),
    vendor: 'SolarWinds',
    name: 'Serv-U',
    cpe: { vendor: 'solarwinds', product: 'serv-u' },
  },
  {
    text: /^ROSSSH/,
    vendor: 'MikroTik',
    name: 'RouterOS SSH',
    cpe: { part: 'o', vendor: 'mikrotik', product: 'routeros' },
  },
  { text: /^Sun_SSH_(\d[\d.]{0,8})/, vendor: 'Oracle', name: 'SunSSH', cpe: null },
  {
    text: /^lancom/i,
    vendor: 'LANCOM Systems',
    name: 'LCOS SSH',
    cpe: { part: 'o', vendor: 'lancom-systems', product: 'lcos' },
  },
  {
    // The version, where it is not hidden, is that of the module.
    text: new RegExp(`^mod_sftp(?:/${version})?`),
    vendor: 'ProFTPD Project',
    name: 'ProFTPD mod_sftp',
    cpe: { vendor: 'proftpd', product: 'proftpd', versioned: 'no' },
  },
  {
    text: new RegExp(`^paramiko(?:_${version})?`),
    vendor: 'Paramiko',
    name: 'Paramiko',
    cpe: { vendor: 'paramiko', product: 'paramiko' },
  },
  {
    text: new RegExp(`^AsyncSSH(?:_${version})?`),
    vendor: 'AsyncSSH project',
    name: 'AsyncSSH',
    cpe: { vendor: 'asyncssh_project', product: 'asyncssh' },
  },
  {
    text: new RegExp(`^(?:APACHE-SSHD|SSHD-CORE)(?:-${version})?`),
    vendor: 'Apache',
    name: 'Apache MINA SSHD',
    cpe: { vendor: 'apache', product: 'sshd' },
  },
  {
    text: /^tinyssh(?:_(\d{8}))?/,
    vendor: 'TinySSH',
    name: 'TinySSH',
    cpe: { vendor: 'tinyssh', product: 'tinyssh' },
  },
  {
    text: new RegExp(`^Erlang(?:/${version})?`),
    vendor: 'Erlang',
    name: 'Erlang/OTP SSH',
    cpe: { vendor: 'erlang', product: 'erlang/otp', versioned: 'no' },
  },
  {
    text: /^CrushFTPSSHD/,
    vendor: 'CrushFTP',
    name: 'CrushFTP',
    cpe: { vendor: 'crushftp', product: 'crushftp' },
  },
  {
    text: new RegExp(`^SFTPGo(?:_${version})?`),
    vendor: 'SFTPGo',
    name: 'SFTPGo',
    cpe: { vendor: 'sftpgo_project', product: 'sftpgo' },
  },
  {
    text: new RegExp(`^CerberusFTPServer(?:_${version})?`),
    vendor: 'Cerberus',
    name: 'Cerberus FTP Server',
    cpe: { vendor: 'cerberusftp', product: 'ftp_server' },
  },
  {
    text: new RegExp(`^WS_FTP-SSH(?:_${version})?`),
    vendor: 'Progress',
    name: 'WS_FTP Server',
    cpe: { vendor: 'progress', product: 'ws_ftp_server' },
  },
  {
    text: /^(?:[\d.]{1,8}[_ ])?sshlib:? GlobalSCAPE/i,
    vendor: 'GlobalSCAPE',
    name: 'EFT Server',
    cpe: null,
  },
  { text: /^VShell_([0-9][0-9_]{0,15})/, vendor: 'VanDyke', name: 'VShell', cpe: null },
  {
    text: new RegExp(`^IPSSH[-_]${version}`),
    vendor: 'Wind River',
    name: 'VxWorks SSH',
    cpe: { part: 'o', vendor: 'windriver', product: 'vxworks', versioned: 'no' },
  },
  {
    text: new RegExp(`^RomSShell_${version}`),
    vendor: 'Allegro Software',
    name: 'RomSShell',
    cpe: null,
  },
  { text: new RegExp(`^mpSSH_${version}`), vendor: 'HPE', name: 'iLO SSH', cpe: null },
  { text: new RegExp(`^Comware-${version}`), vendor: 'H3C', name: 'Comware SSH', cpe: null },
  { text: new RegExp(`^HUAWEI-${version}`), vendor: 'Huawei', name: 'VRP SSH', cpe: null },
  { text: /^NetScreen/, vendor: 'Juniper', name: 'ScreenOS SSH', cpe: null },
  { text: /^FortiSSH/, vendor: 'Fortinet', name: 'FortiOS SSH', cpe: null },
  { text: /^Zyxel SSH/i, vendor: 'Zyxel', name: 'Zyxel SSH', cpe: null },
  {
    text: new RegExp(`^WeOnlyDo[ -]${version}`),
    vendor: 'WeOnlyDo',
    name: 'wodSSHServer',
    cpe: null,
  },
  {
    text: /^Go(?: |$)/,
    vendor: 'Go',
    name: 'Go x/crypto/ssh',
    cpe: { vendor: 'golang', product: 'crypto' },
  },
  { text: /^GitLab-SSHD/, vendor: 'GitLab', name: 'GitLab Shell', cpe: null },
  { text: /^Twisted/, vendor: 'Twisted', name: 'Twisted Conch', cpe: null },
]
