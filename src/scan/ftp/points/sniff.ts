/** Point 7, on request: what the first block of a file says it is. */
import type { HostedFile } from '../../../model/service.ts'
import { categoryOfContent } from '../../../protocols/ftp/magic.ts'
import { isSendable } from '../../../protocols/ftp/path.ts'
import { bytesOf } from '../../../protocols/ftp/wire.ts'
import { transfer } from '../data.ts'
import { assessmentLimits } from '../options.ts'
import type { Point } from './point.ts'

export const sniff: Point = {
  title: 'Types of files by content',
  answers: ['hosted-files'],
  stage: 'session',
  async run(visit, session) {
    const walked = visit.walk
    if (visit.options.sniff !== 'ask' || !walked) return
    if ((await visit.ask(session.control, 'TYPE I')).code !== 200) return
    const files: HostedFile[] = [...walked.files]
    const { sniffedFiles, sniffedBytes } = assessmentLimits
    let looked = 0
    for (const [at, path] of walked.paths.entries()) {
      const file = files[at]
      if (looked >= sniffedFiles || session.control.ended !== null || visit.refusal === 'too-slow')
        break
      if (!file || file.bytes === 0 || path === null || !isSendable(path)) continue
      looked++
      let head = ''
      const done = await transfer(visit, session, `RETR ${path}`, {
        bytes: sniffedBytes,
        take(chunk) {
          head += chunk
          return head.length < sniffedBytes ? 'more' : 'enough'
        },
      })
      if (done.kind === 'done' && head !== '')
        files[at] = { ...file, content: categoryOfContent(bytesOf(head.slice(0, sniffedBytes))) }
      else if (done.kind === 'no-data') break
    }
    visit.walk = { ...walked, files }
  },
}
