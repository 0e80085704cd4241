/** NNTP (RFC 3977): 200 or 201 greets. Where the greeting does not name news, CAPABILITIES is asked. */
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { findSoftware, type SoftwareMark } from '../software.ts'
import {
  answers,
  ask,
  type CodedReply,
  is,
  linesOf,
  more,
  not,
  readCodedReply,
  textOf,
  wasAsked,
} from '../text.ts'

export const nntp: Protocol = {
  id: 'nntp',
  title: 'NNTP',
  ports: [119, 563],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const greeting = earlierGreeting(heard)
    if (answers(heard, question)) return judgeCapabilities(greeting, text, ended)
    const reply = readCodedReply(text, ended)
    if (reply.kind !== 'reply') {
      if (reply.kind === 'more') return more
      return ended && text === '' && greeting && namesNews(greeting) ? found(greeting, []) : not
    }
    if (greeting && namesNews(greeting)) return found(greeting, [])
    const first = heard.sent === null ? reply : greeting
    if (first && namesNews(first)) return found(first, [])
    const isOpen = first !== undefined && greetings.includes(first.code)
    return isOpen && !ended && !wasAsked(heard, question) ? ask(question) : not
  },
}

const question = 'CAPABILITIES\r\n'
/** Posting allowed, and not (§5.1.1). */
const greetings = [200, 201]

/** A refusal (400, 502) counts when it says whose it is. */
const namesNews = ({ code, lines }: CodedReply): boolean =>
  [...greetings, 400, 502].includes(code) &&
  /\bNNTP\b|\bNNRP\b|\bINN\b|InterNetNews|\bUsenet\b|\bposting\b|\bLeafnode\b|\bnews(?:group|server| server)/i.test(
    lines.join(' '),
  )

function judgeCapabilities(
  greeting: CodedReply | undefined,
  text: string,
  ended: boolean,
): Outcome {
  if (!ended && '101 '.startsWith(text.slice(0, 4)) && !text.includes('\n')) return more
  if (!/^101[ \r\n]/.test(text)) {
    // Older than the command, which an unknown greeting does not prove.
    return greeting && namesNews(greeting) ? found(greeting, []) : not
  }
  const { lines } = linesOf(ended ? `${text}\n` : text)
  const end = lines.indexOf('.')
  if (end < 0 && !ended) return more
  const [first = '', ...capabilities] = end < 0 ? lines : lines.slice(0, end)
  return found(
    greeting ?? { ...noReply, first },
    capabilities.filter((line) => line !== ''),
  )
}

const noReply: CodedReply = { kind: 'reply', code: 101, lines: [], first: '', rest: '' }

function found(greeting: CodedReply, capabilities: readonly string[]): Outcome {
  const said = greeting.lines.join('\n')
  const implementation = capabilities.find((line) => /^IMPLEMENTATION /i.test(line))
  return is({
    protocol: 'nntp',
    line: greeting.first,
    product:
      findSoftware(servers, said, 'banner') ??
      findSoftware(servers, implementation ?? '', 'capabilities'),
    banner: said,
    details: [
      ['posting', greeting.code === 200 ? 'yes' : greeting.code === 201 ? 'no' : null],
      ['capabilities', capabilities.join(', ')],
    ],
  })
}

function earlierGreeting({ earlier }: Heard): CodedReply | undefined {
  const first = earlier?.find(({ sent }) => sent === null)
  const reply = first && readCodedReply(textOf(first).text, true)
  return reply?.kind === 'reply' ? reply : undefined
}

const inn = { vendor: 'isc', product: 'inn' }
const servers: readonly SoftwareMark[] = [
  { text: /\bINN ([0-9][\w.]{0,15})/, vendor: 'ISC', name: 'INN', cpe: inn },
  { text: /\bInterNetNews\b/, vendor: 'ISC', name: 'INN', cpe: inn },
  {
    text: /\bLeafnode NNTP Daemon, version ([0-9][\w.]{0,15})/i,
    vendor: 'Leafnode',
    name: 'Leafnode',
    cpe: { vendor: 'leafnode', product: 'leafnode' },
  },
  {
    text: /\bNNTP Service ([0-9][\w.]{0,15}) Version/,
    vendor: 'Microsoft',
    name: 'Windows NNTP service',
    cpe: null,
  },
  { text: /\bDNEWS Version ([0-9][\w.]{0,15})/i, vendor: 'NetWin', name: 'DNews', cpe: null },
  { text: /\bDiablo\b/, vendor: 'Diablo', name: 'Diablo', cpe: null },
]
