import { Command, Option } from 'commander'
import { activityFormats } from '../report/activity/section.ts'
import { plural } from '../report/words.ts'
import { hoursOf } from './duration.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'
import { exportKinds } from './export-kinds.ts'
import type { AsideArguments, ExportArguments, StatusArguments } from './lake-run.ts'
import { whole } from './whole.ts'

/** Looks after the event lake. */
export function lakeCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const lake = new Command('lake').summary(
    'look after the event lake: status, aside, export, compact, retain',
  )
  const folder = () => new Option('--lake <folder>', 'where events are kept').default('.portreeve')
  const format = () =>
    new Option('-f, --format <name>', 'output format').choices(activityFormats).default('table')
  lake
    .command('status')
    .summary('what it holds: sources, events, times, files, gaps')
    .description('Tells what the lake holds at a glance; reads the catalogue alone.')
    .addOption(folder())
    .addOption(format())
    .action(async (options: StatusArguments) => {
      const { runStatus } = await import('./lake-run.ts')
      done(await runStatus(options, edges))
    })
  lake
    .command('aside')
    .summary('events whose time cannot be right, and why')
    .description(
      'Lists the events that are kept outside all trends, because their time cannot be right: which document and line, and why.',
    )
    .addOption(folder())
    .addOption(new Option('--limit <number>', 'at most so many').argParser(whole).default(100))
    .addOption(format())
    .action(async (options: AsideArguments) => {
      const { runAside } = await import('./lake-run.ts')
      done(await runAside(options, edges))
    })
  lake
    .command('export')
    .summary('its events for other programs, in OCSF')
    .description(
      'Writes events in OCSF 1.5: network activity (4001) for flows and services, FTP activity (4008) for sessions and transfers. One JSON object a line, or a Parquet file for each kind.',
    )
    .addOption(folder())
    .addOption(new Option('-f, --format <name>', 'output format').choices(['ocsf']).default('ocsf'))
    .addOption(new Option('--kind <name>', 'only these events').choices(exportKinds))
    .option('--from <time>', 'from this ISO time on')
    .option('--to <time>', 'before this ISO time')
    .option('--parquet <folder>', 'write KIND.parquet there instead of lines')
    .addHelpText(
      'after',
      `
Examples:
  $ portreeve lake export --kind sessions --from 2026-11-20 > sessions.ndjson
  $ portreeve lake export --parquet ocsf/ && portreeve report ftp-activity --ocsf-lake ocsf/
`,
    )
    .action(async (options: ExportArguments) => {
      const { runExport } = await import('./lake-run.ts')
      done(await runExport(options, edges))
    })
  lake
    .command('compact')
    .summary('merge the many small files of each day')
    .description(
      'Merges small files, a table and day at a time. Questions go on meanwhile, and a crash loses nothing.',
    )
    .addOption(folder())
    .action(async (options: { readonly lake: string }) => {
      const { openExisting } = await import('./lake-folder.ts')
      const open = await openExisting(options.lake, edges)
      try {
        const { merged, into, deleted } = await open.compact()
        await edges.out(
          merged === 0
            ? 'nothing to merge\n'
            : `merged ${plural(merged, 'file')} into ${into}, deleted ${deleted}\n`,
        )
      } finally {
        await open.close()
      }
      done(0)
    })
  lake
    .command('retain')
    .summary('delete events that are older than a time')
    .description(
      'Deletes what is older, whole days (UTC) at a time; hourly counts of a day stay while any events of it or of earlier days do. Sources stay known: what was deleted is not read again.',
    )
    .addOption(folder())
    .addOption(new Option('--events <time>', 'keep raw events for so long: 90d').argParser(hoursOf))
    .addOption(
      new Option('--rollups <time>', 'keep hourly counts for so long: 13mo').argParser(hoursOf),
    )
    .addHelpText('after', '\nExamples:\n  $ portreeve lake retain --events 90d --rollups 13mo\n')
    .action(
      async (options: {
        readonly lake: string
        readonly events?: number
        readonly rollups?: number
      }) => {
        if (options.events === undefined && options.rollups === undefined)
          throw new UsageError('say what to keep: --events 90d, --rollups 13mo')
        const { openExisting } = await import('./lake-folder.ts')
        const open = await openExisting(options.lake, edges)
        const before = (hours: number): number => edges.now().getTime() - hours * 3_600_000
        try {
          const { retired, deleted } = await open.retain({
            ...(options.events !== undefined && { eventsBefore: before(options.events) }),
            ...(options.rollups !== undefined && { rollupsBefore: before(options.rollups) }),
          })
          await edges.out(`retired ${plural(retired, 'file')}, deleted ${deleted}\n`)
        } finally {
          await open.close()
        }
        done(0)
      },
    )
  return lake
}
