/**
 * Point 6: SITE CPFR, by which ProFTPD's mod_copy copies files on the server (CVE-2015-3306 without a login). A name that
 * nobody has is asked for: who knows the command says that there is no such file, or that it waits for CPTO, which is
 * never sent.
 */
import type { Conversation, Exchange } from '../conversation.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

export const siteCopy: Point = {
  title: 'SITE CPFR before a login',
  answers: ['site-copy'],
  stage: 'greeted',
  async run(visit, control) {
    if (visit.verdict.weight > 0) await askSiteCopy(visit, control, null)
  },
}

/** `as`: who is logged in. */
export async function askSiteCopy(
  visit: Visit,
  control: Conversation,
  as: string | null,
): Promise<void> {
  if (control.ended !== null) return
  const { sourceName } = visit.options
  // What the server says to a SITE command that nobody has: the same answer to CPFR tells nothing of CPFR.
  const unknown = await visit.ask(
    control,
    `SITE X${sourceName.replace(/[^A-Za-z]/g, '').slice(0, 6)}`,
  )
  if (control.ended !== null) return
  const asked = await visit.ask(control, `SITE CPFR ${sourceName}`)
  if (!asked.reply) return
  const lines = [...unknown.lines, ...asked.lines]
  const [answer, reason] = judge(asked, unknown)
  visit.answers.give('site-copy', answer, reasonOf(reason, as), lines, as)
}

type Judged = readonly ['yes' | 'no' | 'unknown', string]

function judge({ code }: Exchange, unknown: Exchange): Judged {
  if (code === 530 || code === 532) return ['unknown', 'needs-login']
  if (notKnown.has(code)) return ['no', 'refused']
  if (code === unknown.code) return ['unknown', 'not-distinguished']
  // 350: waits for CPTO; 550: there is no such file, or this user may not read it.
  return code === 350 || code === 550 ? ['yes', 'answered'] : ['unknown', 'not-distinguished']
}
const notKnown: ReadonlySet<number> = new Set([500, 501, 502, 503, 504])

const reasonOf = (reason: string, as: string | null): string =>
  reason === 'answered' ? `answered-${as === null ? 'before' : 'after'}-login` : reason
