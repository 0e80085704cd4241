import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { telnet } from './protocol.ts'

const bytes = (...values: number[]): string => String.fromCharCode(...values)
const cisco = bytes(255, 251, 1, 255, 251, 3, 255, 253, 24, 255, 253, 31)
const linux = bytes(255, 253, 24, 255, 253, 32, 255, 253, 35, 255, 253, 39)
const busybox = bytes(255, 253, 1, 255, 253, 31, 255, 251, 1, 255, 251, 3)
const windows = bytes(
  ...[255, 253, 37, 255, 251, 1, 255, 251, 3, 255, 253, 39, 255, 253, 31, 255, 253, 0, 255, 251, 0],
)
const refusalOfLinux = bytes(255, 252, 24, 255, 252, 32, 255, 252, 35, 255, 252, 39)

const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'Cisco IOS greets and asks at once',
    bytes: `${cisco}\r\n\r\nUser Access Verification\r\n\r\nPassword: `,
    is: {
      product: {
        name: 'Cisco IOS Telnet',
        version: null,
        cpe: 'cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*',
      },
      banner: 'User Access Verification\r\n\r\nPassword:',
      details: [
        ['options', 'WILL ECHO, WILL SUPPRESS-GO-AHEAD, DO TERMINAL-TYPE, DO NAWS'],
        ['prompt', 'Password:'],
      ],
    },
  },
  {
    name: 'RouterOS tells its version',
    bytes: `${bytes(255, 251, 1)}\r\nMikroTik v6.48.6 (long-term)\r\nLogin: `,
    is: {
      product: {
        name: 'RouterOS Telnet',
        version: '6.48.6',
        cpe: 'cpe:2.3:o:mikrotik:routeros:6.48.6:*:*:*:*:*:*:*',
      },
    },
  },
  {
    name: 'BusyBox is known by its options',
    bytes: `${busybox}\r\r\n(none) login: `,
    is: { product: { name: 'BusyBox telnetd', version: null, from: ['options'] } },
  },
  {
    name: 'the Windows service is known by NTLM, though it says nothing',
    bytes: windows,
    ended: true,
    is: { product: { name: 'Windows Telnet Service' }, banner: null },
  },
  {
    name: 'a Linux prompt after our refusal, its opening options remembered',
    sent: refusalOfLinux,
    bytes: `${bytes(255, 251, 3, 255, 253, 1)}Debian GNU/Linux 12\r\nhost login: `,
    earlier: [{ bytes: linux }],
    is: {
      product: { name: 'BSD-derived telnetd', cpe: null },
      banner: 'Debian GNU/Linux 12\r\nhost login:',
      details: expect.arrayContaining([['system', 'Debian GNU/Linux 12']]),
    },
  },
  {
    name: 'silence after our refusal',
    sent: refusalOfLinux,
    bytes: '',
    ended: true,
    earlier: [{ bytes: linux }],
    is: { product: { name: 'BSD-derived telnetd' } },
  },
  {
    name: 'a prompt alone, when nothing follows',
    bytes: '\r\nUsername: ',
    ended: true,
    is: { product: null, banner: 'Username:', details: [['prompt', 'Username:']] },
  },
  {
    name: 'a subnegotiation and a doubled 0xff are no text of the banner',
    bytes: `${bytes(255, 251, 1, 255, 250, 24, 1, 255, 240)}a${bytes(255, 255)}b login: `,
    is: { banner: 'aÿb login:' },
  },
  {
    name: 'what comes behind the prompt is not waited for, and does not count',
    bytes: `${bytes(255, 251, 1)}login: ${bytes(255, 251, 3)}`,
    is: {
      details: [
        ['options', 'WILL ECHO'],
        ['prompt', 'login:'],
      ],
    },
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(telnet, said)).toMatchObject({ protocol: 'telnet', ...is })
})

test('each option is refused, once', () => {
  const asked = hearing(telnet, { bytes: linux + linux })
  expect(asked.kind === 'ask' ? wireOf(asked.send) : asked).toBe(refusalOfLinux)
  const both = hearing(telnet, { bytes: bytes(255, 251, 1, 255, 253, 1, 255, 252, 3) })
  expect(both.kind === 'ask' ? wireOf(both.send) : both).toBe(bytes(255, 254, 1, 255, 252, 1))
  const again = { sent: refusalOfLinux, bytes: bytes(255, 253, 36), earlier: [{ bytes: linux }] }
  expect(hearing(telnet, again).kind).toBe('more')
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a command that is not whole', bytes: bytes(255, 253, 24, 255), is: 'more' },
  { name: 'text that may become a prompt', bytes: 'Welcome\r\nlog', is: 'more' },
  { name: 'text without a prompt', bytes: 'Welcome\r\n', ended: true, is: 'not' },
  { name: 'a last login is no prompt', bytes: 'Last login: today\r\n', ended: true, is: 'not' },
  { name: 'an FTP greeting with a prompt', bytes: '220 host login: ', ended: true, is: 'not' },
  { name: 'no command behind the 0xff', bytes: bytes(255, 216, 255, 224), is: 'not' },
  { name: 'binary', bytes: bytes(3, 0, 0, 11), is: 'not' },
  { name: 'a page that asks', sent: 'GET /', bytes: 'password: ', ended: true, is: 'not' },
  { name: 'nothing', bytes: '', ended: true, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(telnet, said).kind).toBe(is)
})

describe('the laws of hearing', () => {
  testHearing(telnet, [...found, ...others])
})
