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
    for (const directory of candidates(visit, session)) {
      if (session.control.ended !== null) return
      if (await prove(visit, session, directory)) return
    }
  },
}

const candidates = (visit: Visit, { start }: Session): readonly string[] => {
  const seeming = new Set(visit.writableDirectories ?? [])
  const found = (visit.walk?.directories ?? []).map(({ path }) => path)
  const first = found.filter((path) => seeming.has(readWire(path)))
  return [...new Set([...first, start, ...found])].slice(0, maxTried)
}

async function prove(visit: Visit, session: Session, directory: string): Promise<boolean> {
  const { control, as } = session
  const name = encodeWire(visit.options.sourceName)
  const entered = await visit.ask(control, `CWD ${directory}`)
  if (entered.code < 200 || entered.code > 299) return false
  const made = await visit.ask(control, `MKD ${name}`)
  const path = readWire(joinPath(directory, name))
  if (!made.reply) {
    // It may have been made: nobody said no.
    visit.cleanUp.push({ path, removed: false })
    return true
  }
  if (made.code < 200 || made.code > 299) {
    visit.answers.give('writable', 'unknown', 'mkdir-refused', made.lines, as)
    return false
  }
  const removed = await remove(visit, session, [name, joinPath(directory, name)])
  visit.cleanUp.push({ path, removed: removed.done })
  visit.writableDirectories = [
    ...new Set([readWire(directory), ...(visit.writableDirectories ?? [])]),
  ]
  visit.answers.give('writable', 'yes', 'proved', [...made.lines, ...removed.lines], as)
  return true
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
