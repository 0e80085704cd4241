import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { frame, zeros } from '../bytes.ts'
import { element, readElement, readElements } from './ber.ts'
import { ldap } from './protocol.ts'

const sent = ldap.probe
const message = (id: Uint8Array, operation: Uint8Array) => {
  const value = frame(element(2, id), operation)
  return frame(0x30, 0x82, value.length >> 8, value.length & 0xff, value)
}
const ours = hex('5056')
const attribute = (type: string, ...values: readonly string[]) =>
  element(0x30, element(4, type), element(0x31, ...values.map((value) => element(4, value))))
const entry = (...attributes: readonly Uint8Array[]) =>
  message(ours, element(0x64, element(4), element(0x30, ...attributes)))
const done = (code = 0, text = '') =>
  message(ours, element(0x65, element(0x0a, code), element(4), element(4, text)))
const notice = message(
  Uint8Array.of(0),
  element(
    0x78,
    element(0x0a, 2),
    element(4),
    element(4, 'decoding error'),
    element(0x8a, '1.3.6.1.4.1.1466.20036'),
  ),
)
const answers = [
  {
    name: 'OpenLDAP',
    sent,
    bytes: frame(
      entry(
        attribute('objectClass', 'top', 'OpenLDAProotDSE'),
        attribute('namingContexts', 'dc=example,dc=org', 'cn=log'),
        attribute('supportedExtension', '1.3.6.1.4.1.1466.20037'),
      ),
      done(),
    ),
    product: 'OpenLDAP',
    details: [
      ['naming contexts', 'dc=example,dc=org; cn=log'],
      ['starttls', 'offered'],
    ],
  },
  {
    name: 'Active Directory',
    sent,
    bytes: frame(
      entry(
        attribute('dnsHostName', 'dc1.example.org'),
        attribute('supportedCapabilities', '1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1670'),
      ),
      done(),
    ),
    product: 'Active Directory',
    details: [['host', 'dc1.example.org']],
  },
  {
    name: 'one that names its vendor',
    sent,
    bytes: frame(
      entry(
        attribute('vendorName', '389 Project'),
        attribute('vendorVersion', '389-Directory/2.3.1 B2022.1'),
      ),
      done(),
    ),
    product: '389 Directory Server',
    details: [['vendor', '389 Project 389-Directory/2.3.1 B2022.1']],
  },
  {
    name: 'one that says little',
    sent,
    bytes: frame(entry(attribute('objectClass', 'top')), done()),
    product: null,
    details: [],
  },
  { name: 'an empty answer', sent, bytes: done(), product: null, details: [] },
  {
    name: 'a refusal',
    sent,
    bytes: done(48, 'anonymous bind disallowed'),
    product: null,
    details: [['anonymous', 'refused (inappropriate authentication)']],
  },
  {
    name: 'a notice of disconnection',
    sent: ascii('GET / HTTP/1.0\r\n\r\n'),
    bytes: notice,
    product: null,
    details: [],
  },
]

describe('LDAP', () => {
  test.each(answers)('$name', ({ product, details, ...exchange }) => {
    const outcome = ldap.hear(heard(exchange))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'ldap', details } })
    expect(outcome.kind === 'is' && (outcome.recognised.product?.name ?? null)).toBe(product)
  })

  test('an entry whose search never ends is enough', () => {
    const bytes = entry(attribute('vendorName', 'Samba Team (https://www.samba.org)'))
    expect(ldap.hear(heard({ sent, bytes }))).toEqual({ kind: 'more' })
    expect(ldap.hear(heard({ sent, bytes }, true))).toMatchObject({
      recognised: {
        evidence: [{ line: 'search result, no end' }],
        product: { name: 'Samba', cpe: 'cpe:2.3:a:samba:samba:*:*:*:*:*:*:*:*' },
      },
    })
  })

  test('an empty text is none', () => {
    const banners = answers.slice(-3).map((row) => {
      const outcome = ldap.hear(heard(row ?? { sent, bytes: done() }))
      return outcome.kind === 'is' ? outcome.recognised.banner : 'not LDAP'
    })
    expect(banners).toEqual([null, 'anonymous bind disallowed', 'decoding error'])
  })

  test('the question is one message', () => {
    const read = readElement(sent ?? zeros(0), 0)
    expect(read).toMatchObject({ kind: 'element', element: { tag: 0x30, end: sent?.length } })
  })

  test('elements end where they say, and never beyond 64 KiB', () => {
    expect(readElements(hex('0201ff 040161'))?.length).toBe(2)
    for (const bad of ['0280', '0285', '0484ffffffff', '0403'])
      expect(readElements(hex(bad))).toBeUndefined()
  })

  test.each([
    ['an echo', sent ?? zeros(0)],
    [
      'an answer to another',
      message(Uint8Array.of(9), element(0x65, element(0x0a, 0), element(4), element(4))),
    ],
    ['a certificate', hex('3082 0100 3082 00e8 a003020102')],
    ['text that begins with a zero', ascii('0 ready\r\n')],
    ['a huge message', hex('3084 7fffffff 020101')],
    ['an id that is too long', hex('300e 0205 0000005056 6507 0a0100 0400 0400')],
    ['an id that is no number', message(ours, zeros(0)).map((byte, at) => (at === 4 ? 4 : byte))],
    [
      'an extended answer to our search',
      message(ours, element(0x78, element(0x0a, 2), element(4), element(4))),
    ],
    [
      'a notice that is none',
      message(Uint8Array.of(0), element(0x78, element(4), element(4), element(4))),
    ],
    [
      'a notice of another name',
      message(
        Uint8Array.of(0),
        element(0x78, element(0x0a, 2), element(4), element(4), element(0x8a, '1.2')),
      ),
    ],
    ['an end without a code', message(ours, element(0x65, element(4), element(4), element(4)))],
    ['an end without a text', message(ours, element(0x65, element(0x0a, 0), element(4)))],
    ['another operation', message(ours, element(0x61, element(0x0a, 0), element(4), element(4)))],
  ])('not LDAP: %s', (_, bytes) => {
    expect(ldap.hear(heard({ sent, bytes }, true))).toEqual({ kind: 'not' })
    expect(ldap.hear(heard({ sent, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(ldap, answers)
