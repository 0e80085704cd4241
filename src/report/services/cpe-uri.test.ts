import { expect, test } from 'vitest'
import { cpeUri } from './cpe-uri.ts'

test.each([
  {
    name: 'version and update stay, what is any at the end goes',
    cpe: 'cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*',
    uri: 'cpe:/a:openbsd:openssh:9.2:p1',
  },
  {
    name: 'no version',
    cpe: 'cpe:2.3:a:vsftpd_project:vsftpd:*:*:*:*:*:*:*:*',
    uri: 'cpe:/a:vsftpd_project:vsftpd',
  },
  {
    name: 'not applicable is a hyphen',
    cpe: 'cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*',
    uri: 'cpe:/o:microsoft:windows:-',
  },
  {
    name: 'quoted dots and hyphens need no quoting, other signs are percent-encoded',
    cpe: String.raw`cpe:2.3:a:foo\\bar:big\$money\:x:2010\.a\-b:*:*:*:*:*:*:*`,
    uri: 'cpe:/a:foo%5cbar:big%24money%3ax:2010.a-b',
  },
  {
    name: 'what CPE 2.2 has no place for is packed into the edition (NISTIR 7695 §6.1.2.3)',
    cpe: 'cpe:2.3:a:hp:insight:7.4.0:*:*:*:online:win2003:x64:*',
    uri: 'cpe:/a:hp:insight:7.4.0::~~online~win2003~x64~',
  },
  {
    name: 'wildcards have codes',
    cpe: 'cpe:2.3:a:x:y:8.?*:*:*:*:*:*:*:*',
    uri: 'cpe:/a:x:y:8.%01%02',
  },
  { name: 'text that is no name', cpe: 'vsftpd', uri: null },
  { name: 'too few attributes', cpe: 'cpe:2.3:a:x:y', uri: null },
  { name: 'a control character', cpe: 'cpe:2.3:a:x:y:\u0007:*:*:*:*:*:*:*', uri: null },
])('$name', ({ cpe, uri }) => {
  expect(cpeUri(cpe)).toBe(uri)
})
