import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpe } from './cpe.ts'

test.each([
  {
    name: 'a patch level is an update',
    made: cpe('openbsd', 'openssh', '9.6', 'p1'),
    is: 'cpe:2.3:a:openbsd:openssh:9.6:p1:*:*:*:*:*:*',
  },
  {
    name: 'no version is any version',
    made: cpe('f5', 'nginx', null),
    is: 'cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*',
  },
  {
    name: 'an operating system',
    made: cpe('cisco', 'ios', '12.2(55)SE', null, 'o'),
    is: 'cpe:2.3:o:cisco:ios:12.2\\(55\\)se:*:*:*:*:*:*:*',
  },
  {
    name: 'blanks and capitals',
    made: cpe('Acme', 'Mail Server', '1'),
    is: 'cpe:2.3:a:acme:mail_server:1:*:*:*:*:*:*:*',
  },
  {
    name: 'a lone hyphen and an asterisk are text',
    made: cpe('a', 'b', '-', '*'),
    is: 'cpe:2.3:a:a:b:\\-:\\*:*:*:*:*:*:*',
  },
  {
    name: 'control characters name no release',
    made: cpe('a', 'b', '1\u001b[0m'),
    is: 'cpe:2.3:a:a:b:*:*:*:*:*:*:*:*',
  },
])('$name', ({ made, is }) => {
  expect(made).toBe(is)
})

test('whatever was said, the name has eleven values and only quoted punctuation', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (version, update) => {
      expect(cpe('openbsd', 'openssh', version, update)).toMatch(
        /^cpe:2\.3:a:openbsd:openssh(?::(?:\*|(?:[a-z0-9_.-]|\\[\x21-\x7e])+)){8}$/,
      )
    }),
  )
})
