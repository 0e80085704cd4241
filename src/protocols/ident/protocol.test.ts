import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { ident } from './protocol.ts'

const sent = '1,1\r\n'
const rows: readonly (Said & { readonly name: string; readonly is: string })[] = [
  { name: 'no user', sent, bytes: '1,1 : ERROR : NO-USER\r\n', is: 'is' },
  {
    name: 'ports out of range, with blanks',
    sent,
    bytes: '0 , 0 : ERROR : INVALID-PORT\r\n',
    is: 'is',
  },
  { name: 'cut by the end', sent, bytes: '1,1:USERID:UNIX:root', ended: true, is: 'is' },
  { name: 'not whole', sent, bytes: '1,1 : ERR', is: 'more' },
  { name: 'another error', sent, bytes: '1,1 : WHAT\r\n', is: 'not' },
  { name: 'unasked', bytes: '1,1 : ERROR : NO-USER\r\n', is: 'not' },
  { name: 'a reply with a code', sent, bytes: '500 what\r\n', is: 'not' },
  { name: 'nothing', sent, bytes: '', ended: true, is: 'not' },
]

test.each(rows)('$name', ({ is, ...said }) => {
  expect(hearing(ident, said).kind).toBe(is)
})

test('the answer is told', () => {
  expect(foundBy(ident, { sent, bytes: '1,1 : ERROR : HIDDEN-USER\r\n' })).toMatchObject({
    protocol: 'ident',
    details: [['answer', 'HIDDEN-USER']],
  })
})

describe('the laws of hearing', () => {
  testHearing(ident, rows)
})
