import { Command, InvalidArgumentError, Option } from 'commander'
import { parseFormat } from '../logs/aws-fields.ts'
import { severities } from '../model/finding.ts'
import type { Edges, ExitCode } from './edges.ts'
import type { IngestArguments } from './ingest-settings.ts'
import { list } from './list.ts'

export function ingestCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  return new Command('ingest')
    .summary('who really uses FTP, from captures and logs, kept in an event lake')
    .description(
      'Reads packet captures (pcap, pcapng, .gz) and logs (flow logs of AWS, Azure and Google Cloud, Zeek, Suricata, FTP servers), known by their content, and keeps sessions, transfers, flows and services as events. The same file twice adds nothing. Passwords are kept nowhere. Captures of one call are one capture in time order.',
    )
    .argument('<path...>', 'files; - is standard input')
    .addOption(
      new Option('-f, --format <name>', 'what is printed')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('--lake <folder>', 'where events are kept', '.portreeve')
    .option('--no-store', 'only print, keep nothing')
    .option('--follow', 'go on as the logs grow, through rotation, until Ctrl-C', false)
    .option('--server <address[:port]>', 'the server whose log it is, for logs that do not name it')
    .option('--network <name>', 'the site or VPC; public addresses are of the internet', 'local')
    .option('--vantage <name>', 'who looked: a sensor or host (this host)')
    .option('--timezone <zone>', 'of times without one: Europe/Vienna, +02:00')
    .addOption(new Option('--year <year>', 'of the first time without one').argParser(year))
    .addOption(
      new Option('--fields <names>', 'the format of AWS flow logs without a header').argParser(
        fields,
      ),
    )
    .option('--type <id>', 'the log format, where it is not to be recognised')
    .option('--no-hashes', 'do without SHA-256 of transferred files')
    .option('--no-flows', 'keep no flow for each connection of a capture')
    .option(
      '--guess-failures <number>',
      'failed logins of one client at one server that are guessing',
      '10',
    )
    .option('--guess-window <minutes>', 'within so many minutes', '15')
    .option('--only <checks>', 'only these checks: ids or patterns, separated by commas', list, [])
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices([...severities, 'never'])
        .default('never'),
    )
    .addHelpText(
      'after',
      `
Examples:
  a capture, then the last three days of it:
    $ portreeve ingest capture.pcap && portreeve report ftp-activity --last 72h
  what is in it, without keeping anything:
    $ portreeve ingest capture.pcap --no-store --format json
  flow logs of a VPC:
    $ portreeve ingest flowlogs/*.log.gz --network vpc-0a1b2c3d
  the log of a server that does not say where it is and when:
    $ portreeve ingest xferlog --server 203.0.113.5:21 --timezone Europe/Vienna
  a log as it grows, also after it was rotated:
    $ portreeve ingest --follow /var/log/vsftpd.log --server 203.0.113.5:21
  a stream:
    $ tcpdump -i eth0 -w - port 21 | portreeve ingest - --no-store -f json
`,
    )
    .action(async (paths: string[], options: Omit<IngestArguments, 'paths'>) => {
      const { runIngest } = await import('./ingest-run.ts')
      done(await runIngest({ ...options, paths }, edges))
    })
}

function fields(value: string): readonly string[] {
  const names = parseFormat(value)
  if (names === null)
    throw new InvalidArgumentError('names of fields are wanted, as "srcaddr dstaddr srcport …".')
  return names
}

function year(value: string): number {
  if (!/^(19|20|21)\d\d$/.test(value))
    throw new InvalidArgumentError('a year of four digits is wanted.')
  return Number(value)
}
