/** One FTP server in full: what it is, every point with its answer and reason, and the lines that prove them. */
import { formatAddress } from '../../model/address.ts'
import type {
  Answer,
  FtpCheck,
  FtpCheckId,
  FtpFacts,
  Service,
  TlsFacts,
  TranscriptLine,
} from '../../model/service.ts'
import { keyOfService, type Look } from '../../model/sighting.ts'
import { escapeText } from '../escape.ts'
import { hanging, type Paper, type Span, type Style } from '../paper.ts'
import { padEnd, textWidth } from '../width.ts'
import { plural } from '../words.ts'
import { type FindingTally, shortSeverity } from './findings.ts'
import { points, questions } from './points.ts'
import { answerWords, bannerLine, productPhrase, reasonWords } from './words.ts'

/** What is kept of a service until the end: of its transcript only the lines that prove something. */
export interface FtpDetails {
  readonly key: string
  readonly address: Service['address']
  readonly port: number
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly checks: readonly FtpCheck[]
  readonly proof: readonly TranscriptLine[]
  readonly files: readonly string[]
  readonly moreFiles: number
}

const shownFiles = 5
/** Characters of a transcript line that are shown. */
const longestLine = 300

export function detailsOf(service: Service, ftp: FtpFacts, look: Look): FtpDetails {
  const { address, port, hostname, product, tls } = service
  const who = formatAddress(address)
  const named = [product && productPhrase(product), hostname].filter((it) => it !== null)
  const proving = new Set(ftp.checks.flatMap(({ lines }) => lines))
  const files = ftp.files ?? []
  return {
    key: keyOfService(look, service),
    address,
    port,
    title: escapeText([`${address.family === 6 ? `[${who}]` : who}:${port}`, ...named].join('  ')),
    facts: factsOf(service, ftp, tls).map(([name, value]) => [
      name,
      escapeText(value.slice(0, longestLine)),
    ]),
    checks: ftp.checks,
    proof: ftp.transcript
      .filter(({ n }) => proving.has(n))
      .map((line) => ({ ...line, text: line.text.slice(0, longestLine) })),
    files: files
      .slice(0, shownFiles)
      .map(({ path, bytes, category }) =>
        escapeText(
          `${path.slice(0, longestLine)}${bytes === null ? '' : `, ${plural(bytes, 'byte')}`} (${category})`,
        ),
      ),
    moreFiles: Math.max(0, files.length - shownFiles),
  }
}

function factsOf(
  service: Service,
  ftp: FtpFacts,
  tls: TlsFacts | null,
): readonly (readonly [string, string])[] {
  const { product, ended } = service
  const sure = product && `, ${Math.round(product.confidence * 100)} % sure`
  const greeting = bannerLine(service)
  const facts: (readonly [string, string | null])[] = [
    ['greeting', greeting],
    ['told by', product && `${product.from.join(', ')}${sure}`],
    ['cpe', product?.cpe ?? null],
    ['features', ftp.features && (ftp.features.join(', ') || 'none')],
    ['tls', tls && tlsPhrase(tls)],
    ['writable', ftp.writableDirectories?.join(', ') || null],
    [
      'left behind',
      ftp.cleanUp
        .filter(({ removed }) => !removed)
        .map(({ path }) => path)
        .join(', ') || null,
    ],
    ['ended', ended === 'completed' ? null : reasonWords(ended)],
  ]
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
}

function tlsPhrase(tls: TlsFacts): string {
  const taken = Object.entries(tls.offers)
    .filter(([, answer]) => answer === 'yes')
    .map(([version]) => version)
  return [
    tls.version,
    taken.length > 0 ? `takes ${taken.join(', ')}` : null,
    tls.subject,
    tls.selfSigned ? 'self-signed' : null,
    tls.keyType && `${tls.keyType} ${tls.keyBits ?? ''}`.trim(),
    tls.notAfter && `until ${tls.notAfter.slice(0, 10)}`,
  ]
    .filter((it) => it !== null)
    .join(' · ')
}

export function* detailLines(
  details: FtpDetails,
  findings: FindingTally | undefined,
  paper: Paper,
): Generator<string> {
  yield* hanging([{ text: details.title, style: 'strong' }], 0, 4, paper)
  const label = Math.max(...details.facts.map(([name]) => name.length), 0)
  for (const [name, value] of details.facts)
    yield* hanging(
      [{ text: padEnd(name, label), style: 'faint' }, { text: `  ${value}` }],
      2,
      label + 4,
      paper,
    )
  for (const { id, severity, title } of findings?.checks ?? [])
    yield* hanging(
      [
        { text: padEnd(`✗ ${shortSeverity[severity]}`, 10), style: severity },
        { text: `  ${escapeText(title)}` },
        { text: `  ${escapeText(id)}`, style: 'faint' },
      ],
      2,
      4,
      paper,
    )
  const byId = new Map(details.checks.map((check) => [check.id, check]))
  for (const [i, point] of points.entries()) {
    yield* pointLines(`${i + 1} ${point.title}`, point.checks, byId, paper)
    if (point.checks.includes('hosted-files')) yield* fileLines(details, paper)
  }
  yield* proofLines(details.proof, paper)
  yield '\n'
}

/** Told answers have a line each; what could not be told for one reason shares a line. */
function* pointLines(
  heading: string,
  ids: readonly FtpCheckId[],
  byId: ReadonlyMap<FtpCheckId, FtpCheck>,
  paper: Paper,
): Generator<string> {
  const checks = ids.map(
    (id): FtpCheck =>
      byId.get(id) ?? {
        id,
        answer: 'unknown',
        reason: 'not-asked',
        lines: [],
        authenticatedAs: null,
      },
  )
  const told = checks.filter(({ answer }) => answer !== 'unknown')
  const open = [...Map.groupBy(checks, saidOf)].filter(([, [first]]) => first?.answer === 'unknown')
  const [only] = open
  if (told.length === 0 && open.length === 1 && only) {
    yield* answerLine({ text: heading, style: 'faint' }, 2, only[1], only[0], paper)
    return
  }
  yield `  ${paper.paint('faint', heading)}\n`
  for (const check of told)
    yield* answerLine({ text: questions[check.id].title }, 4, [check], saidOf(check), paper)
  for (const [said, alike] of open) {
    const titles = alike.map(({ id }) => questions[id].title).join(', ')
    const [first] = alike
    yield* alike.length === 1 && first
      ? answerLine({ text: questions[first.id].title }, 4, alike, said, paper)
      : hanging(
          [
            { text: `${answerWords.unknown}, ${said}: `, style: 'faint' },
            { text: titles },
            ...linesSpan(alike),
          ],
          4,
          6,
          paper,
        )
  }
}

/** The reason, and by which account it was seen. */
const saidOf = ({ reason, authenticatedAs }: FtpCheck): string =>
  escapeText(reasonWords(reason) + (authenticatedAs === null ? '' : ` as ${authenticatedAs}`))

const titleWidth = Math.max(...Object.values(questions).map(({ title }) => textWidth(title)))

function* answerLine(
  title: Span,
  indent: number,
  checks: readonly FtpCheck[],
  said: string,
  paper: Paper,
): Generator<string> {
  const [first] = checks
  if (!first) return
  const { answer, id } = first
  const style = styleOf(answer, questions[id].bad)
  const room = 4 + titleWidth - indent
  const column = 4 + titleWidth + 2 + answerWidth + 2
  // On a narrow page there is no room beside the answer: what is wrapped goes under the title.
  const by = paper.width === 0 || paper.width - column >= leastReason ? column : indent + 2
  yield* hanging(
    [
      { ...title, text: `${padEnd(title.text, room)}  ` },
      { text: padEnd(answerWords[answer], answerWidth), ...(style && { style }) },
      { text: `  ${said}` },
      ...linesSpan(checks),
    ],
    indent,
    by,
    paper,
  )
}

const leastReason = 16

const linesSpan = (checks: readonly FtpCheck[]): readonly Span[] => {
  const lines = checks.flatMap((check) => check.lines)
  return lines.length > 0 ? [{ text: `  [${rangesOf(lines)}]`, style: 'faint' }] : []
}

const answerWidth = Math.max(...Object.values(answerWords).map((word) => word.length))

function styleOf(answer: Answer, bad: 'yes' | 'no' | null): Style | null {
  if (answer === 'unknown') return 'faint'
  if (bad === null) return null
  return answer === bad ? 'high' : 'good'
}

function* fileLines({ files, moreFiles }: FtpDetails, paper: Paper): Generator<string> {
  for (const file of files) yield* hanging([{ text: file, style: 'faint' }], 6, 8, paper)
  if (moreFiles > 0)
    yield* hanging([{ text: `and ${plural(moreFiles, 'more file')}`, style: 'faint' }], 6, 8, paper)
}

const arrows: Readonly<Record<TranscriptLine['dir'], string>> = { in: '←', out: '→', note: '·' }

/** The numbers are those in brackets above. */
function* proofLines(proof: readonly TranscriptLine[], paper: Paper): Generator<string> {
  if (proof.length === 0) return
  yield `  ${paper.paint('faint', 'Proof')}\n`
  const digits = Math.max(...proof.map(({ n }) => String(n).length))
  for (const { n, dir, text } of proof)
    yield* hanging(
      [
        { text: `${String(n).padStart(digits)} ${arrows[dir]} `, style: 'faint' },
        { text: escapeText(text.replace(/[\r\n]+$/, '')) },
      ],
      4,
      4 + digits + 3,
      paper,
    )
}

/** `3-5, 9`. */
function rangesOf(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const n of sorted) {
    const last = ranges.at(-1)
    if (last && last[1] === n - 1) last[1] = n
    else ranges.push([n, n])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}
