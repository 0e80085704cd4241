import { Command, InvalidArgumentError, Option } from 'commander'
import { severities } from '../model/finding.ts'
import { formatNames } from '../report/format.ts'
import type { AuditOptions } from './audit-run.ts'
import type { Edges, ExitCode } from './edges.ts'
import { list } from './list.ts'

export function auditCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  return new Command('audit')
    .summary('what the internet can reach, from exported cloud configuration')
    .description(
      'Reads what `aws … describe-*` and `az … list` print and tells exactly what the internet can reach, why, how bad it is, and the smallest change that closes it. Documents are known by their content: files, folders, .gz, NDJSON, UTF-16, in any layout. Nothing leaves this machine.',
    )
    .argument('<path...>', 'files or folders; - is standard input')
    .addOption(
      new Option('-f, --format <name>', 'output format').choices(formatNames).default('table'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices([...severities, 'never'])
        .default('low'),
    )
    .option(
      '--only <checks>',
      'only these checks: ids, aliases (EC2-034) or patterns (*-ftp), separated by commas',
      list,
      [],
    )
    .option('--account <ids>', 'only resources of these accounts or subscriptions', list, [])
    .option(
      '--exemptions <file>',
      'accepted findings: JSON with owner, reason, expiry (see the example below)',
    )
    .option(
      '--explain <finding>',
      'everything about one finding, with its fix: the head of its id, or check@resource',
    )
    .option(
      '--allow-from <cidrs>',
      'who shall keep access, filled into the commands of --explain',
      list,
      [],
    )
    .option('--all', 'list what passed and what does not apply too', false)
    .option(
      '--common-ports <ports>',
      'further ports that count as common, such as tcp:8443,udp:443',
      list,
      [],
    )
    .option(
      '--wide-ipv4 <prefix>',
      'sources are wide from this many public IPv4 addresses on, as a prefix length',
      prefix(32),
      8,
    )
    .option('--wide-ipv6 <prefix>', 'the same for IPv6', prefix(128), 24)
    .option('--strict', 'exit with 2 when anything could not be read or understood', false)
    .option('-o, --output <file>', 'write the report there instead of to standard output')
    .addHelpText(
      'after',
      `
Examples:
  everything below a folder:
    $ portreeve audit exports/
  one call, through a pipe:
    $ aws ec2 describe-security-groups | portreeve audit -
  only FTP, for another program:
    $ portreeve audit exports/ --only '*-ftp' --format json
  all about one finding, with commands that keep one network's access:
    $ portreeve audit exports/ --allow-from 198.51.100.0/24 \\
        --explain aws-security-group-unrestricted-ftp@sg-0123
  a page to mail:
    $ portreeve audit exports/ --format html -o report.html --fail-on never

What to export (more is better; what is missing is said, never guessed):
  AWS    aws ec2 describe-security-groups, -network-interfaces, -instances,
         -subnets, -vpcs, -route-tables, -internet-gateways, -network-acls,
         -addresses; aws elbv2 describe-load-balancers, -listeners,
         -target-groups, -target-health; aws elb describe-load-balancers;
         aws rds describe-db-instances
  Azure  az network nsg|nic|vnet|public-ip|lb|route-table|asg list; az vm list

Exemptions file (--explain prints one for its finding):
  { "exemptions": [ { "check": "EC2-034", "resource": "sg-0123",
      "ports": "tcp 8443", "sources": ["0.0.0.0/0"], "rule": "sgr-0456",
      "owner": "platform@example.com", "reason": "public API",
      "expires": "2027-03-31" } ] }
  It covers what it names and no more: when the rule grows, it is void.
`,
    )
    .action(async (paths: string[], options: Omit<AuditOptions, 'paths'>) => {
      const { runAudit } = await import('./audit-run.ts')
      done(await runAudit({ ...options, paths }, edges))
    })
}

function prefix(longest: number): (value: string) => number {
  return (value) => {
    const length = /^\/?\d{1,3}$/.test(value) ? Number(value.replace('/', '')) : Number.NaN
    if (!(length <= longest))
      throw new InvalidArgumentError(`a prefix length is a whole number from 0 to ${longest}.`)
    return length
  }
}
