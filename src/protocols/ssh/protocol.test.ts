import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { ssh } from './protocol.ts'

const greetings = [
  {
    line: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3',
    name: 'OpenSSH',
    version: '9.2p1',
    cpe: 'cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-OpenSSH_6.6.1p1 Ubuntu-2ubuntu2.13',
    name: 'OpenSSH',
    version: '6.6.1p1',
    cpe: 'cpe:2.3:a:openbsd:openssh:6.6.1:p1:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-OpenSSH_7.8 FreeBSD-20180909',
    name: 'OpenSSH',
    version: '7.8',
    cpe: 'cpe:2.3:a:openbsd:openssh:7.8:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-1.99-OpenSSH_3.9p1',
    name: 'OpenSSH',
    version: '3.9p1',
    cpe: 'cpe:2.3:a:openbsd:openssh:3.9:p1:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-OpenSSH_for_Windows_8.1',
    name: 'OpenSSH for Windows',
    version: '8.1',
    cpe: 'cpe:2.3:a:openbsd:openssh:8.1:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-dropbear_2022.83',
    name: 'Dropbear',
    version: '2022.83',
    cpe: 'cpe:2.3:a:dropbear_ssh_project:dropbear_ssh:2022.83:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-dropbear',
    name: 'Dropbear',
    version: null,
    cpe: 'cpe:2.3:a:dropbear_ssh_project:dropbear_ssh:*:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-libssh_0.9.6',
    name: 'libssh',
    version: '0.9.6',
    cpe: 'cpe:2.3:a:libssh:libssh:0.9.6:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-Cisco-1.25',
    name: 'Cisco SSH',
    version: '1.25',
    cpe: 'cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-8.43 FlowSsh: Bitvise SSH Server (WinSSHD) 8.43: free only for personal non-commercial use',
    name: 'Bitvise SSH Server',
    version: '8.43',
    cpe: 'cpe:2.3:a:bitvise:ssh_server:8.43:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-1.82 sshlib: WinSSHD 4.28',
    name: 'WinSSHD',
    version: '4.28',
    cpe: 'cpe:2.3:a:bitvise:winsshd:4.28:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-Serv-U_15.1.6.25',
    name: 'Serv-U',
    version: '15.1.6.25',
    cpe: 'cpe:2.3:a:solarwinds:serv-u:15.1.6.25:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-ROSSSH',
    name: 'RouterOS SSH',
    version: null,
    cpe: 'cpe:2.3:o:mikrotik:routeros:*:*:*:*:*:*:*:*',
  },
  { line: 'SSH-2.0-Sun_SSH_1.1.5', name: 'SunSSH', version: '1.1.5', cpe: null },
  {
    line: 'SSH-2.0-lancom',
    name: 'LCOS SSH',
    version: null,
    cpe: 'cpe:2.3:o:lancom-systems:lcos:*:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-mod_sftp/0.9.9',
    name: 'ProFTPD mod_sftp',
    version: '0.9.9',
    cpe: 'cpe:2.3:a:proftpd:proftpd:*:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-APACHE-SSHD-2.9.2',
    name: 'Apache MINA SSHD',
    version: '2.9.2',
    cpe: 'cpe:2.3:a:apache:sshd:2.9.2:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-Erlang/4.11.1',
    name: 'Erlang/OTP SSH',
    version: '4.11.1',
    cpe: 'cpe:2.3:a:erlang:erlang\\/otp:*:*:*:*:*:*:*:*',
  },
  {
    line: 'SSH-2.0-Go',
    name: 'Go x/crypto/ssh',
    version: null,
    cpe: 'cpe:2.3:a:golang:crypto:*:*:*:*:*:*:*:*',
  },
  { line: 'SSH-2.0-HUAWEI-1.5', name: 'VRP SSH', version: '1.5', cpe: null },
]

test.each(greetings)('$line is $name $version', ({ line, name, version, cpe }) => {
  expect(foundBy(ssh, { bytes: `${line}\r\n` })).toMatchObject({
    protocol: 'ssh',
    product: { name, version, cpe, from: ['banner'] },
    banner: line,
    evidence: [{ line }],
  })
})

/** A name-list of SSH: its length in four bytes, then names between commas. */
const uint32 = (value: number): string =>
  String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
const names = (...list: string[]): string => uint32(list.join(',').length) + list.join(',')
const payload = `\x14${'c'.repeat(16)}${names('curve25519-sha256', 'diffie-hellman-group1-sha1')}${names('ssh-ed25519', 'ssh-rsa')}${names('aes128-ctr')}${names('aes256-ctr')}${names('hmac-sha2-256')}${names('hmac-sha1')}${names('none')}${names('none')}${names()}${names()}\0\0\0\0\0`
const packet = `${uint32(payload.length + 1 + 4)}\x04${payload}\0\0\0\0`

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a product nobody knows is still SSH', bytes: 'SSH-2.0-x\r\n', is: 'ssh' },
  { name: 'a line without its CR', bytes: 'SSH-2.0-OpenSSH_9.6\n', is: 'ssh' },
  { name: 'notices before it', bytes: 'Authorised users only\r\nSSH-2.0-x\r\n', is: 'ssh' },
  {
    name: 'a late greeting after a question',
    sent: 'GET / HTTP/1.0\r\n\r\n',
    bytes: 'SSH-2.0-x\r\n',
    is: 'ssh',
  },
  { name: 'cut and closed', bytes: 'SSH-2.0-OpenSS', ended: true, is: 'ssh' },
  { name: 'cut', bytes: 'SSH-2.0-OpenSS', is: 'more' },
  { name: 'cut before anything is sure, and closed', bytes: 'SSH-2', ended: true, is: 'not' },
  { name: 'an FTP greeting', bytes: '220 SSH-2.0-x\r\n', is: 'not' },
  {
    name: 'an FTP greeting with an identification inside',
    bytes: '220-hi\r\nSSH-2.0-x\r\n',
    is: 'not',
  },
  { name: 'an endless line', bytes: `SSH-2.0-${'x'.repeat(9000)}`, is: 'not' },
  { name: 'too many notices', bytes: 'no\r\n'.repeat(40), is: 'not' },
  {
    name: 'text of what has greeted otherwise',
    earlier: [{ bytes: '* OK ready\r\n' }],
    sent: 'FEAT\r\n',
    bytes: 'FEAT BAD x\r\n',
    is: 'not',
  },
  { name: 'binary', bytes: '\x16\x03\x01\x02', is: 'not' },
  { name: 'text that nothing follows', bytes: 'login: ', ended: true, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  const found = foundBy(ssh, said)
  expect(typeof found === 'string' ? found : found.protocol).toBe(is)
})

test('the algorithms are told when the key exchange comes with the greeting', () => {
  const line = 'SSH-2.0-dropbear_2022.83'
  expect(foundBy(ssh, { bytes: `${line}\r\n${packet}` })).toMatchObject({
    details: expect.arrayContaining([
      ['host key algorithms', 'ssh-ed25519 ssh-rsa'],
      ['key exchange', 'curve25519-sha256 diffie-hellman-group1-sha1'],
      ['ciphers', 'aes256-ctr'],
      ['MACs', 'hmac-sha1'],
    ]),
  })
  const cut = foundBy(ssh, { bytes: `${line}\r\n${packet.slice(0, -8)}` })
  expect(cut).toMatchObject({ details: expect.not.arrayContaining([['ciphers', 'aes256-ctr']]) })
})

test('the comment stays apart from the software', () => {
  expect(foundBy(ssh, { bytes: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n' })).toMatchObject({
    details: [
      ['protocol version', '2.0'],
      ['software', 'OpenSSH_9.2p1'],
      ['comments', 'Debian-2+deb12u3'],
    ],
  })
})

test('a server that takes nobody more says so in words of its own', () => {
  expect(foundBy(ssh, { bytes: 'Exceeded MaxStartups\r\n', ended: true })).toMatchObject({
    protocol: 'ssh',
    product: { name: 'OpenSSH', version: null, confidence: 0.6, from: ['wording'] },
    details: [['refusal', 'Exceeded MaxStartups']],
  })
  expect(foundBy(ssh, { bytes: 'Exceeded all\r\n', ended: true })).toBe('not')
})

test('nothing is asked', () => {
  expect(ssh.probe).toBeNull()
  for (const { line } of greetings) expect(hearing(ssh, { bytes: `${line}\r\n` }).kind).toBe('is')
})

describe('the laws of hearing', () => {
  testHearing(ssh, [
    ...greetings.map(({ line }) => ({ bytes: `${line}\r\n` })),
    ...others,
    { bytes: `SSH-2.0-dropbear\r\n${packet}` },
    { bytes: 'Exceeded MaxStartups\r\n', ended: true },
  ])
})
