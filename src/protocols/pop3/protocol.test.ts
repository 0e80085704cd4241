import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { pop3 } from './protocol.ts'

const greetings = [
  {
    line: '+OK Dovecot (Debian) ready.',
    name: 'Dovecot',
    version: null,
    cpe: 'cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*',
  },
  {
    line: '+OK Hello there. <1896.697170952@mail.example.com>',
    name: 'Courier POP3',
    version: null,
    cpe: null,
  },
  {
    line: '+OK mail Cyrus POP3 v2.4.17-Debian server ready <123.456@mail>',
    name: 'Cyrus IMAP',
    version: '2.4.17',
    cpe: 'cpe:2.3:a:cyrus:imap:2.4.17:*:*:*:*:*:*:*',
  },
  {
    line: '+OK The Microsoft Exchange POP3 service is ready. [RQBYADAAMQA=]',
    name: 'Exchange Server',
    version: null,
    cpe: 'cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*',
  },
  {
    line: '+OK Qpopper (version 4.1.0) at mail.example.com starting.  <1.2@mail>',
    name: 'Qpopper',
    version: '4.1.0',
    cpe: 'cpe:2.3:a:qualcomm:qpopper:4.1.0:*:*:*:*:*:*:*',
  },
  {
    line: '+OK Gpop ready for requests from 192.0.2.1 a1',
    name: 'Gmail',
    version: null,
    cpe: null,
  },
]

test.each(greetings)('$line is $name $version', ({ line, name, version, cpe }) => {
  expect(foundBy(pop3, { bytes: `${line}\r\n` })).toMatchObject({
    protocol: 'pop3',
    product: { name, version, cpe, from: ['banner'] },
    banner: line.slice(4),
    evidence: [{ line }],
  })
})

const bare = { bytes: '+OK POP3 ready <1.2@host>\r\n' }
const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'the implementation of CAPA',
    earlier: [bare],
    sent: 'CAPA\r\n',
    bytes: '+OK\r\nTOP\r\nUIDL\r\nSTLS\r\nIMPLEMENTATION Cyrus POP3 server v2.4.17\r\n.\r\n',
    is: {
      product: { name: 'Cyrus IMAP', version: '2.4.17', from: ['capa'] },
      banner: 'POP3 ready <1.2@host>',
      details: [
        ['capabilities', 'TOP, UIDL, STLS, IMPLEMENTATION Cyrus POP3 server v2.4.17'],
        ['apop', 'yes'],
      ],
    },
  },
  {
    name: 'CAPA refused',
    earlier: [bare],
    sent: 'CAPA\r\n',
    bytes: '-ERR what\r\n',
    is: { product: null },
  },
  {
    name: 'CAPA without end',
    earlier: [bare],
    sent: 'CAPA\r\n',
    bytes: '+OK\r\nTOP\r\n',
    ended: true,
    is: {
      details: [
        ['capabilities', 'TOP'],
        ['apop', 'yes'],
      ],
    },
  },
  {
    name: 'closed on the question',
    earlier: [bare],
    sent: 'CAPA\r\n',
    bytes: '',
    ended: true,
    is: {},
  },
  {
    name: 'a refusal unasked',
    bytes: '-ERR too many connections\r\n',
    is: { banner: 'too many connections' },
  },
  {
    name: 'a late greeting that names it',
    sent: 'GET /\r\n',
    bytes: '+OK Dovecot ready.\r\n',
    is: {},
  },
  {
    name: 'a greeting without text, and the end',
    bytes: '+OK\r\n',
    ended: true,
    is: { banner: null },
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(pop3, said)).toMatchObject({ protocol: 'pop3', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'who it is, is asked', ...bare, is: 'ask' },
  {
    name: 'asked again after a question of others',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '-ERR x\r\n',
    is: 'ask',
  },
  { name: 'a line that is not whole', bytes: '+OK Dovec', is: 'more' },
  { name: 'the beginning of the word', bytes: '+', is: 'more' },
  {
    name: 'an answer that is not whole',
    earlier: [bare],
    sent: 'CAPA\r\n',
    bytes: '+OK\r\nTOP\r\n',
    is: 'more',
  },
  {
    name: 'Redis in answer to a question',
    sent: 'FEAT\r\n',
    bytes: "-ERR unknown command 'FEAT'\r\n",
    is: 'not',
  },
  { name: 'Redis that is full', bytes: '-ERR max number of clients reached\r\n', is: 'not' },
  { name: 'a status that is not of POP3', sent: 'PING\r\n', bytes: '+OK\r\n', is: 'not' },
  { name: 'another word', bytes: '+OKAY\r\n', is: 'not' },
  { name: 'IMAP', bytes: '* OK ready\r\n', is: 'not' },
  { name: 'an endless line', bytes: `+OK ${'x'.repeat(9000)}`, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(pop3, said).kind).toBe(is)
})

test('the question is CAPA', () => {
  const asked = hearing(pop3, bare)
  expect(asked.kind === 'ask' ? wireOf(asked.send) : asked).toBe('CAPA\r\n')
})

describe('the laws of hearing', () => {
  testHearing(pop3, [
    ...greetings.map(({ line }) => ({ bytes: `${line}\r\n` })),
    ...found,
    ...others,
  ])
})
