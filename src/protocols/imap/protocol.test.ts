import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { imap } from './protocol.ts'

const question = 'p1 CAPABILITY\r\np2 ID ("name" "portreeve")\r\n'

const greetings = [
  {
    line: '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS LOGINDISABLED] Dovecot (Ubuntu) ready.',
    name: 'Dovecot',
    version: null,
    cpe: 'cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*',
  },
  {
    line: '* OK [CAPABILITY IMAP4rev1 UIDPLUS] Courier-IMAP ready. Copyright 1998-2021 Double Precision, Inc.',
    name: 'Courier IMAP',
    version: null,
    cpe: null,
  },
  {
    line: '* OK mail.example.com Cyrus IMAP4 v2.3.7 server ready',
    name: 'Cyrus IMAP',
    version: '2.3.7',
    cpe: 'cpe:2.3:a:cyrus:imap:2.3.7:*:*:*:*:*:*:*',
  },
  {
    line: '* OK [CAPABILITY IMAP4rev1] mail Cyrus IMAP 3.0.8-Debian server ready',
    name: 'Cyrus IMAP',
    version: '3.0.8',
    cpe: 'cpe:2.3:a:cyrus:imap:3.0.8:*:*:*:*:*:*:*',
  },
  {
    line: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMQA=]',
    name: 'Exchange Server',
    version: null,
    cpe: 'cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*',
  },
  {
    line: '* OK Microsoft Exchange Server 2003 IMAP4rev1 server version 6.5.7638.1 (host) ready.',
    name: 'Exchange Server',
    version: '6.5.7638.1',
    cpe: 'cpe:2.3:a:microsoft:exchange_server:6.5.7638.1:*:*:*:*:*:*:*',
  },
  {
    line: '* OK [CAPABILITY IMAP4REV1] localhost IMAP4rev1 2007e.404 at Mon, 1 Jan 2024 10:00:00 +0000',
    name: 'UW IMAP',
    version: '2007e.404',
    cpe: null,
  },
]

test.each(greetings)('$line is $name $version', ({ line, name, version, cpe }) => {
  expect(foundBy(imap, { bytes: `${line}\r\n` })).toMatchObject({
    protocol: 'imap',
    product: { name, version, cpe, from: ['banner'] },
    evidence: [{ line }],
  })
})

const bare = { bytes: '* OK IMAP4rev1 Service Ready\r\n' }
const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'capabilities of the greeting are no part of the banner',
    bytes: '* OK [CAPABILITY IMAP4rev1 ID] Dovecot ready.\r\n',
    is: { banner: 'Dovecot ready.', details: [['capabilities', 'IMAP4rev1 ID']] },
  },
  {
    name: 'a server that tells who it is when asked',
    earlier: [bare],
    sent: question,
    bytes:
      '* CAPABILITY IMAP4rev1 ID STARTTLS\r\np1 OK done\r\n* ID ("version" "3.0.8-Debian" "name" "Cyrus IMAPD")\r\np2 OK done\r\n',
    is: {
      product: { name: 'Cyrus IMAP', version: '3.0.8', from: ['id'] },
      banner: 'IMAP4rev1 Service Ready',
      details: [
        ['capabilities', 'IMAP4rev1 ID STARTTLS'],
        ['id', '("version" "3.0.8-Debian" "name" "Cyrus IMAPD")'],
      ],
    },
  },
  {
    name: 'a server that refuses to tell',
    earlier: [bare],
    sent: question,
    bytes: '* CAPABILITY IMAP4rev1\r\np1 OK done\r\np2 BAD no\r\n',
    is: { product: null },
  },
  {
    name: 'a server that closes on the question',
    earlier: [bare],
    sent: question,
    bytes: '',
    ended: true,
    is: { product: null, banner: 'IMAP4rev1 Service Ready' },
  },
  { name: 'a farewell', bytes: '* BYE too many connections\r\n', is: { product: null } },
  { name: 'a trusted peer', bytes: '* PREAUTH Dovecot ready\r\n', is: {} },
  { name: 'a greeting cut by the close', bytes: '* OK IMA', ended: true, is: { banner: 'IMA' } },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(imap, said)).toMatchObject({ protocol: 'imap', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'who it is, is asked', ...bare, is: 'ask' },
  {
    name: 'asked again after a question of others',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: 'FEAT BAD x\r\n',
    is: 'ask',
  },
  { name: 'a line that is not whole', bytes: '* OK Dovecot', is: 'more' },
  { name: 'the beginning of the tag', bytes: '* ', is: 'more' },
  {
    name: 'an answer that is not whole',
    earlier: [bare],
    sent: question,
    bytes: 'p1 OK\r\np2 O',
    is: 'more',
  },
  { name: 'another word', bytes: '* OKAY\r\n', is: 'not' },
  { name: 'POP3', bytes: '+OK ready\r\n', is: 'not' },
  { name: 'nothing', bytes: '', ended: true, is: 'not' },
  { name: 'an endless line', bytes: `* OK ${'x'.repeat(9000)}`, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(imap, said).kind).toBe(is)
})

test('the question names us', () => {
  const asked = hearing(imap, bare)
  expect(asked.kind === 'ask' ? wireOf(asked.send) : asked).toBe(question)
})

describe('the laws of hearing', () => {
  testHearing(imap, [
    ...greetings.map(({ line }) => ({ bytes: `${line}\r\n` })),
    ...found,
    ...others,
  ])
})
