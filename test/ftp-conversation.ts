/** Conversations written down as people read them: `> USER bob` of the client, `< 331 …` of the server, `= client` for TLS. */
import { commandStart, readCommands } from '../src/protocols/ftp/command.ts'
import { type Turn, turnOf } from '../src/protocols/ftp/conversation.ts'
import { readReplies, replyStart } from '../src/protocols/ftp/reply.ts'
import { encodeWire } from '../src/protocols/ftp/wire.ts'

/** Lines of the server that belong to one reply follow each other: `< 211-a`, `<  b`, `< 211 c`. */
export function turnsOf(lines: readonly string[]): readonly Turn[] {
  let [commands, replies] = [commandStart, replyStart]
  return lines.flatMap((line): readonly Turn[] => {
    const [side, text] = [line[0], `${encodeWire(line.slice(2))}\r\n`]
    if (side === '=')
      return [{ kind: 'tls', from: line.slice(2) === 'client' ? 'client' : 'server' }]
    if (side === '>') {
      const read = readCommands(commands, text)
      commands = read.state
      return read.commands.map((command) => ({ kind: 'command', command }))
    }
    const read = readReplies(replies, text)
    replies = read.state
    return read.outcomes.map(turnOf)
  })
}
