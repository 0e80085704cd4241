/** memcached prints its version when asked, or says that it wants a login first (memcached, doc/protocol.txt). */
import { equal, textOf } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import { bytesOf } from '../ftp/wire.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'

const version = bytesOf('version\r\n')

export const memcached: Protocol = {
  id: 'memcached',
  title: 'memcached',
  ports: [11211],
  probe: version,
  hear: (heard) =>
    judge(heard, readLine, (line) => {
      const printed = /^VERSION (\d[\x21-\x7e]{0,63})$/.exec(line)?.[1]
      if (printed !== undefined)
        return recognised('memcached', line, {
          product: {
            vendor: 'memcached',
            name: 'memcached',
            version: printed,
            cpe: cpe('memcached', 'memcached', printed),
            confidence: 0.9,
            from: ['version'],
          },
          banner: line,
          details: [['authentication', 'none']],
        })
      if (line === 'CLIENT_ERROR unauthenticated')
        return recognised('memcached', line, {
          banner: line,
          details: [['authentication', 'required']],
        })
      // Its word for what it does not know is a word that others have too.
      const isAsked = equal(heard.sent, version)
      return line === 'ERROR' && !isAsked && heard.sent !== null && !heard.ended
        ? { kind: 'ask', send: version }
        : not
    }),
}

const maxLine = 128
const starts = ['VERSION ', 'ERROR', 'CLIENT_ERROR unauthenticated']

/** One line with CR LF. */
function readLine(bytes: Uint8Array): Reading<string> {
  const text = textOf(bytes.subarray(0, maxLine))
  if (!starts.some((start) => text.startsWith(start) || start.startsWith(text))) return foreign
  const end = text.indexOf('\r\n')
  if (end < 0) return bytes.length >= maxLine ? foreign : part()
  return whole(text.slice(0, end))
}
