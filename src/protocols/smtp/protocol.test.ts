import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { smtp } from './protocol.ts'

const hello = 'EHLO portreeve.invalid\r\n'

const greetings = [
  {
    line: '220 mx.example.com ESMTP Postfix (Debian/GNU)',
    name: 'Postfix',
    version: null,
    cpe: 'cpe:2.3:a:postfix:postfix:*:*:*:*:*:*:*:*',
  },
  {
    line: '220 mx.example.com ESMTP Exim 4.96 Mon, 01 Jan 2024 10:00:00 +0000',
    name: 'Exim',
    version: '4.96',
    cpe: 'cpe:2.3:a:exim:exim:4.96:*:*:*:*:*:*:*',
  },
  {
    line: '220 mx.example.com ESMTP Sendmail 8.15.2/8.15.2/Debian-22; Mon, 1 Jan 2024 10:00:00 GMT',
    name: 'Sendmail',
    version: '8.15.2',
    cpe: 'cpe:2.3:a:sendmail:sendmail:8.15.2:*:*:*:*:*:*:*',
  },
  {
    line: '220 EX01.example.local Microsoft ESMTP MAIL Service ready at Mon, 1 Jan 2024 10:00:00 +0000',
    name: 'Exchange Server',
    version: null,
    cpe: 'cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*',
  },
  {
    line: '220 web Microsoft ESMTP MAIL Service, Version: 10.0.17763.1 ready at  Mon, 1 Jan 2024',
    name: 'Windows SMTP service',
    version: '10.0.17763.1',
    cpe: null,
  },
  {
    line: '220 host.example.org ESMTP OpenSMTPD',
    name: 'OpenSMTPD',
    version: null,
    cpe: 'cpe:2.3:a:openbsd:opensmtpd:*:*:*:*:*:*:*:*',
  },
  {
    line: '220 mail.example.com ESMTP MDaemon 20.0.3; Mon, 01 Jan 2024 10:00:00 +0000',
    name: 'MDaemon',
    version: '20.0.3',
    cpe: 'cpe:2.3:a:alt-n:mdaemon:20.0.3:*:*:*:*:*:*:*',
  },
  {
    line: '220 mail ESMTP Service (IBM Domino Release 9.0.1FP10) ready at Mon, 1 Jan 2024',
    name: 'Domino',
    version: '9.0.1FP10',
    cpe: 'cpe:2.3:a:ibm:domino:9.0.1fp10:*:*:*:*:*:*:*',
  },
  {
    line: '220 mx.google.com ESMTP a1-20020a05 - gsmtp',
    name: 'Google SMTP',
    version: null,
    cpe: null,
  },
  { line: '220 host Python SMTP 1.4.4', name: 'aiosmtpd', version: '1.4.4', cpe: null },
  {
    line: '220 host Python SMTP proxy version 0.3',
    name: 'Python smtpd',
    version: '0.3',
    cpe: null,
  },
]

test.each(greetings)('$line is $name $version', ({ line, name, version, cpe }) => {
  expect(foundBy(smtp, { bytes: `${line}\r\n` })).toMatchObject({
    protocol: 'smtp',
    product: { name, version, cpe, from: ['banner'] },
    banner: line.slice(4),
    evidence: [{ line }],
  })
})

const bare = { bytes: '220 host ready\r\n' }
const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'the answer to EHLO, with its extensions',
    earlier: [bare],
    sent: hello,
    bytes:
      '250-host Hello portreeve.invalid\r\n250-SIZE 52428800\r\n250-PIPELINING\r\n250 STARTTLS\r\n',
    is: {
      banner: 'host ready',
      product: null,
      details: [
        ['extensions', 'SIZE 52428800, PIPELINING, STARTTLS'],
        ['starttls', 'yes'],
      ],
    },
  },
  {
    name: 'an answer to EHLO that Exchange alone gives',
    earlier: [bare],
    sent: hello,
    bytes: '250-host Hello [127.0.0.1]\r\n250-X-ANONYMOUSTLS\r\n250 XRDST\r\n',
    is: {
      product: { name: 'Exchange Server', from: ['ehlo'] },
      details: expect.arrayContaining([['starttls', 'no']]),
    },
  },
  {
    name: 'an enhanced status behind the refusal of FEAT',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '502 5.5.2 Error: command not recognized\r\n',
    is: { product: { name: 'Postfix', confidence: 0.6, from: ['wording'] }, banner: 'host ready' },
  },
  {
    name: 'an enhanced status in answer to HTTP, without a greeting of its own',
    sent: 'GET / HTTP/1.0\r\n\r\n',
    bytes: '221 2.7.0 Error: I can break rules, too. Goodbye.\r\n',
    is: { banner: null },
  },
  {
    name: 'the status as qmail writes it',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '502 unimplemented (#5.5.1)\r\n',
    is: { product: { name: 'qmail' } },
  },
  {
    name: 'a list of commands in answer to HELP',
    sent: 'HELP\r\n',
    bytes:
      '214-Commands supported:\r\n214 AUTH STARTTLS HELO EHLO MAIL RCPT DATA BDAT NOOP QUIT\r\n',
    is: {},
  },
  {
    name: 'a greeting that said it, though FEAT is refused as FTP servers do',
    earlier: [{ bytes: '220 host ESMTP Exim 4.96\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '500 unrecognized command\r\n',
    is: { product: { name: 'Exim', version: '4.96', from: ['banner'] } },
  },
  {
    name: 'a greeting that said it, and a connection closed on us',
    earlier: [{ bytes: '220 host ESMTP Exim 4.96\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '',
    ended: true,
    is: { product: { name: 'Exim' } },
  },
  {
    name: 'a refusal to talk at all',
    bytes: '554 5.7.1 no mail from your network\r\n',
    is: { banner: '5.7.1 no mail from your network' },
  },
  { name: 'a greeting of several lines', bytes: '220-host ESMTP\r\n220 no spam\r\n', is: {} },
  {
    name: 'LMTP',
    bytes: '220 host Dovecot LMTP ready.\r\n',
    is: { product: { name: 'Dovecot' }, details: [['variant', 'LMTP']] },
  },
  { name: 'a greeting cut by the close', bytes: '220 host ESMTP Postf', ended: true, is: {} },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(smtp, said)).toMatchObject({ protocol: 'smtp', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a bare 220 is asked', ...bare, is: 'ask' },
  {
    name: 'a greeting that names both is asked',
    bytes: '220 ftp.example.com ESMTP\r\n',
    is: 'ask',
  },
  { name: 'a host called ftp is asked', bytes: '220 ftp.example.com ready\r\n', is: 'ask' },
  { name: 'a greeting that names FTP is not', bytes: '220 (vsFTPd 3.0.3)\r\n', is: 'not' },
  {
    name: 'nor is it after FEAT',
    earlier: [{ bytes: '220 FTP server\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '500 what\r\n',
    is: 'not',
  },
  { name: 'a version is no enhanced status', bytes: '220 2.3.4 ready\r\n', is: 'ask' },
  {
    name: 'a refusal of FEAT that FTP may give as well is asked',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '500 unrecognized command\r\n',
    is: 'ask',
  },
  {
    name: 'EHLO refused is FTP',
    earlier: [bare],
    sent: hello,
    bytes: '500 EHLO not understood\r\n',
    is: 'not',
  },
  {
    name: 'EHLO answered with a demand to log in is FTP',
    earlier: [bare],
    sent: hello,
    bytes: '530 Please login with USER and PASS.\r\n',
    is: 'not',
  },
  {
    name: 'features are FTP',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '211-Features:\r\n EPSV\r\n211 End\r\n',
    is: 'not',
  },
  {
    name: 'a mail banner over a server that demands a login is FTP',
    earlier: [{ bytes: '220 mx ESMTP Postfix\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '530 Please login with USER and PASS.\r\n',
    is: 'not',
  },
  {
    name: 'a mail banner over a server that lists features is FTP',
    earlier: [{ bytes: '220 mx ESMTP Postfix\r\n' }],
    sent: 'FEAT\r\n',
    bytes: '211-Features:\r\n EPSV\r\n211 End\r\n',
    is: 'not',
  },
  {
    name: 'a server that closes is not asked',
    earlier: [bare],
    sent: 'FEAT\r\n',
    bytes: '421 bye\r\n',
    is: 'not',
  },
  {
    name: 'a greeting in answer to EHLO is not asked again',
    sent: hello,
    bytes: '220 host\r\n',
    is: 'not',
  },
  { name: 'a line that is not whole', bytes: '220 host ESMTP Post', is: 'more' },
  { name: 'a reply that is not whole', bytes: '220-host ESMTP\r\n', is: 'more' },
  { name: 'a bare greeting, and the end', ...bare, ended: true, is: 'not' },
  { name: 'a news server', bytes: '200 host ready\r\n', is: 'not' },
  { name: 'a busy server of whatever kind', bytes: '421 try later\r\n', is: 'not' },
  { name: 'a code of another reply inside', bytes: '220-a\r\n221 ESMTP\r\n', is: 'not' },
  { name: 'an endless line', bytes: `220 ${'ESMTP'.repeat(2000)}`, is: 'not' },
  { name: 'POP3', bytes: '+OK ESMTP\r\n', is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(smtp, said).kind).toBe(is)
})

test('EHLO names us and nobody', () => {
  const asked = hearing(smtp, bare)
  expect(asked.kind === 'ask' ? wireOf(asked.send) : asked).toBe(hello)
})

describe('the laws of hearing', () => {
  testHearing(smtp, [
    ...greetings.map(({ line }) => ({ bytes: `${line}\r\n` })),
    ...found,
    ...others,
  ])
})
