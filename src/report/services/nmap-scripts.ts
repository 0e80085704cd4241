/** What Nmap's scripts would print of the same facts, under the ids by which readers know them. */
import type { FtpFacts, Service, TlsFacts } from '../../model/service.ts'
import { escapeMarkup } from '../escape.ts'
import { type FindingTally, shortSeverity } from './findings.ts'
import { bannerLine } from './words.ts'

export type Element =
  | { readonly kind: 'elem'; readonly key: string | null; readonly text: string }
  | { readonly kind: 'table'; readonly key: string | null; readonly children: readonly Element[] }

export interface Script {
  readonly id: string
  readonly lines: readonly string[]
  readonly children: readonly Element[]
}

const listedFiles = 20
const longestText = 2000

const elem = (key: string | null, text: string): Element => ({ kind: 'elem', key, text })

export function scriptsOf(service: Service): readonly Script[] {
  const { ftp, tls } = service
  const says = bannerLine(service)
  return [
    ...(says === null ? [] : [{ id: 'banner', lines: [says], children: [] }]),
    ...(ftp ? ftpScripts(ftp) : []),
    ...(tls?.subject ? [certificateScript(tls)] : []),
  ]
}

function* ftpScripts(ftp: FtpFacts): Generator<Script> {
  if (ftp.anonymous === 'yes') yield anonymousScript(ftp)
  const syst = ftp.transcript.find(({ dir, text }) => dir === 'in' && text.startsWith('215 '))
  if (syst) {
    const text = syst.text.slice(4).trim()
    yield { id: 'ftp-syst', lines: ['', `  SYST: ${text}`], children: [elem('SYST', text)] }
  }
  if (ftp.bounce === 'yes') yield { id: 'ftp-bounce', lines: ['bounce working!'], children: [] }
}

/** The wording is Nmap's: readers match it. */
function anonymousScript({ files, transcript, checks, writable, ...more }: FtpFacts): Script {
  const proof = new Set(checks.find(({ id }) => id === 'anonymous')?.lines ?? [])
  const code = transcript
    .filter(({ n, dir }) => dir === 'in' && proof.has(n))
    .map(({ text }) => /^(2\d\d)[ -]/.exec(text)?.[1])
    .findLast((it) => it !== undefined)
  const shown = (files ?? []).slice(0, listedFiles)
  const left = (files ?? []).length - shown.length
  const isWritable = writable === 'proved' || writable === 'inferred'
  return {
    id: 'ftp-anon',
    lines: [
      `Anonymous FTP login allowed${code ? ` (FTP code ${code})` : ''}`,
      ...shown.map(({ path, bytes, modified }) =>
        [path, bytes === null ? null : `${bytes} bytes`, modified]
          .filter((it) => it !== null)
          .join('  '),
      ),
      ...(left > 0 ? [`Only ${shown.length} of ${shown.length + left} shown.`] : []),
      ...(isWritable
        ? (more.writableDirectories ?? ['a directory']).map(
            (path) => `${path} [NSE: writeable]${writable === 'inferred' ? ' (not tried)' : ''}`,
          )
        : []),
    ],
    children: [],
  }
}

function certificateScript(tls: TlsFacts): Script {
  const { subject, issuer, notBefore, notAfter, keyType, keyBits, signatureAlgorithm } = tls
  const rows: readonly (readonly [string, string | null])[] = [
    ['Subject', subject],
    ['Subject Alternative Name', tls.names.join(', ') || null],
    ['Issuer', issuer],
    ['Public Key type', keyType?.toLowerCase() ?? null],
    ['Public Key bits', keyBits === null ? null : String(keyBits)],
    ['Signature Algorithm', signatureAlgorithm],
    ['Not valid before', notBefore],
    ['Not valid after', notAfter],
    ['SHA-256', tls.fingerprintSha256],
  ]
  const table = (key: string, ...own: readonly (readonly [string, string | null])[]): Element[] => {
    const children = own.flatMap(([name, text]) => (text === null ? [] : [elem(name, text)]))
    return children.length > 0 ? [{ kind: 'table', key, children }] : []
  }
  return {
    id: 'ssl-cert',
    lines: rows.flatMap(([name, text]) => (text === null ? [] : [`${name}: ${text}`])),
    children: [
      ...table(
        'pubkey',
        ['type', keyType?.toLowerCase() ?? null],
        ['bits', keyBits === null ? null : String(keyBits)],
      ),
      ...table('validity', ['notBefore', notBefore], ['notAfter', notAfter]),
      ...(tls.fingerprintSha256 ? [elem('sha256', tls.fingerprintSha256)] : []),
    ],
  }
}

/** Our findings, where readers of Nmap's output look for what a script found. */
export function findingsScript({ checks }: FindingTally): readonly Script[] {
  if (checks.length === 0) return []
  return [
    {
      id: 'portreeve',
      lines: checks.map(
        ({ id, severity, title }) => `${shortSeverity[severity]}: ${title} (${id})`,
      ),
      children: checks.map(({ id, severity }) => ({
        kind: 'table',
        key: id,
        children: [elem('severity', severity)],
      })),
    },
  ]
}

export function scriptMarkup({ id, lines, children }: Script): string {
  const output = lines.map(attributeText).join('&#xa;')
  const inner = children.map(elementMarkup).join('')
  const head = `<script id="${attributeText(id)}" output="${output}"`
  return inner === '' ? `${head}/>` : `${head}>${inner}</script>`
}

function elementMarkup(element: Element): string {
  const key = element.key === null ? '' : ` key="${attributeText(element.key)}"`
  switch (element.kind) {
    case 'elem':
      return `<elem${key}>${attributeText(element.text)}</elem>`
    case 'table':
      return `<table${key}>${element.children.map(elementMarkup).join('')}</table>`
  }
}

const attributeText = (text: string): string => escapeMarkup(text.slice(0, longestText))
