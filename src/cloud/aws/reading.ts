/** From document parts to records: which resource file reads which elements. */
import type { DocumentPart } from '../../model/document.ts'
import { gap } from '../../model/gap.ts'
import { below, documentSource, type Source } from '../../model/source.ts'
import { isObject, type JsonObject } from '../decode.ts'
import type { Draft } from './draft.ts'
import type { Origin } from './origin.ts'
import type { ResourceFile } from './resource-file.ts'

/** Members of responses that say whether another page follows. */
const nextPage = ['NextToken', 'NextMarker', 'Marker', 'nextToken']
/** Members that stand beside elements and mean nothing here. */
const envelope = new Set([...nextPage, 'ResponseMetadata', 'RequestId', '$metadata', 'MaxResults'])

export interface Registry {
  readonly resources: readonly ResourceFile[]
  /** Members of other AWS responses, which are taken without a word. */
  readonly notNeeded: ReadonlySet<string>
}

export function takePart(
  part: DocumentPart,
  { resources, notNeeded }: Registry,
  draft: Draft,
): 'taken' | 'not-mine' {
  const root = documentSource(part.document, part.record)
  const { value } = part
  if (Array.isArray(value)) return takeList(value, root, part, resources, draft)
  if (!isObject(value)) return 'not-mine'
  // An element by itself comes first: an instance has members that are called as responses' are.
  const reader = resources.find((one) => one.matches(value))
  if (reader) {
    const origin = originOf(part, reader, draft)
    origin.isWhole ||= part.last
    reader.read(value, root, origin, draft)
    return 'taken'
  }
  let taken = false
  for (const member of Object.keys(value)) {
    if (envelope.has(member)) continue
    const readers = resources.filter(({ members }) => members.includes(member))
    if (readers.length > 0) {
      if (takeMember(value, member, readers, root, part, draft)) taken = true
    } else if (notNeeded.has(member)) taken = true
  }
  return taken ? 'taken' : 'not-mine'
}

function takeMember(
  response: JsonObject,
  member: string,
  readers: readonly ResourceFile[],
  root: Source,
  part: DocumentPart,
  draft: Draft,
): boolean {
  // VPC block public access options are one object where all others are lists.
  const value = response[member]
  const isList = Array.isArray(value)
  const elements: readonly unknown[] = isList ? value : [value]
  const place = (i: number): Source => below(root, member, isList ? part.firstIndex + i : null)
  const [first] = readers
  if (!first || (!isList && !(isObject(value) && first.matches(value)))) {
    if (isList || value === null || !first) return false
    draft.note(gap('wrong-type', `expected a list of ${first.collection}`, place(0)))
    return true
  }
  const isAmbiguous = readers.length > 1 || first.isAmbiguous === true
  const shared = !isAmbiguous
  if (elements.length === 0) {
    // An empty list of a shared member says nothing but the first reader's kind, the commoner one.
    open(part, first, root, response, draft)
    return true
  }
  let taken = shared
  const missed: Source[] = []
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]
    const reader = shared
      ? first
      : isObject(element)
        ? readers.find((one) => one.matches(element))
        : undefined
    if (reader && isObject(element)) {
      taken = true
      reader.read(element, place(i), open(part, reader, root, response, draft), draft)
    } else missed.push(place(i))
  }
  if (taken)
    for (const at of missed)
      draft.note(gap('wrong-type', `expected one of ${first.collection}`, at))
  if (shared) open(part, first, root, response, draft)
  return taken
}

/** The document's origin, with what this part says of pages. */
function open(
  part: DocumentPart,
  reader: ResourceFile,
  root: Source,
  response: JsonObject,
  draft: Draft,
): Origin {
  const isNew = !draft.origins.has(originKey(part, reader))
  const origin = originOf(part, reader, draft)
  origin.isWhole ||= part.last
  if (nextPage.some((token) => typeof response[token] === 'string' && response[token] !== ''))
    origin.hasNext = true
  if (isNew) reader.open?.(root, origin, draft)
  return origin
}

/** A list at the top: elements as a query took them out, also lists of lists (`Reservations[*].Instances[*]`). */
function takeList(
  list: readonly unknown[],
  root: Source,
  part: DocumentPart,
  resources: readonly ResourceFile[],
  draft: Draft,
): 'taken' | 'not-mine' {
  let taken = false
  const missed: Source[] = []
  const visit = (element: unknown, at: Source): void => {
    if (Array.isArray(element)) {
      for (const [i, inner] of element.entries()) visit(inner, below(at, i))
      return
    }
    const reader = isObject(element) ? resources.find((one) => one.matches(element)) : undefined
    if (reader && isObject(element)) {
      taken = true
      const origin = originOf(part, reader, draft)
      origin.isWhole ||= part.last
      reader.read(element, at, origin, draft)
    } else missed.push(at)
  }
  for (const [i, element] of list.entries()) visit(element, below(root, part.firstIndex + i))
  if (!taken) return 'not-mine'
  for (const at of missed) draft.note(gap('wrong-type', 'not understood among elements of AWS', at))
  return 'taken'
}

const originKey = (part: DocumentPart, { collection }: ResourceFile): string =>
  `${part.document}\n${collection}`

function originOf(part: DocumentPart, reader: ResourceFile, draft: Draft): Origin {
  const key = originKey(part, reader)
  const known = draft.origins.get(key)
  if (known) return known
  const origin: Origin = {
    document: part.document,
    collection: reader.collection,
    reach: reader.reach ?? 'regional',
    said: new Set(),
    mentions: new Set(),
    hasNext: false,
    isWhole: false,
  }
  draft.origins.set(key, origin)
  return origin
}
