/** AJP 1.3, the door behind which a servlet container trusts its web server (Apache Tomcat, "AJP Protocol Reference"). */
import { begins, equal, frame } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, likely, not, part, recognised, whole } from '../reading.ts'

/** To the container: mark, length 1, CPing. */
const ping = frame(0x12, 0x34, 0, 1, 10)
/** From the container: `AB`, length 1, CPong. */
const pong = [0x41, 0x42, 0, 1, 9]

export const ajp13: Protocol = {
  id: 'ajp13',
  title: 'AJP 1.3',
  ports: [8009],
  probe: ping,
  hear: (heard) =>
    judge(
      heard,
      (bytes) => {
        const start = begins(bytes, pong)
        return start === 'no' ? foreign : start === 'partly' ? part<'pong'>() : whole('pong')
      },
      () => (equal(heard.sent, ping) ? recognised('ajp13', 'CPong', { weight: likely }) : not),
    ),
}
