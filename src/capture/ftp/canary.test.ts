/** A password appears nowhere: not in what is told, and not in what is kept. */
import { describe, expect, test } from 'vitest'
import { client, type Seen, type Stage, server, stage } from './testing/stage.ts'

const canary = 'cAnArY-7391'
const known = ['< 220 ready', '> USER bob', '< 331 x']
const tail = ['> NOOP', '< 200 ok', '> PASV', '< 227 x (10,0,0,2,195,80)', '> QUIT', '< 221 x']

const forms: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ['PASS', [...known, `> PASS ${canary}`, '< 230 in']],
  ['in lower case', [...known, `> pass ${canary}`, '< 230 in']],
  ['with spaces', [...known, `>   PASS    ${canary}  `, '< 230 in']],
  ['with Telnet commands', [...known, `> \u00ff\u00f4\u00ff\u00f2PASS ${canary}`, '< 230 in']],
  ['refused', [...known, `> PASS ${canary}`, '< 530 Login incorrect.']],
  ['repeated by the server', [...known, `> PASS ${canary}`, `< 530 Login ${canary} incorrect.`]],
  [
    'repeated by the server that lets in',
    [...known, `> PASS ${canary}`, `< 230 Your password is ${canary}`],
  ],
  [
    'anonymous',
    ['< 220 x', '> USER anonymous', '< 331 x', `> PASS ${canary}@example.org`, '< 230 in'],
  ],
  [
    'pipelined before the greeting',
    ['> USER bob', `> PASS ${canary}`, '< 220 x', '< 331 x', '< 230 in'],
  ],
  ['ACCT', [...known, '> PASS x', '< 332 x', `> ACCT ${canary}`, '< 230 in']],
  [
    'as a command of its own',
    [...known, `> ${canary}`, `< 500 '${canary}': command not understood`],
  ],
  [
    'as a command before a login',
    ['< 220 x', `> ${canary}`, `< 530 Please log in with USER and PASS, not ${canary}`],
  ],
  ['AUTH as mail has it', ['< 220 x', `> AUTH PLAIN ${canary}`, '< 504 x']],
  ['ADAT', ['< 220 x', '> AUTH GSSAPI', '< 334 x', `> ADAT ${canary}`, '< 235 x']],
  ['SITE PSWD', [...known, '> PASS x', '< 230 x', `> SITE PSWD ${canary} ${canary}`, '< 200 x']],
  ['a command that nobody knows', [...known, `> XPASS ${canary}`, '< 500 x']],
  ['POP3', ['< +OK ready', '> USER bob', '< +OK', `> PASS ${canary}`, '< +OK in']],
  ['POP3 with a digest', ['< +OK ready', `> APOP bob ${canary}`, '< +OK in']],
  ['IMAP', ['< * OK ready', `> a LOGIN bob ${canary}`, '< a OK']],
  [
    'HTTP',
    [
      '> GET / HTTP/1.1',
      `> Authorization: Basic ${canary}`,
      '> ',
      '< HTTP/1.1 401 no',
      '< Server: x',
      '< ',
    ],
  ],
  ['mail', ['< 220 x', '> EHLO y', '< 250 z', `> AUTH PLAIN ${canary}`, '< 235 ok']],
  ['Telnet', ['< \u00ff\u00fd\u0018login: ', '> bob', '< Password: ', `> ${canary}`, '< $ ']],
]
const views: readonly (readonly [name: string, seen: Seen])[] = [
  ['whole', {}],
  ['from the middle', { start: 'unseen' }],
  ['of the client alone', { sides: 'client' }],
]

const holds = (value: unknown): boolean => {
  const text = JSON.stringify(value, (key, held: unknown) => {
    if (key === 'tcp' || key === 'owner') return undefined
    if (held instanceof Map) return [...held]
    if (held instanceof Uint8Array) return Buffer.from(held).toString('latin1')
    return held
  })
  const lower = text?.toLowerCase() ?? ''
  return lower.includes('canary') || lower.includes(btoa(canary).slice(0, 8).toLowerCase())
}
const say = (made: Stage, lines: readonly string[], to: string, seen: Seen) => {
  const wire = made.connect(client, to, seen)
  for (const line of lines) {
    const bytes = Uint8Array.from(`${line.slice(2)}\r\n`, (one) => one.charCodeAt(0))
    if (line[0] === '>') wire.client(bytes)
    else wire.server(bytes)
  }
  return wire
}

describe.each(views)('%s', (_, seen) => {
  describe.each([server, '10.0.0.2:4711'])('to %s', (to) => {
    test.each(forms)('%s', (_, lines) => {
      for (const end of [[], tail]) {
        const made = stage()
        const wire = say(made, [...lines, ...end], to, seen)
        // A server that repeats it says so in its own words, which tell the product and are kept for that alone.
        if (!lines.some((line) => line.startsWith('<') && line.includes(canary)))
          expect(holds(wire.tcp.state)).toBe(false)
        wire.close()
        made.end()
        expect(holds(made.told)).toBe(false)
        expect(holds(made.sink.summary())).toBe(false)
      }
    })
  })
})

test.each([
  ['cut off in the middle', `PASS ${canary}`],
  ['cut off in the middle of the verb', 'PAS'],
])('a line %s', (_, text) => {
  const made = stage()
  made.connect(client, server).say(known).client(text).close()
  expect(holds(made.end().told)).toBe(false)
})

test('the rest of a line whose start was lost', () => {
  const made = stage()
  const wire = made
    .connect(client, server)
    .say(known)
    .lost('client', 6)
    .client(`${canary}\r\n`)
    .say(tail)
  expect(holds(wire.tcp.state)).toBe(false)
  wire.close()
  expect(made.end().sessions()).toHaveLength(1)
  expect(holds(made.told)).toBe(false)
})

test('the rest of a line whose start nobody saw', () => {
  const made = stage()
  const wire = made.connect(client, server, { start: 'unseen' }).client(`${canary}\r\n`).say(tail)
  expect(holds(wire.tcp.state)).toBe(false)
  wire.close()
  expect(made.end().sessions()).toHaveLength(1)
  expect(holds(made.told)).toBe(false)
})

test('a line that is too long', () => {
  const made = stage()
  made
    .connect(client, server)
    .say(known)
    .client(`PASS ${canary.repeat(2000)}\r\n`)
    .say(tail)
    .close()
  expect(made.end().sessions()).toHaveLength(1)
  expect(holds(made.told)).toBe(false)
})
