/** Ident (RFC 1413): asked of a pair of ports that no connection has, it answers with an error of its own form. */
import type { Protocol } from '../protocol.ts'
import { is, linesOf, maxLine, more, not, textOf, wireBytes } from '../text.ts'

export const ident: Protocol = {
  id: 'ident',
  title: 'Ident',
  ports: [113],
  probe: wireBytes('1,1\r\n'),
  hear(heard) {
    const { text, ended } = textOf(heard)
    if (heard.sent === null || !/^\s*(?:$|\d[\s\d,]*(?::|$))/.test(text.slice(0, 32))) return not
    const [line] = linesOf(ended ? `${text}\n` : text).lines
    if (line === undefined) return !ended && text.length <= maxLine ? more : not
    const answer =
      /^\s{0,4}\d{1,5}\s{0,4},\s{0,4}\d{1,5}\s{0,4}:\s{0,4}(ERROR|USERID)\s{0,4}:\s{0,4}(.{0,512})$/.exec(
        line,
      )
    return answer
      ? is({ protocol: 'ident', line, banner: line, details: [['answer', answer[2]]] })
      : not
  },
}
