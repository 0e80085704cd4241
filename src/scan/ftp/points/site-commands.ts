/** Point 6: SITE commands that run programs, copy files or change modes, as the server itself lists them. None is tried. */
import type { FtpCheckId } from '../../../model/service.ts'
import { type ListedCommands, lists, parseListedCommands } from '../../../protocols/ftp/site.ts'
import type { Point } from './point.ts'
import { askSiteCopy } from './site-copy.ts'

const listed: readonly (readonly [FtpCheckId, string])[] = [
  ['site-exec', 'EXEC'],
  ['site-chmod', 'CHMOD'],
  ['site-copy', 'CPFR'],
]

export const siteCommands: Point = {
  title: 'SITE commands',
  answers: ['site-exec', 'site-chmod', 'site-copy'],
  stage: 'session',
  async run(visit, { control, as, isAnonymous }) {
    const known = visit.answers.of('site-copy')
    if (known?.answer !== 'yes') await askSiteCopy(visit, control, as)
    let commands: ListedCommands | undefined
    let lines: readonly number[] = []
    for (const question of ['SITE HELP', 'HELP SITE']) {
      if (commands || control.ended !== null) break
      const answer = await visit.ask(control, question)
      lines = answer.lines
      const read = answer.reply ? parseListedCommands(answer.reply) : undefined
      // Some answer HELP whatever it is asked of.
      if (read && !read.names.includes('RETR')) commands = read
    }
    for (const [id, name] of listed) {
      const before = visit.answers.of(id)?.answer ?? 'unknown'
      if (!commands) visit.answers.give(id, 'unknown', 'nothing-listed', lines, as)
      else if (lists(commands, name)) visit.answers.give(id, 'yes', 'listed', lines, as)
      // Nobody in particular is often told less than an account is.
      else if (isAnonymous) visit.answers.give(id, 'unknown', 'not-listed-for-anonymous', lines, as)
      else if (before === 'unknown') visit.answers.give(id, 'no', 'not-listed', lines, as)
    }
  },
}
