/** Zeek's ssl.log (https://docs.zeek.org/en/master/logs/ssl.html): where TLS began, on which connection and which service. */

import type { TlsFacts } from '../model/service.ts'
import { unknownTls } from '../model/service.ts'
import { serviceTeller, tlsVersion } from './flow-service.ts'
import { flowSpan } from './flow-span.ts'
import { bad, type LineFormat, placeAt } from './log.ts'
import { remember } from './read-companions.ts'
import { confidenceFor, endIn, type Row, rowSource, timeIn } from './zeek-row.ts'

export const zeekSsl: LineFormat = {
  kind: 'lines',
  id: 'zeek-ssl',
  title: 'Zeek ssl.log',
  tells: 'others',
  recognise: (_head, lines) =>
    confidenceFor(lines, 'ssl', ['uid', 'id.orig_h', 'id.resp_h', 'established']),
  start(context) {
    const rows = rowSource()
    const span = flowSpan()
    const tellService = serviceTeller()
    return {
      line(text, number, about) {
        const row = rows.row(text)
        if (row === 'skip') return 'skip'
        const server = 'bad' in row ? null : endIn(row, 'resp')
        const seen = 'bad' in row ? null : timeIn(row)
        if ('bad' in row || server === null || seen === null) {
          span.spoil()
          return bad('bad' in row ? row.bad : 'no-connection')
        }
        span.add(seen, seen)
        const version = row.text('version')
        // Of the server's choosing: without it nobody answered in TLS. DTLS is no service of TCP.
        if (version === null || version.startsWith('DTLS')) return []
        const uid = row.text('uid')
        if (context.companions && uid !== null) remember(context.companions.encryptions, uid, seen)
        // ALPN is the one thing that says what is inside.
        const word = row.text('next_protocol')?.toLowerCase() === 'ftp' ? 'ftp' : 'ssl'
        const serverName = row.text('server_name')
        return tellService(
          {
            server,
            seen,
            word,
            from: 'ssl.log',
            tls: tlsOf(row),
            details: serverName ? [['server name', serverName]] : [],
          },
          [placeAt(context, number, about)],
        )
      },
      end: () => span.coverage(null, false, [{ document: context.document }]),
    }
  },
}

function tlsOf(row: Row): TlsFacts {
  const version = tlsVersion(row.text('version'))
  return {
    ...unknownTls,
    version,
    cipher: row.text('cipher'),
    offers: version === null ? {} : { [version]: 'yes' },
    subject: row.text('subject'),
    issuer: row.text('issuer'),
  }
}
