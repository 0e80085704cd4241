import type { DocumentPart } from '../model/document.ts'
import { type Gap, gap } from '../model/gap.ts'
import { documentSource, lineSource } from '../model/source.ts'
import { type Found, type FoundDocument, findDocuments } from './find.ts'
import { type ByteSource, type DocumentIo, type ReadFault, readFault } from './io.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { parseSlice, type Slices } from './slice.ts'
import { openText } from './text.ts'
import { readValues, type Trouble } from './values.ts'
import { type CountedPlace, type Counting, countLines, type Place, Window } from './window.ts'

export type { DocumentIo } from './io.ts'

export type DocumentEvent =
  | { readonly kind: 'part'; readonly part: DocumentPart }
  | { readonly kind: 'gap'; readonly gap: Gap }
  /** How far one document is: bytes on disk, `total` null where it is not known. */
  | {
      readonly kind: 'progress'
      readonly bytes: number
      readonly total: number | null
      readonly document: string
    }

export interface ReadOptions {
  readonly limits?: Partial<Limits>
  /** Called once, before anything is read, with what the inputs name. */
  readonly onFound?: (found: Found) => void
}

/**
 * Reads every JSON value of the files, folders and `-` (standard input) that are named, in order. Never throws for what a
 * document holds or for the disk: that becomes one gap with its place, and whatever is complete before it is still read.
 */
export async function* readDocuments(
  inputs: readonly string[],
  io: DocumentIo,
  options: ReadOptions = {},
): AsyncGenerator<DocumentEvent> {
  const limits = { ...defaultLimits, ...options.limits }
  const found = await findDocuments(inputs, io)
  options.onFound?.(found)
  for (const gap of found.gaps) yield { kind: 'gap', gap }
  for (const document of found.documents) yield* readDocument(document, io, limits)
}

async function* readDocument(
  { path, size }: FoundDocument,
  io: DocumentIo,
  limits: Limits,
): AsyncGenerator<DocumentEvent> {
  let raw: Counted
  try {
    raw = counted(path === '-' ? io.stdin() : await io.open(path))
  } catch (error) {
    yield { kind: 'gap', gap: faultGap(path, readFault(error, 'file')) }
    return
  }
  try {
    let reported = 0
    for await (const event of readSource(path, raw.source, limits, io)) {
      yield event
      if (raw.bytes() < reported + progressBytes) continue
      reported = raw.bytes()
      yield { kind: 'progress', bytes: reported, total: size, document: path }
    }
    if (raw.bytes() > reported)
      yield { kind: 'progress', bytes: raw.bytes(), total: size, document: path }
  } finally {
    await raw.source.close().catch(() => {})
  }
}

/** Progress is told about this often. */
const progressBytes = 2 ** 20

interface Counted {
  readonly source: ByteSource
  bytes(): number
}

function counted(source: ByteSource): Counted {
  let bytes = 0
  return {
    bytes: () => bytes,
    source: {
      size: source.size,
      async read(into) {
        const length = await source.read(into)
        bytes += length
        return length
      },
      close: () => source.close(),
    },
  }
}

async function* readSource(
  document: string,
  raw: ByteSource,
  limits: Limits,
  io: DocumentIo,
): AsyncGenerator<DocumentEvent> {
  let text: ByteSource
  try {
    text = await openText(raw, limits)
  } catch (error) {
    yield { kind: 'gap', gap: faultGap(document, readFault(error, 'file')) }
    return
  }
  const isLarge = text.size !== null && text.size > limits.wholeBytes
  // A file can be read again for the line of a fault; counting all lines of a large one on the chance costs.
  const counting: Counting = isLarge && document !== '-' ? 'later' : 'at-once'
  const window = new Window(text, capacityFor(text.size, limits), counting)
  const slices: Slices = { window, invalid: null }
  const lineOf = (place: Place) =>
    'line' in place ? place : countAgain(document, place.position, io, limits)
  try {
    if (!isLarge) await window.fill(0, 0, limits.wholeBytes + 1)
    const isSmall = window.ended && window.end <= limits.wholeBytes
    const whole = isSmall ? parseWhole(slices) : null
    if (whole !== null) yield { kind: 'part', part: { document, record: null, ...whole } }
    else {
      const most = isSmall ? limits.wholeBytes : limits.partBytes
      yield* readItems(document, slices, { ...limits, wholeBytes: most }, lineOf)
    }
    if (slices.invalid !== null)
      yield { kind: 'gap', gap: invalidGap(document, await lineOf(slices.invalid)) }
    if (window.fault !== null) yield { kind: 'gap', gap: faultGap(document, window.fault) }
  } finally {
    await text.close().catch(() => {})
  }
}

/** Null where the file cannot be read a second time. */
async function countAgain(
  path: string,
  position: number,
  io: DocumentIo,
  limits: Limits,
): Promise<CountedPlace | null> {
  try {
    const text = await openText(await io.open(path), limits)
    try {
      return await countLines(text, position)
    } finally {
      await text.close()
    }
  } catch {
    return null
  }
}

/** Room for the whole of a small document, so that it is never moved; else for some parts. */
function capacityFor(size: number | null, { wholeBytes, partBytes }: Limits): number {
  const minimum = 64
  const isSmall = size !== null && size <= wholeBytes
  return Math.max(minimum, isSmall ? Math.ceil(size * 1.5) : partBytes * 4)
}

function parseWhole(slices: Slices) {
  try {
    const value = parseSlice(slices, 0, slices.window.end)
    return { value, firstIndex: 0, last: true }
  } catch {
    return null
  }
}

async function* readItems(
  document: string,
  slices: Slices,
  limits: Limits,
  lineOf: LineOf,
): AsyncGenerator<DocumentEvent> {
  const { window } = slices
  for await (const batch of readValues(slices, limits, limits.wholeBytes))
    for (const item of batch) {
      if (item.kind === 'part') {
        const { value, record, firstIndex, last } = item
        yield { kind: 'part', part: { document, value, record, firstIndex, last } }
      } else if (window.fault === null || (item.kind !== 'cut-off' && item.kind !== 'empty'))
        yield { kind: 'gap', gap: await itemGap(document, item, lineOf) }
    }
}

type LineOf = (place: Place) => CountedPlace | null | Promise<CountedPlace | null>

async function itemGap(document: string, item: Trouble, lineOf: LineOf): Promise<Gap> {
  switch (item.kind) {
    case 'empty':
      return gap('empty-document', 'it is empty', documentSource(document))
    case 'cut-off':
      return placeGap(
        document,
        await lineOf(item.place),
        'truncated-document',
        'the text ends before its JSON is complete; what is complete was read',
      )
    case 'oversized':
      return placeGap(
        document,
        await lineOf(item.place),
        'oversized-element',
        'the value that begins here is larger than can be read at once and was passed over',
      )
    case 'unexpected': {
      const { reason, message } = wordsOf[item.where]
      const rest = item.resumes ? 'reading went on at a later line' : 'nothing after it was read'
      const found = JSON.stringify(item.character)
      const place = await lineOf(item.place)
      return placeGap(document, place, reason, `${message}: unexpected ${found}; ${rest}`)
    }
  }
}

const wordsOf = {
  start: { reason: 'not-json', message: 'this is not JSON' },
  within: { reason: 'broken-json', message: 'the JSON is broken here' },
  between: { reason: 'trailing-garbage', message: 'this is not JSON, though it follows some' },
} as const

const placeGap = (
  document: string,
  place: CountedPlace | null,
  reason: string,
  message: string,
): Gap =>
  gap(
    reason,
    message,
    place ? lineSource(document, place.line, place.column) : documentSource(document),
  )

const invalidGap = (document: string, place: CountedPlace | null): Gap =>
  placeGap(
    document,
    place,
    'invalid-utf-8',
    'from here on some bytes are no UTF-8; each was read as the replacement character U+FFFD',
  )

const faultGap = (document: string, { reason, message }: ReadFault): Gap =>
  gap(reason, message, documentSource(document))
