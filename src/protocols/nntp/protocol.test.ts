import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { nntp } from './protocol.ts'

const question = 'CAPABILITIES\r\n'
const bare = { bytes: '200 host ready\r\n' }

const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'INN',
    bytes: '200 news.example.com InterNetNews NNRP server INN 2.6.4 ready (posting ok)\r\n',
    is: {
      product: { name: 'INN', version: '2.6.4', cpe: 'cpe:2.3:a:isc:inn:2.6.4:*:*:*:*:*:*:*' },
      banner: 'news.example.com InterNetNews NNRP server INN 2.6.4 ready (posting ok)',
      details: [['posting', 'yes']],
    },
  },
  {
    name: 'Leafnode',
    bytes: '201 Leafnode NNTP Daemon, version 1.11.11 running at localhost\r\n',
    is: { product: { name: 'Leafnode', version: '1.11.11' }, details: [['posting', 'no']] },
  },
  {
    name: 'the service of Windows',
    bytes: '200 NNTP Service 6.0.3790.3959 Version: 6.0.3790.3959 Posting Allowed\r\n',
    is: { product: { name: 'Windows NNTP service', version: '6.0.3790.3959', cpe: null } },
  },
  {
    name: 'capabilities, after a greeting that says nothing',
    earlier: [bare],
    sent: question,
    bytes: '101 Capability list:\r\nVERSION 2\r\nIMPLEMENTATION INN 2.7.1\r\nREADER\r\n.\r\n',
    is: {
      product: { name: 'INN', version: '2.7.1', from: ['capabilities'] },
      banner: 'host ready',
      details: [
        ['posting', 'yes'],
        ['capabilities', 'VERSION 2, IMPLEMENTATION INN 2.7.1, READER'],
      ],
    },
  },
  {
    name: 'capabilities without end',
    sent: question,
    bytes: '101 x\r\nREADER\r\n',
    ended: true,
    is: { product: null },
  },
  {
    name: 'a refusal that says whose it is',
    bytes: '502 You have no permission to talk to NNRP\r\n',
    is: { product: null },
  },
  {
    name: 'closed on the question of another',
    earlier: [{ bytes: '200 NNTP ready\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '',
    ended: true,
    is: {},
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(nntp, said)).toMatchObject({ protocol: 'nntp', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a greeting that says nothing is asked', ...bare, is: 'ask' },
  {
    name: 'and asked after the question of another',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '500 what\r\n',
    is: 'ask',
  },
  {
    name: 'a refusal of the question',
    earlier: [bare],
    sent: question,
    bytes: '500 what\r\n',
    is: 'not',
  },
  { name: 'a line that is not whole', bytes: '200 InterNetNews', is: 'more' },
  {
    name: 'capabilities that are not whole',
    earlier: [bare],
    sent: question,
    bytes: '101 x\r\nREADER\r\n',
    is: 'more',
  },
  { name: 'the code alone', earlier: [bare], sent: question, bytes: '10', is: 'more' },
  { name: 'FTP', bytes: '220 posting ok\r\n', is: 'not' },
  { name: 'a greeting that says nothing, and the end', ...bare, ended: true, is: 'not' },
  {
    name: 'an answer of HTTP',
    sent: 'GET / HTTP/1.0\r\n\r\n',
    bytes: 'HTTP/1.1 200 OK\r\n',
    is: 'not',
  },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(nntp, said).kind).toBe(is)
})

test('the question is CAPABILITIES', () => {
  const asked = hearing(nntp, bare)
  expect(asked.kind === 'ask' ? wireOf(asked.send) : asked).toBe(question)
})

describe('the laws of hearing', () => {
  testHearing(nntp, [...found, ...others])
})
