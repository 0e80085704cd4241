/** describe-managed-prefix-lists, get-managed-prefix-list-entries and describe-prefix-lists. */
import * as addressSet from '../../model/address-set.ts'
import { gap } from '../../model/gap.ts'
import { below, type Source } from '../../model/source.ts'
import { type Note, readList, readText } from '../decode.ts'
import type { PrefixEntry } from './records.ts'
import {
  badCidr,
  has,
  locate,
  nowhere,
  placeOfArn,
  type ResourceFile,
  required,
} from './resource-file.ts'

/** Both calls print `PrefixLists`; only describe-prefix-lists (AWS's own gateway services) prints the prefixes. */
export const prefixLists: ResourceFile = {
  collection: 'prefix-lists',
  members: ['PrefixLists'],
  matches: (element) =>
    has(element, 'PrefixListId') && (has(element, 'PrefixListName') || has(element, 'Cidrs')),
  read(element, at, origin, draft) {
    const { note } = draft
    const id = required(element, 'PrefixListId', at, note)
    if (id === undefined) return
    const arn = placeOfArn(readText(element, 'PrefixListArn', at, note))
    const owner = readText(element, 'OwnerId', at, note)
    const account = owner === 'AWS' ? null : owner
    draft.prefixLists.push({
      id,
      at,
      origin,
      own: locate(draft, origin, { account, region: arn.region }),
      entries: has(element, 'Cidrs')
        ? readList(element, 'Cidrs', at, note).flatMap(
            ({ value, at: place }) => readEntry(value, place, note) ?? [],
          )
        : null,
    })
  },
}

/** The answer does not say which list it is of; the file's name does: `…-entries-pl-0123.json`. */
export const prefixListEntries: ResourceFile = {
  collection: 'prefix-list-entries',
  members: ['Entries'],
  isAmbiguous: true,
  matches: (element) => has(element, 'Cidr') && !has(element, 'RuleNumber'),
  open(at, origin, { note, prefixLists: known }) {
    const id = prefixListOf(origin.document)
    if (id !== null) known.push({ id, at, origin, own: nowhere, entries: [] })
    else
      note(
        gap(
          'prefix-list-not-named',
          'the document does not say which prefix list its entries are of: name the file get-managed-prefix-list-entries-pl-….json',
          at,
        ),
      )
  },
  read(element, at, origin, draft) {
    const { note } = draft
    const id = prefixListOf(origin.document)
    if (id === null) return
    const entry = readEntry(element['Cidr'], below(at, 'Cidr'), note)
    draft.prefixLists.push({ id, at, origin, own: nowhere, entries: entry ? [entry] : [] })
  },
}

const prefixListOf = (document: string): string | null =>
  document
    .split(/[\\/]/)
    .at(-1)
    ?.match(/pl-[0-9a-z]+/i)?.[0]
    .toLowerCase() ?? null

function readEntry(text: unknown, at: Source, note: Note): PrefixEntry | undefined {
  const set = typeof text === 'string' ? addressSet.parseAddresses(text) : undefined
  if (typeof text === 'string' && set) return { text, set }
  note(badCidr(text, at))
  return undefined
}
