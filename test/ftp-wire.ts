/** Byte streams and cuts for property tests. */
import * as fc from 'fast-check'

/** Arbitrary bytes as wire text, rich in what the grammars care about. */
export const wire: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '\r\n',
          '\n',
          '\r',
          ' ',
          '-',
          '220 ',
          '220-',
          '331 x',
          '211-Features:\r\n MDTM\r\n211 End\r\n',
        ],
        ...[
          '\u00ff',
          '\u00ff\u00fd\u0006',
          '\u00ff\u00fa\u0001',
          '\u00ff\u00f0',
          '\u00ff\u00ff',
          '999 x\r\n',
          '99\r\n',
        ],
        ...[
          'USER a\r\n',
          'PASS s3cret\r\n',
          'PORT 1,2,3,4,5,6\r\n',
          'RETR ',
          '\u00c3\u00a9',
          '\u00e9',
        ],
        ...[
          '-rw-r--r-- 1 a b 5 Jan  1 09:00 n\r\n',
          'type=file;size=3; n\r\n',
          '01-02-26  09:00AM  <DIR>  x\r\n',
        ],
        ...['A.TXT;1 3 1-JAN-2026 09:00\r\n', '+r,s3,\tn\r\n', '12345678901234567890'],
      ),
      fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))

/** Places to cut at, as shares of the length. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

export function cut(text: string, at: readonly number[]): readonly string[] {
  const places = [...at.map((share) => Math.floor(share * text.length)), 0, text.length].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((end, i) => text.slice(places[i], end))
}
