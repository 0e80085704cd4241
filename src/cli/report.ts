import { Argument, Command, Option } from 'commander'
import { activityFormats } from '../report/activity/section.ts'
import { hoursOf } from './duration.ts'
import type { Edges, ExitCode } from './edges.ts'
import { reportNames } from './report-names.ts'
import type { ReportArguments } from './report-run.ts'
import { whole } from './whole.ts'

export function reportCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  return new Command('report')
    .summary('what the event lake knows: activity of hours or months')
    .description(
      'Answers from the events that portreeve ingest kept: sessions, clients, servers, transfers, trends. Says so when nothing lies in the window, and names the newest event.',
    )
    .addArgument(new Argument('<name>', 'which report').choices(reportNames))
    .option('--lake <folder>', 'where events are kept', '.portreeve')
    .option(
      '--ocsf-lake <folder>',
      'ask a lake that others wrote in OCSF instead: a folder with Parquet files, or one file',
    )
    .addOption(
      new Option('--last <time>', 'how far back: 72h, 30d, 13mo')
        .argParser(hoursOf)
        .default(72, '72h'),
    )
    .addOption(
      new Option('--as-of <time>', 'the end of the window: an ISO time, now, or newest').default(
        'newest',
      ),
    )
    .option('--target <endpoint>', 'for exposure-use: address:port, or [IPv6]:port')
    .option(
      '--network <name>',
      'the site or VPC: of the target of exposure-use, and of what a lake of others does not place',
      'local',
    )
    .addOption(new Option('--limit <number>', 'rows of each section').argParser(whole).default(20))
    .addOption(
      new Option('-f, --format <name>', 'output format').choices(activityFormats).default('table'),
    )
    .addHelpText(
      'after',
      `
Reports: ftp-activity (all of the next ones), ftp-trend, server-ports, clients,
servers, anonymous-logins, file-types, top-talkers, exposure-use.

Examples:
  the last three days before the newest event:
    $ portreeve report ftp-activity --last 72h --as-of newest
  a year, for another program:
    $ portreeve report ftp-trend --last 13mo --as-of now --format csv
  who used a port in the last 30 days, before it is closed:
    $ portreeve report exposure-use --target 203.0.113.5:2121 --last 30d
  of the flow logs that Amazon Security Lake keeps, copied here:
    $ portreeve report top-talkers --ocsf-lake vpc-flow/ --network vpc-0a1b2c3d
`,
    )
    .action(async (name: ReportArguments['name'], options: Omit<ReportArguments, 'name'>) => {
      const { runReport } = await import('./report-run.ts')
      done(await runReport({ ...options, name }, edges))
    })
}
