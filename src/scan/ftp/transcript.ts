/** What was said, numbered over all connections of a service; bounded, and without secrets. */
import type { TranscriptLine } from '../../model/service.ts'
import { redactLine } from '../../protocols/ftp/command.ts'
import type { Reply } from '../../protocols/ftp/reply.ts'
import { readWire } from '../../protocols/ftp/wire.ts'
import { assessmentLimits } from './options.ts'

export interface Transcript {
  readonly lines: readonly TranscriptLine[]
  /** Each returns the number of the (first) line; beyond the limit, that of the last line kept. */
  sent(connection: number, wire: string): number
  reply(connection: number, reply: Reply): number
  stray(connection: number, wire: string): number
  note(connection: number, text: string): number
}

export function startTranscript(): Transcript {
  const lines: TranscriptLine[] = []
  const add = (connection: number, dir: TranscriptLine['dir'], text: string): number => {
    if (lines.length < assessmentLimits.transcriptLines)
      lines.push({
        n: lines.length + 1,
        dir,
        text: text.slice(0, assessmentLimits.transcriptText),
        connection,
      })
    return lines.length
  }
  return {
    lines,
    sent: (connection, wire) => add(connection, 'out', redactLine(wire)),
    stray: (connection, wire) => add(connection, 'in', readWire(wire)),
    note: (connection, text) => add(connection, 'note', text),
    reply(connection, reply) {
      const [first = '', ...others] = writtenLines(reply)
      const at = add(connection, 'in', first)
      const { replyLines } = assessmentLimits
      for (const line of others.slice(0, replyLines)) add(connection, 'in', line)
      const more = others.length - replyLines
      if (more > 0) add(connection, 'note', `${more} more lines of this reply`)
      return at
    },
  }
}

/** As RFC 959 §4.2 writes them: the code with a hyphen first, with a space last. */
function writtenLines({ code, lines }: Reply): readonly string[] {
  const digits = String(code).padStart(3, '0')
  const last = lines.length - 1
  return lines.map((line, at) => {
    const text = readWire(line)
    if (at === last) return `${digits} ${text}`
    return at === 0 ? `${digits}-${text}` : text
  })
}
