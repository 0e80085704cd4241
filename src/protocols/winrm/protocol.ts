/**
 * Windows Remote Management: WS-Management over HTTP. Its own discovery (DSP0226 §11) asks who it is without a login, and
 * changes nothing; where that is not allowed the demand to log in tells as well.
 */
import { http } from '../http/protocol.ts'
import type { Protocol } from '../protocol.ts'
import { not, wireBytes } from '../text.ts'

const identify =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>'

export const winrm: Protocol = {
  id: 'winrm',
  title: 'Windows Remote Management',
  ports: [5985, 5986],
  // HTTP/1.1 without a true Host is refused by some; the listener's address is not known here.
  probe: wireBytes(
    [
      'POST /wsman HTTP/1.1',
      'Host: localhost',
      'User-Agent: portreeve',
      'WSMANIDENTIFY: unauthenticated',
      'Content-Type: application/soap+xml;charset=UTF-8',
      `Content-Length: ${identify.length}`,
      'Connection: close',
      '',
      identify,
    ].join('\r\n'),
  ),
  hear(heard) {
    const outcome = http.hear(heard)
    return outcome.kind === 'is' && outcome.recognised.protocol !== 'winrm' ? not : outcome
  },
}
