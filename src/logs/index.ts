/** The registry of log formats. Where two are equally sure of a log, the first has it. */
import { awsVpcFlow } from './aws-vpc-flow.ts'
import { azureNsgFlow } from './azure-nsg-flow.ts'
import { azureVnetFlow } from './azure-vnet-flow.ts'
import { cloudwatchEventList, cloudwatchEvents, cloudwatchSubscription } from './cloudwatch-flow.ts'
import { filezillaServer } from './filezilla-server.ts'
import { googleVpcFlow, googleVpcFlowList } from './google-vpc-flow.ts'
import { iisW3c } from './iis-w3c.ts'
import type { LogFormat } from './log.ts'
import { proftpdExtended } from './proftpd-extended.ts'
import { proftpdLog } from './proftpd-log.ts'
import { pureFtpdClf } from './pure-ftpd-clf.ts'
import { pureFtpdLog } from './pure-ftpd-log.ts'
import { pureFtpdStats } from './pure-ftpd-stats.ts'
import { pureFtpdW3c } from './pure-ftpd-w3c.ts'
import { pyftpdlib } from './pyftpdlib.ts'
import { suricataEve } from './suricata-eve.ts'
import { vsftpdLog } from './vsftpd-log.ts'
import { xferlog } from './xferlog.ts'
import { zeekConn } from './zeek-conn.ts'
import { zeekFiles } from './zeek-files.ts'
import { zeekFtp } from './zeek-ftp.ts'
import { zeekHeadless } from './zeek-headless.ts'
import { zeekSsl } from './zeek-ssl.ts'
import { zeekStream } from './zeek-stream.ts'

export const logFormats: readonly LogFormat[] = [
  awsVpcFlow,
  cloudwatchEvents,
  cloudwatchEventList,
  cloudwatchSubscription,
  filezillaServer,
  iisW3c,
  proftpdExtended,
  proftpdLog,
  pureFtpdClf,
  pureFtpdLog,
  pureFtpdStats,
  pureFtpdW3c,
  pyftpdlib,
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
  zeekHeadless,
  googleVpcFlow,
  googleVpcFlowList,
]
