/**
 * The registry: every protocol that is recognised. The order is that of questions: where several protocols may be meant,
 * the first asks first, and where nothing comes, the first is tried first.
 */
import { ajp13 } from './ajp13/protocol.ts'
import { amqp } from './amqp/protocol.ts'
import { cassandra } from './cassandra/protocol.ts'
import { dns } from './dns/protocol.ts'
import { ftp } from './ftp/protocol.ts'
import { http } from './http/protocol.ts'
import { ident } from './ident/protocol.ts'
import { imap } from './imap/protocol.ts'
import { irc } from './irc/protocol.ts'
import { ldap } from './ldap/protocol.ts'
import { memcached } from './memcached/protocol.ts'
import { mongodb } from './mongodb/protocol.ts'
import { mqtt } from './mqtt/protocol.ts'
import { mysql } from './mysql/protocol.ts'
import { nntp } from './nntp/protocol.ts'
import { oracle } from './oracle/protocol.ts'
import { pop3 } from './pop3/protocol.ts'
import { postgresql } from './postgresql/protocol.ts'
import type { Protocol } from './protocol.ts'
import { rdp } from './rdp/protocol.ts'
import { redis } from './redis/protocol.ts'
import { rmi } from './rmi/protocol.ts'
import { rsync } from './rsync/protocol.ts'
import { rtsp } from './rtsp/protocol.ts'
import { sip } from './sip/protocol.ts'
import { smb } from './smb/protocol.ts'
import { smtp } from './smtp/protocol.ts'
import { sqlserver } from './sqlserver/protocol.ts'
import { ssh } from './ssh/protocol.ts'
import { telnet } from './telnet/protocol.ts'
import { tls } from './tls/protocol.ts'
import { vnc } from './vnc/protocol.ts'
import { winrm } from './winrm/protocol.ts'
import { x11 } from './x11/protocol.ts'

export const protocols: readonly Protocol[] = [
  ftp,
  smtp,
  ssh,
  imap,
  pop3,
  nntp,
  irc,
  vnc,
  mysql,
  rsync,
  tls,
  mongodb,
  http,
  winrm,
  rtsp,
  sip,
  rdp,
  smb,
  postgresql,
  sqlserver,
  redis,
  memcached,
  ldap,
  dns,
  amqp,
  mqtt,
  oracle,
  cassandra,
  rmi,
  ajp13,
  x11,
  telnet,
  ident,
]
