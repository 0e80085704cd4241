/** The registry of log formats. Where two are equally sure of a log, the first has it. */
import { awsVpcFlow } from './aws-vpc-flow.ts'
import { azureNsgFlow } from './azure-nsg-flow.ts'
import { azureVnetFlow } from './azure-vnet-flow.ts'
import { filezillaServer } from './filezilla-server.ts'
import { googleVpcFlow, googleVpcFlowList } from './google-vpc-flow.ts'
import { iisW3c } from './iis-w3c.ts'
import type { LogFormat } from './log.ts'
import { proftpdExtended } from './proftpd-extended.ts'
import { pureFtpdClf } from './pure-ftpd-clf.ts'
import { pureFtpdStats } from './pure-ftpd-stats.ts'
import { pureFtpdW3c } from './pure-ftpd-w3c.ts'
import { suricataEve } from './suricata-eve.ts'
import { vsftpdLog } from './vsftpd-log.ts'
import { xferlog } from './xferlog.ts'
import { zeekConn } from './zeek-conn.ts'
import { zeekFiles } from './zeek-files.ts'
import { zeekFtp } from './zeek-ftp.ts'
import { zeekSsl } from './zeek-ssl.ts'
import { zeekStream } from './zeek-stream.ts'

export const logFormats: readonly LogFormat[] = [
  awsVpcFlow,
  filezillaServer,
  iisW3c,
  proftpdExtended,
  pureFtpdClf,
  pureFtpdStats,
  pureFtpdW3c,
  vsftpdLog,
  xferlog,
  azureNsgFlow,
  azureVnetFlow,
  suricataEve,
  zeekConn,
  zeekFiles,
  zeekFtp,
  zeekSsl,
  zeekStream,
  googleVpcFlow,
  googleVpcFlowList,
]
