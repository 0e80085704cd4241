import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { irc } from './protocol.ts'

const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'a server that looks the name up',
    bytes: ':irc.example.net NOTICE AUTH :*** Looking up your hostname...\r\n',
    is: {
      banner: '*** Looking up your hostname...',
      product: null,
      details: [['server name', 'irc.example.net']],
    },
  },
  {
    name: 'a notice to everybody',
    bytes: ':irc.example.net NOTICE * :*** Checking Ident\r\n',
    is: {},
  },
  {
    name: 'a notice without a name',
    bytes: 'NOTICE AUTH :*** Processing connection\r\n',
    is: { details: [] },
  },
  { name: 'a refusal', bytes: 'ERROR :Closing Link: [192.0.2.1] (Throttled)\r\n', is: {} },
  { name: 'a PING', bytes: 'PING :A1B2C3D4\r\n', is: {} },
  {
    name: 'a numeric in answer to what it does not know',
    sent: 'GET / HTTP/1.0\r\n\r\n',
    bytes: ':irc.example.net 451 * GET :You have not registered\r\n',
    is: { banner: 'GET :You have not registered' },
  },
  {
    name: 'a server that says its name',
    bytes: ':irc NOTICE * :*** UnrealIRCd-6.1.0 here\r\n',
    is: {
      product: {
        name: 'UnrealIRCd',
        version: '6.1.0',
        cpe: 'cpe:2.3:a:unrealircd:unrealircd:6.1.0:*:*:*:*:*:*:*',
      },
    },
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(irc, said)).toMatchObject({ protocol: 'irc', ...is })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'a line that is not whole', bytes: ':irc NOTICE AUTH :***', is: 'more' },
  { name: 'the beginning of a word', bytes: 'NOT', is: 'more' },
  { name: 'an error of something else', bytes: 'ERROR :no\r\n', is: 'not' },
  { name: 'a colon alone', bytes: ': NOTICE\r\n', is: 'not' },
  { name: 'Memcached', sent: 'GET /\r\n', bytes: 'ERROR\r\n', is: 'not' },
  { name: 'nothing', bytes: '', ended: true, is: 'not' },
  { name: 'an endless line', bytes: `:irc NOTICE * :${'x'.repeat(9000)}`, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(irc, said).kind).toBe(is)
})

describe('the laws of hearing', () => {
  testHearing(irc, [...found, ...others])
})
