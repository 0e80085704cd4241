import { Command, InvalidArgumentError, Option } from 'commander'
import { severities } from '../model/finding.ts'
import { scanFormatNames } from '../report/services/format.ts'
import { ftpPoints } from '../scan/ftp/selection.ts'
import type { Edges, ExitCode } from './edges.ts'
import { list } from './list.ts'
import type { ScanArguments } from './scan-run.ts'

export function scanCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const command = new Command('scan')
    .summary('what really answers at addresses, and what is wrong with every FTP server there')
    .description(
      'Connects to TCP ports, says by evidence what answers there (never by the number of the port), and assesses every FTP server it finds: product, TLS, anonymous login, writable folders, bounce, passive addresses, SITE commands, hosted files. It changes nothing and stays inside the scope.',
    )
    .argument('[target...]', 'addresses, CIDRs, ranges (10.0.0.1-50), [IPv6] or names')
  for (const [heading, all] of Object.entries(optionsByHeading()))
    for (const option of all) command.addOption(option.helpGroup(`${heading}:`))
  return command
    .addHelpText('after', examples)
    .action(async (targets: string[], options: Omit<ScanArguments, 'targets'>) => {
      const { runScan } = await import('./scan-run.ts')
      const named = command.options.flatMap((option) => {
        const argument = option.attributeName()
        const isNamed = command.getOptionValueSource(argument) === 'cli'
        return isNamed ? [{ flag: option.long ?? option.flags, argument }] : []
      })
      done(await runScan({ ...options, targets }, named, edges))
    })
}

const examples = `
Examples:
  this machine:
    $ portreeve scan 127.0.0.0/24 --ports ftp
  a network, inside a scope file, as a line of JSON a sighting:
    $ printf '10.20.0.0/16\\n!10.20.9.0/24\\n' > scope.txt
    $ portreeve scan 10.20.0.0/16 --scope scope.txt --ports common --format json
  what the internet can reach of an estate:
    $ portreeve scan --from-audit exports/ --scope scope.txt
  all there is to know of one server:
    $ portreeve scan ftp.example.com -p 21,990 --scope scope.txt \\
        --tls-versions --sniff --details
  for tools that read Nmap's results:
    $ portreeve scan 10.20.0.0/16 --scope scope.txt --format xml -o scan.xml
  after Ctrl-C or a crash:
    $ portreeve scan --resume portreeve-scan-5f0c92b1d3a7e684.checkpoint

Credentials file (chmod 600), one account a target, tried once, over TLS unless clear:
  { "credentials": [ { "target": "10.20.1.5", "port": 2121, "user": "audit",
      "password": "…", "clear": false } ] }

Loopback needs no scope file; everything else does.
`

/** Made anew for each command, because commander keeps their state. */
const optionsByHeading = (): Readonly<Record<string, readonly Option[]>> => ({
  Targets: [
    value('-p, --ports <ports>', 'ftp, common, top, all, or a list such as 21,990,2000-2200 (ftp)'),
    value(
      '--scope <file>',
      'addresses that may be scanned, one a line, !excluded; nothing else is sent a packet',
    ),
    many('--exclude <addresses>', 'addresses of the scope that are left alone'),
    value(
      '--from-audit <path>',
      'what an audit found reachable: exports, or the JSON that audit printed',
    ),
    value(
      '--network <name>',
      'the site the addresses belong to; public ones are of the internet',
    ).default('local'),
  ],
  Pace: [
    number(
      '--rate <number>',
      'new connections a second in all (5000; no limit on loopback)',
      1,
      1_000_000,
    ),
    number('--per-host <number>', 'new connections a second to one address (200)', 1, 1_000_000),
    number('--in-flight <number>', 'connections under way at one time', 1, 60_000).default(2000),
    value(
      '--timeout <seconds>',
      'the longest wait for a connection; shorter where the network is quick',
    )
      .argParser(seconds)
      .default(10_000, '10'),
    value('--checkpoint <file>', 'where the state is kept (portreeve-scan-<run>.checkpoint)'),
    value(
      '--resume <file>',
      'go on with a scan that was interrupted, with the options it was begun with',
    ),
  ],
  Assessment: [
    value('--no-assess', 'only say what answers'),
    many('--points <points>', 'assess these points alone, separated by commas')
      .choices(Object.keys(ftpPoints))
      .argParser(list),
    value('--credentials <file>', 'accounts for what needs a login (mode 0600)'),
    flag(
      '--tls-versions',
      'ask which old TLS versions and weak ciphers are taken: up to five connections more',
    ),
    flag('--sniff', 'tell files by their first bytes too'),
    number('--max-files <number>', 'files listed of one server', 1, 1_000_000).default(2000),
    number('--depth <number>', 'folders below the first that are listed', 0, 32).default(3),
    value(
      '--bounce-address <address>',
      'a second address of this machine to which a server is asked to connect',
    ),
    flag('--prove-writable', 'make a folder of our own and remove it again'),
    flag('--lockout', 'at most six failed logins of one made-up account'),
    flag('--active', 'allow active mode, where the server connects to this machine'),
    flag('--fragile', 'speak to printer and control-system ports too, instead of only listening'),
  ],
  Output: [
    value('-f, --format <name>', 'output format').choices(scanFormatNames).default('table'),
    flag(
      '--details',
      'in the table: every point of every FTP server, with the lines that prove it',
    ),
    flag('--all', 'in sarif and ocsf: findings that passed too (json always has them)'),
    many(
      '--only <checks>',
      'only these checks: ids or patterns (ftp-server-*-login), separated by commas',
    ),
    value(
      '--exemptions <file>',
      'accepted findings, with owner, reason and expiry (see portreeve audit --help)',
    ),
    value('-o, --output <file>', 'write the results there instead of to standard output'),
    value('--fail-on <severity>', 'exit with 1 from this severity on')
      .choices([...severities, 'never'])
      .default('low'),
  ],
})

const value = (flags: string, text: string): Option => new Option(flags, text)
const flag = (flags: string, text: string): Option => new Option(flags, text).default(false)
const many = (flags: string, text: string): Option =>
  new Option(flags, text).argParser(list).default([])
const number = (flags: string, text: string, least: number, most: number): Option =>
  new Option(flags, text).argParser(whole(least, most))

function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= least && number <= most))
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`)
    return number
  }
}

/** Milliseconds. */
function seconds(value: string): number {
  const number = /^\d{1,3}(\.\d{1,3})?$/.test(value) ? Number(value) * 1000 : Number.NaN
  if (!(number >= 50 && number <= 120_000))
    throw new InvalidArgumentError('seconds from 0.05 to 120 are wanted.')
  return number
}
