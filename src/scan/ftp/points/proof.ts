/** Point 3, on request: a directory of our own is made and removed again; what could not be removed is told. */
import { joinPath } from '../../../protocols/ftp/path.ts'
import { encodeWire, readWire } from '../../../protocols/ftp/wire.ts'
import type { Session } from '../session.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

/** Directories tried at most: those that seem writable, then the first. */
const maxTried = 4

export const proof: Point = {
  title: 'Writable, proved',
  answers: ['writable'],
  stage: 'last',
  async run(visit, session) {
    if (visit.options.proveWritable !== 'ask' || !session) return
    const refused: number[] = []
    for (const directory of candidates(visit, session)) {
      if (session.control.ended !== null) return
      const tried = await prove(visit, session, directory)
      if (tried === 'made') return
      refused.push(...tried)
    }
    // What listings claim and the server then refuses is no claim any more; files might still be stored, so it is no `no`.
    const claimed = visit.answers.of('writable')
    if (refused.length === 0 || claimed?.answer === 'no') return
    visit.answers.withdraw('writable', 'mkdir-refused', refused, session.as)
    visit.writableDirectories = null
  },
}

const candidates = (visit: Visit, { start }: Session): readonly string[] => {
  const seeming = new Set(visit.writableDirectories ?? [])
  const found = (visit.walk?.directories ?? []).map(({ path }) => path)
  const first = found.filter((path) => seeming.has(readWire(path)))
  return [...new Set([...first, start, ...found])].slice(0, maxTried)
}

/** `made`, or the lines in which it was refused. */
async function prove(
  visit: Visit,
  session: Session,
  directory: string,
): Promise<'made' | readonly number[]> {
  const { control, as } = session
  const name = encodeWire(visit.options.sourceName)
  const entered = await visit.ask(control, `CWD ${directory}`)
  if (entered.code < 200 || entered.code > 299) return []
  const made = await visit.ask(control, `MKD ${name}`)
  const path = readWire(joinPath(directory, name))
  if (!made.reply) {
    // It may have been made: nobody said no.
    visit.cleanUp.push({ path, removed: false })
    return 'made'
  }
  if (made.code < 200 || made.code > 299) return made.lines
  const removed = await remove(visit, session, [name, joinPath(directory, name)])
  visit.cleanUp.push({ path, removed: removed.done })
  visit.writableDirectories = [
    ...new Set([readWire(directory), ...(visit.writableDirectories ?? [])]),
  ]
  visit.answers.give('writable', 'yes', 'proved', [...made.lines, ...removed.lines], as)
  return 'made'
}

async function remove(
  visit: Visit,
  { control }: Session,
  names: readonly string[],
): Promise<{ readonly done: boolean; readonly lines: readonly number[] }> {
  const lines: number[] = []
  for (const name of names) {
    if (control.ended !== null) break
    const { code, lines: own } = await visit.ask(control, `RMD ${name}`)
    lines.push(...own)
    if (code >= 200 && code < 300) return { done: true, lines }
  }
  return { done: false, lines }
}
