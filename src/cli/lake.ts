import { Command, Option } from 'commander'
import { plural } from '../report/words.ts'
import { hoursOf } from './duration.ts'
import { type Edges, type ExitCode, UsageError } from './edges.ts'

/** Looks after the event lake. */
export function lakeCommand(edges: Edges, done: (code: ExitCode) => void): Command {
  const lake = new Command('lake').summary('look after the event lake: compact, retain')
  const folder = () => new Option('--lake <folder>', 'where events are kept').default('.portreeve')
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
      'Deletes files whose newest event is older. Sources stay known: what was deleted is not read again.',
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
