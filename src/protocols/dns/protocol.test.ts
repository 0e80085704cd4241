import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { field, frame, uint, zeros } from '../bytes.ts'
import { dns } from './protocol.ts'
import { productOf } from './software.ts'

const sent = dns.probe
const question = sent?.subarray(14) ?? zeros(0)
const message = (flags: string, counts: string, ...rest: readonly Uint8Array[]) => {
  const body = frame(hex('5056'), hex(flags), hex(counts), ...rest)
  return frame(field(body.length, 2), body)
}
const txt = (text: string, name = 'c00c') =>
  frame(hex(`${name} 0010 0003 00000000`), field(text.length + 1, 2), text.length, text)
const version = (text: string) => message('8400', '0001 0001 0000 0000', question, txt(text))
const answers = [
  {
    name: 'BIND',
    bytes: version('9.18.28-1~deb12u2-Debian'),
    product: 'cpe:2.3:a:isc:bind:9.18.28:*:*:*:*:*:*:*',
    details: [['version.bind', '9.18.28-1~deb12u2-Debian']],
  },
  {
    name: 'a patched BIND',
    bytes: version('9.11.4-P2-RedHat-9.11.4-26'),
    product: 'cpe:2.3:a:isc:bind:9.11.4:p2:*:*:*:*:*:*',
    details: [['version.bind', '9.11.4-P2-RedHat-9.11.4-26']],
  },
  {
    name: 'dnsmasq that recurses',
    bytes: message('8580', '0001 0001 0000 0000', question, txt('dnsmasq-2.90')),
    product: 'cpe:2.3:a:thekelleys:dnsmasq:2.90:*:*:*:*:*:*:*',
    details: [
      ['version.bind', 'dnsmasq-2.90'],
      ['recursion', 'offered'],
    ],
  },
  {
    name: 'the name written out',
    bytes: message(
      '8400',
      '0001 0001 0000 0000',
      question,
      txt('none of your business', '0776657273696f6e0462696e6400'),
    ),
    product: null,
    details: [['version.bind', 'none of your business']],
  },
  {
    name: 'an answer of another type',
    bytes: message(
      '8400',
      '0001 0001 0000 0000',
      question,
      hex('c00c 0005 0003 00000000 0002 0161'),
    ),
    product: null,
    details: [['version.bind', 'none']],
  },
  {
    name: 'a text beyond the end',
    bytes: message(
      '8400',
      '0001 0001 0000 0000',
      question,
      hex('c00c 0010 0003 00000000 0002 0561'),
    ),
    product: null,
    details: [['version.bind', 'none']],
  },
  {
    name: 'a refusal',
    bytes: message('8005', '0001 0000 0000 0000', question),
    product: null,
    details: [['version.bind', 'refused']],
  },
  {
    name: 'not implemented, and no question',
    bytes: message('8004', '0000 0000 0000 0000'),
    product: null,
    details: [['version.bind', 'not implemented']],
  },
  {
    name: 'no text',
    bytes: message('8400', '0001 0000 0000 0000', question),
    product: null,
    details: [['version.bind', 'none']],
  },
]

describe('DNS over TCP', () => {
  test.each(answers)('$name', ({ bytes, product, details }) => {
    const outcome = dns.hear(heard({ sent, bytes }))
    expect(outcome).toMatchObject({ kind: 'is', recognised: { protocol: 'dns', details } })
    expect(outcome.kind === 'is' && (outcome.recognised.product?.cpe ?? null)).toBe(product)
  })

  test.each([
    ['unbound 1.17.1', 'cpe:2.3:a:nlnetlabs:unbound:1.17.1:*:*:*:*:*:*:*'],
    [
      'PowerDNS Authoritative Server 4.7.3 (built Dec 1 2022)',
      'cpe:2.3:a:powerdns:authoritative:4.7.3:*:*:*:*:*:*:*',
    ],
    ['PowerDNS Recursor 4.8.8 (built)', 'cpe:2.3:a:powerdns:recursor:4.8.8:*:*:*:*:*:*:*'],
    ['NSD 4.6.1', 'cpe:2.3:a:nlnetlabs:nsd:4.6.1:*:*:*:*:*:*:*'],
    ['9.9', undefined],
    ['9.9.9.9', undefined],
    ['go away', undefined],
  ])('%s', (printed, named) => {
    expect(productOf(printed)?.cpe).toBe(named)
  })

  test('the question says its own length', () => {
    expect(uint(sent ?? zeros(0), 0, 2)).toBe((sent?.length ?? 0) - 2)
  })

  test.each([
    ['an echo', sent, sent ?? zeros(0)],
    ['another id', sent, frame(hex('001e 5057 8400 0001 0000 0000 0000'), question)],
    ['an answer to nobody', null, version('9.18.1')],
    ['another question', sent, message('8400', '0001 0000 0000 0000', frame(1, 'x', zeros(16)))],
    ['a message that is too short', sent, hex('000b 5056 8005')],
    ['a message that is too long', sent, hex('ffff 5056 8005')],
    ['a notify', sent, hex('001e 5056 a005')],
    ['an id whose first half is another', sent, hex('001e 4056 8005 0001')],
    ['two questions', sent, message('8400', '0002 0000 0000 0000', question, question)],
    ['success without a question', sent, message('8000', '0000 0000 0000 0000')],
    ['text', sent, ascii('\0\x20PV but the rest is some text of a server')],
  ])('not DNS: %s', (_, asked, bytes) => {
    expect(dns.hear(heard({ sent: asked, bytes }, true))).toEqual({ kind: 'not' })
    expect(dns.hear(heard({ sent: asked, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  dns,
  answers.map(({ bytes }) => ({ sent, bytes })),
)
