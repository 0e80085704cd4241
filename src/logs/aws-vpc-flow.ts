/**
 * AWS VPC flow logs as text: fields apart by spaces, in the order of the header line or of the format that the user gives, or
 * the default format (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html). Exports of CloudWatch Logs put
 * a time, and `aws logs tail` a time and the stream's name, before each line; they have no header.
 */

import { emptyBatch, flowAt } from '../model/flow-batch.ts'
import { gap } from '../model/gap.ts'
import type { Observation } from '../model/observation.ts'
import { documentSource } from '../model/source.ts'
import {
  defaultFields,
  duty,
  dutyOf,
  isLikeRecord,
  missingFields,
  parseHeader,
} from './aws-fields.ts'
import { odd, type RowParser, rowParser } from './aws-row.ts'
import { flowSpan } from './flow-span.ts'
import { bad, type LineFormat, type LineOutcome, type LineReader, type LogContext } from './log.ts'
import type { RowReader } from './row-reader.ts'

export const awsVpcFlow: LineFormat = {
  kind: 'lines',
  id: 'aws-vpc-flow',
  title: 'AWS VPC flow log',
  recognise(_head, lines) {
    const first = lines.find((line) => line.trim() !== '')
    if (first === undefined) return null
    if (parseHeader(first) !== null) return 0.95
    const share = (fits: (line: string) => boolean) => lines.filter(fits).length / lines.length
    if (share((line) => namesOfBareLine(line, null) !== null) >= 0.5) return 0.9
    // Without its format nothing of it can be read, but it can be said what is missing.
    return share((line) => isLikeRecord(wordsOf(line))) >= 0.5 ? 0.6 : null
  },
  start: (context) => reader(context),
}

interface Plan {
  readonly names: readonly string[]
  readonly missing: readonly string[]
  readonly parse: RowParser
}

function reader(context: LogContext): LineReader {
  const { document, fields: given = null } = context
  const single = emptyBatch(document, 1, 'interface', 1)
  let plan: Plan | null = null
  let hasHeader = false
  const span = flowSpan()
  let skipped = 0
  let unusable = 0
  let broken = 0
  let unnamed = 0

  /** A line that is no plain row: a header, a line without data, one that tells of skipped records, or a bad one. */
  function explain(text: string, line: number, offset: number): LineOutcome {
    if (text.trim() === '') return 'skip'
    const header = parseHeader(text)
    if (header !== null) {
      plan = planOf(header)
      hasHeader = true
      return 'skip'
    }
    if (plan === null || (!hasHeader && text.split(' ').length !== plan.names.length)) {
      const names = namesOfBareLine(text, given)
      if (names === null && given === null && isLikeRecord(wordsOf(text))) {
        unnamed++
        return fault('fields-unknown', text)
      }
      if (names === null) return fault('not-a-flow-record', text)
      plan = planOf(names)
    }
    if (plan.missing.length > 0) {
      unusable++
      return 'skip'
    }
    const words = text.trimEnd().split(' ')
    if (words.length !== plan.names.length) return fault('wrong-number-of-fields', text)
    const status = words[plan.names.indexOf('log-status')]
    if (status !== 'NODATA' && status !== 'SKIPDATA') return 'skip'
    const start = Number(words[plan.names.indexOf('start')]) * 1000
    const end = Number(words[plan.names.indexOf('end')]) * 1000
    if (!isTime(start) || !isTime(end)) return fault('no-time', text)
    span.add(start, end)
    if (status === 'NODATA') return 'skip'
    skipped++
    const at = [{ document, line, offset }]
    const hole = { from: start, to: end, complete: false, sampled: 1, dropped: null }
    return skipped <= maxSpans ? [{ kind: 'coverage', ...hole, at }] : 'skip'
  }

  function fault(reason: string, text: string): LineOutcome {
    broken++
    return bad(reason, text)
  }

  /** The plain way and, where it fails, the words for why. */
  function line(text: string, number: number, offset: number): LineOutcome {
    const bytes = Buffer.from(`${text}\n`, 'latin1')
    const isFlow = (): boolean => {
      single.rows = 0
      return plan !== null && plan.missing.length === 0 && plan.parse(bytes, 0, single) !== odd
    }
    let known = isFlow()
    if (!known) {
      const before: Plan | null = plan
      const outcome = explain(text, number, offset)
      if (outcome !== 'skip') return outcome
      if (!isRecord(text)) return 'skip'
      // The plan came with this line, or it does not help.
      known = plan !== before && isFlow()
      if (!known) return fault('not-understood', text)
    }
    span.add(single.start[0] ?? 0, single.end[0] ?? 0)
    return [{ kind: 'flow', flow: flowAt(single, 0), at: [{ document, line: number, offset }] }]
  }

  /** Whether a line that `explain` had no words for ought to have been a flow. */
  function isRecord(text: string): boolean {
    if (text.trim() === '' || plan === null || plan.missing.length > 0) return false
    if (parseHeader(text) !== null) return false
    const status = text.trimEnd().split(' ')[plan.names.indexOf('log-status')]
    return status !== 'NODATA' && status !== 'SKIPDATA'
  }

  const rows: RowReader = {
    batch: (capacity) => emptyBatch(document, capacity, 'interface', 1),
    read(chunk, into, other) {
      const { bytes, end, base } = chunk
      while (chunk.at < end && into.rows < into.capacity) {
        const row = into.rows
        const offset = base + chunk.at
        const next: number =
          plan === null || plan.missing.length > 0 ? odd : plan.parse(bytes, chunk.at, into)
        if (next !== odd) {
          into.line[row] = chunk.line++
          into.offset[row] = offset
          span.add(into.start[row] as number, into.end[row] as number)
          chunk.at = next
          continue
        }
        let stop = bytes.indexOf(10, chunk.at)
        if (stop < 0) stop = end
        const cut = stop > chunk.at && bytes[stop - 1] === 13 ? stop - 1 : stop
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + chunk.at, cut - chunk.at)
        const outcome = line(text.toString('latin1'), chunk.line, offset)
        other(outcome, chunk.line++, offset)
        chunk.at = stop + 1
      }
    },
  }

  return {
    line: (text, number, about) => line(text, number, about.offset),
    end() {
      const out: Observation[] = []
      const source = documentSource(document)
      out.push(...span.coverage(1, skipped === 0 && broken === 0, [{ document }]))
      if (skipped > 0) {
        const message = `AWS left records out of ${skipped} intervals (SKIPDATA): what is not in the log may have happened`
        out.push({ kind: 'gap', gap: gap('flow-records-skipped', message, source) })
      }
      if (unnamed > 0) {
        const message = `${unnamed} records are not of the default format and have no header, so nobody can tell which field is which: give --fields with the format of the flow log`
        out.push({ kind: 'gap', gap: gap('flow-fields-unknown', message, source) })
      }
      if (unusable > 0) {
        const missing = plan?.missing.join(', ') ?? ''
        const message = `${unusable} records are no flows, because the log's format leaves out ${missing}; add these fields to the flow log`
        out.push({ kind: 'gap', gap: gap('flow-fields-missing', message, source) })
      }
      return out
    },
    rows,
  }
}

/** Intervals of skipped records that are told one by one. */
const maxSpans = 1000

function planOf(names: readonly string[]): Plan {
  const duties = names.map(dutyOf)
  // Where only the addresses of the packet are logged, they are the ends.
  if (!names.includes('srcaddr')) replace(duties, duty.originalSrc, duty.src)
  if (!names.includes('dstaddr')) replace(duties, duty.originalDst, duty.dst)
  return { names, missing: missingFields(names), parse: rowParser(Uint8Array.from(duties)) }
}

function replace(duties: number[], from: number, to: number): void {
  const at = duties.indexOf(from)
  if (at >= 0) duties[at] = to
}

/** The names of the fields of a line without header, behind the words that an export put before them. */
function namesOfBareLine(line: string, given: LogContext['fields']): readonly string[] | null {
  if (line.length > 4096) return null
  const words = line.trimEnd().split(' ')
  const fields = given ?? defaultFields
  const before = words.length - fields.length
  if (before < 0 || before > 2) return null
  if (before > 0 && !isExportTime(words[0])) return null
  const [version, account, id] = words.slice(before)
  const fits =
    given !== null ||
    (version === '2' &&
      /^(?:\d{12}|unknown)$/.test(account ?? '') &&
      /^[a-z][\w-]{1,60}$/.test(id ?? '') &&
      /^(?:OK|NODATA|SKIPDATA)$/.test(words.at(-1) ?? ''))
  return fits ? [...Array<string>(before).fill('before'), ...fields] : null
}

function wordsOf(line: string): readonly string[] {
  const words = line.slice(0, 4096).trimEnd().split(' ')
  return isExportTime(words[0]) ? words.slice(1) : words
}

const isExportTime = (word = ''): boolean => /^\d{4}-\d\d-\d\dT\S{1,30}$/.test(word)

const isTime = (milliseconds: number): boolean =>
  milliseconds >= 0 && milliseconds <= 8.64e15 && Number.isFinite(milliseconds)
