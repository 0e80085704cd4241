/** The rsync daemon greets with the version of its protocol (rsync, "clientserver.c"; digests since protocol 31 of 3.2.7). */
import { textOf } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'

export const rsync: Protocol = {
  id: 'rsync',
  title: 'rsync',
  ports: [873],
  probe: null,
  hear: (heard) =>
    judge(heard, readGreeting, ({ line, version, digests }) =>
      recognised('rsync', line, {
        product: {
          vendor: 'Samba',
          name: 'rsync',
          version: null,
          cpe: cpe('samba', 'rsync', null),
          confidence: 0.8,
          from: ['banner'],
        },
        banner: line,
        details: [
          ['protocol', version],
          ...(digests === '' ? [] : ([['digests', digests]] as const)),
        ],
      }),
    ),
}

interface Greeting {
  readonly line: string
  readonly version: string
  readonly digests: string
}

const mark = '@RSYNCD: '
const maxLine = 256

/** `@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4` and a line feed; old ones print a whole number. */
function readGreeting(bytes: Uint8Array): Reading<Greeting> {
  const text = textOf(bytes.subarray(0, maxLine))
  if (!text.startsWith(mark) && !mark.startsWith(text)) return foreign
  const end = text.indexOf('\n')
  if (end < 0) return bytes.length >= maxLine ? foreign : part()
  const line = text.slice(0, end).trimEnd()
  const [, version, digests = ''] =
    /^@RSYNCD: (\d{1,3}(?:\.\d{1,3})?)(?: ([\x20-\x7e]*))?$/.exec(line) ?? []
  return version === undefined ? foreign : whole({ line, version, digests })
}
