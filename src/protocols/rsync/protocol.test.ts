import { describe, expect, test } from 'vitest'
import { ascii, heard, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { rsync } from './protocol.ts'

const answers = [
  {
    name: 'a new one',
    text: '@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4\n',
    details: [
      ['protocol', '31.0'],
      ['digests', 'sha512 sha256 sha1 md5 md4'],
    ],
  },
  {
    name: 'one with a message of the day',
    text: '@RSYNCD: 31.0\nWelcome\n',
    details: [['protocol', '31.0']],
  },
  { name: 'an old one', text: '@RSYNCD: 29\n', details: [['protocol', '29']] },
].map((row) => ({ ...row, sent: null, bytes: ascii(row.text) }))

describe('rsync', () => {
  test.each(answers)('$name', ({ details, sent, bytes }) => {
    expect(rsync.hear(heard({ sent, bytes }))).toMatchObject({
      kind: 'is',
      recognised: { protocol: 'rsync', product: { name: 'rsync', version: null }, details },
    })
  })

  test.each([
    ['no version', '@RSYNCD: OK\n'],
    ['a line without end', `@RSYNCD: 31.0 ${'x'.repeat(400)}`],
    ['another greeting', '@PJL INFO\n'],
  ])('not rsync: %s', (_, text) => {
    expect(rsync.hear(heard({ sent: null, bytes: ascii(text) }, true))).toEqual({ kind: 'not' })
    expect(rsync.hear(heard({ sent: null, bytes: ascii(text) }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(rsync, answers)
