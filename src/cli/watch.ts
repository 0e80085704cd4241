import { Command, Option } from 'commander'
import type { Edges, ExitCode } from './edges.ts'
import type { WatchArguments } from './watch-run.ts'

export function watchCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const command = new Command('watch')
    .summary('who uses FTP on a network, as it happens')
    .description(
      'Listens to live traffic, sends nothing, and tells which FTP servers are used on whatever port, by whom, how they log in, what they transfer, and what else runs on port 21. dumpcap or tcpdump captures, in a process of its own that gives up its rights and is started again when it dies. On a terminal it is a view that is painted once a second, elsewhere a line of JSON an observation. Ctrl-C ends it.',
    )
    .argument('[source]', '- for a capture (pcap, pcapng, gzip) on standard input')
  for (const [heading, all] of Object.entries(optionsByHeading()))
    for (const option of all) command.addOption(option.helpGroup(`${heading}:`))
  return command
    .addHelpText('after', examples)
    .action(async (source: string | undefined, options: Omit<WatchArguments, 'source'>) => {
      const { runWatch } = await import('./watch-run.ts')
      done(await runWatch({ ...options, source: source ?? null }, edges))
    })
}

const examples = `
Examples:
  an interface:
    $ sudo portreeve watch --interface eth0
  all interfaces, one server, as a line of JSON an observation:
    $ sudo portreeve watch -i any --filter 'host 10.20.1.5' --format json >> ftp.ndjson
  a machine that has no Node, over SSH:
    $ ssh root@gateway tcpdump -i eth0 -U -w - not port 22 | portreeve watch -
  files of a rotation, one behind the other:
    $ zcat ring-*.pcap.gz | portreeve watch - --format json

Leave to capture without root: the group wireshark for dumpcap (Debian, Ubuntu, Fedora), or
setcap cap_net_raw,cap_net_admin=eip on tcpdump.
`

/** Made anew for each command, because commander keeps their state. */
const optionsByHeading = (): Readonly<Record<string, readonly Option[]>> => ({
  Capture: [
    value('-i, --interface <name>', 'the interface to listen on, as dumpcap and tcpdump name it'),
    value(
      '--filter <expression>',
      "what to capture, as in pcap-filter(7), such as 'net 10.0.0.0/8'",
    ),
    value('--no-promiscuous', 'only what is sent to this machine, from it, or to all'),
  ],
  Meaning: [
    value(
      '--network <name>',
      'the site the addresses belong to; public ones are of the internet',
    ).default('local'),
    value('--vantage <name>', 'who looked (the name of this host)'),
  ],
  Output: [
    value('-f, --format <name>', 'output format (view on a terminal, else json)').choices([
      'view',
      'json',
    ]),
    value('--flows', 'a line of JSON for each connection too').default(false),
    value('--lake <folder>', 'keep events there too (see portreeve ingest --help)'),
    value('--no-hashes', 'leave out the SHA-256 of transferred files'),
  ],
})

const value = (flags: string, text: string): Option => new Option(flags, text)
