/**
 * The year in which a followed log begins that writes none. The one that is given is that of the first file of a name: whoever
 * is started with it goes on over New Year, and what takes the name then begins near the time at which it is opened.
 */
import { recogniseHead } from '../logs/read.ts'
import type { FollowedLog, Following } from './following.ts'
import type { LogToKeep } from './ingest-growing.ts'

/** `given`: as the user says. `near`: it took the place of another file. */
export type Beginning = 'given' | 'near'

type Told = Pick<Following, 'year' | 'now'>

/** Years in which the lake may have a file begin: the one that is given, and those near now that came after it. */
export function yearsKnown({ year, now }: Told): readonly (number | null)[] {
  if (year === null) return [null]
  const near = yearOf(now())
  return [year, ...[near - 1, near, near + 1].filter((one) => one > year)]
}

/** The year of a log that the lake does not have; `head` is its start. */
export function yearOfNew(
  { context, options }: FollowedLog,
  head: Uint8Array,
  beginning: Beginning,
  { year: given, now }: Told,
): number | null {
  if (given === null || beginning === 'given') return given
  const year = yearOf(now())
  const unwrap = recogniseHead(head, { ...context, year }, options)?.unwrap
  // Only syslog writes times without a year.
  if (!unwrap) return given
  for (const line of Buffer.from(head).toString('utf8').split('\n')) {
    const time = unwrap(line)?.time ?? null
    if (time === null) continue
    if (time - now() > halfYear) return year - 1
    return now() - time > halfYear ? year + 1 : year
  }
  return given
}

export const inYear = (
  log: FollowedLog,
  year: number | null,
  { meaningIn }: Pick<Following, 'meaningIn'>,
): Omit<LogToKeep, 'open'> => ({
  ...log,
  context: { ...log.context, year },
  meaning: meaningIn(year),
})

const halfYear = 183 * 86_400_000
const yearOf = (time: number): number => new Date(time).getUTCFullYear()
