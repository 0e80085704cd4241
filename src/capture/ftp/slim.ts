/** How much of a reply is kept. */
import type { Reply } from '../../protocols/ftp/reply.ts'

const maxReply = 8192
export const lengthOf = (reply: Reply | undefined): number =>
  reply === undefined ? 0 : reply.lines.reduce((sum, line) => sum + line.length + 16, 0)

/** A reply may have 2,000 lines and 256 KB, far more than tells anything of it. */
export function slim(reply: Reply): Reply {
  if (lengthOf(reply) <= maxReply) return reply
  const lines: string[] = []
  let left = maxReply
  for (const line of reply.lines) {
    if (left <= 0) break
    lines.push(line.slice(0, left))
    left -= line.length + 16
  }
  return { ...reply, lines: [...lines, reply.lines.at(-1)?.slice(0, 512) ?? ''] }
}
