import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { vnc } from './protocol.ts'

const listed = (...types: number[]): string => String.fromCharCode(types.length, ...types)
const greeted = (version: string): readonly Said[] => [{ bytes: `RFB ${version}\n` }]
const sent = 'RFB 003.008\n'

const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'TightVNC by its type',
    earlier: greeted('003.008'),
    sent,
    bytes: listed(2, 16),
    is: {
      product: {
        name: 'TightVNC',
        version: null,
        cpe: 'cpe:2.3:a:tightvnc:tightvnc:*:*:*:*:*:*:*:*',
      },
      banner: 'RFB 003.008',
      evidence: [{ line: 'RFB 003.008' }],
      details: [
        ['protocol version', '3.8'],
        ['security types', 'VNC Authentication (2), Tight (16)'],
        ['login', 'needed'],
      ],
    },
  },
  {
    name: 'nobody in particular, open to all',
    earlier: greeted('003.008'),
    sent,
    bytes: listed(1, 19, 200),
    is: {
      product: null,
      details: expect.arrayContaining([
        ['security types', 'None (1), VeNCrypt (19), 200'],
        ['login', 'none needed'],
      ]),
    },
  },
  {
    name: 'UltraVNC',
    earlier: greeted('003.008'),
    sent,
    bytes: listed(17, 113),
    is: { product: { name: 'UltraVNC' } },
  },
  {
    name: 'Apple by its version',
    earlier: greeted('003.889'),
    sent,
    bytes: listed(2),
    is: { product: { name: 'Screen Sharing' } },
  },
  {
    name: 'RealVNC by its version',
    earlier: greeted('005.000'),
    sent,
    bytes: listed(2),
    is: { product: { name: 'RealVNC Server' } },
  },
  {
    name: 'TigerVNC knows ciphers of RealVNC',
    earlier: greeted('003.008'),
    sent,
    bytes: listed(19, 5, 129),
    is: { product: null },
  },
  {
    name: 'the one type of 3.3',
    earlier: greeted('003.003'),
    sent: 'RFB 003.003\n',
    bytes: '\0\0\0\x02',
    is: { details: expect.arrayContaining([['security types', 'VNC Authentication (2)']]) },
  },
  {
    name: 'a refusal with its reason',
    earlier: greeted('003.008'),
    sent,
    bytes: '\0\0\0\0\x08too many',
    is: {
      details: [
        ['protocol version', '3.8'],
        ['refusal', 'too many'],
      ],
    },
  },
  {
    name: 'closed on our version',
    earlier: greeted('003.008'),
    sent,
    bytes: '',
    ended: true,
    is: { product: null },
  },
  { name: 'closed before it', bytes: 'RFB 003.008\n', ended: true, is: {} },
  { name: 'a late greeting', sent: 'GET / HTTP/1.0\r\n\r\n', bytes: 'RFB 003.008\n', is: {} },
  {
    name: 'a question of others',
    earlier: greeted('003.008'),
    sent: 'FEAT\r\n',
    bytes: '\0',
    is: {},
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(vnc, said)).toMatchObject({ protocol: 'vnc', ...is })
})

test.each([
  { version: '003.003', answer: '003.003' },
  { version: '003.005', answer: '003.003' },
  { version: '003.007', answer: '003.007' },
  { version: '003.008', answer: '003.008' },
  { version: '003.889', answer: '003.008' },
  { version: '005.000', answer: '003.008' },
])('$version is answered with $answer', ({ version, answer }) => {
  const outcome = hearing(vnc, { bytes: `RFB ${version}\n` })
  expect(outcome.kind === 'ask' ? wireOf(outcome.send) : outcome).toBe(`RFB ${answer}\n`)
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a version that is not whole', bytes: 'RFB 003.00', is: 'more' },
  { name: 'nothing yet', bytes: '', is: 'more' },
  { name: 'a version that is none', bytes: 'RFB 3.8', is: 'not' },
  {
    name: 'types that are not whole',
    earlier: greeted('003.008'),
    sent,
    bytes: '\x02\x02',
    is: 'more',
  },
  { name: 'nothing at all', bytes: '', ended: true, is: 'not' },
  { name: 'a version cut by the end', bytes: 'RFB 003.', ended: true, is: 'not' },
  { name: 'SSH', bytes: 'SSH-2.0-x\r\n', is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(vnc, said).kind).toBe(is)
})

describe('the laws of hearing', () => {
  testHearing(vnc, [...found, ...others])
})
