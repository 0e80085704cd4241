/** What the first bytes of a file say it is, whatever its name (signatures as in file(1), APPNOTE.TXT, ECMA-376, ODF 1.3). */
import type { FileCategory } from '../../model/service.ts'
import { wireOf } from './wire.ts'

/** More than this is never looked at. */
export const magicBytes = 4096

/** Wire text, one character a byte. */
type Signature =
  | {
      readonly category: FileCategory
      readonly offset: number
      /** One of these stands at the offset, … */
      readonly marks: readonly string[]
      /** … and, where any are named, one of these somewhere behind. */
      readonly holds: readonly string[]
    }
  | { readonly category: FileCategory; readonly text: RegExp }

const begins = (
  category: FileCategory,
  marks: readonly string[],
  holds: readonly string[] = [],
): Signature => ({ category, offset: 0, marks, holds })
const at = (category: FileCategory, offset: number, ...marks: readonly string[]): Signature => ({
  category,
  offset,
  marks,
  holds: [],
})
const text = (category: FileCategory, shape: RegExp): Signature => ({ category, text: shape })

const zip = ['PK\x03\x04']
const ole = ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1']

/** The first that matches counts, so containers stand behind what they may contain. */
const signatures: readonly Signature[] = [
  text('pdf', /^[\s\S]{0,1024}?%PDF-\d/),
  begins('rtf', ['{\\rtf']),
  begins('opendocument', zip, ['mimetypeapplication/vnd.oasis.opendocument']),
  begins('media', zip, ['mimetypeapplication/epub+zip']),
  begins('office', zip, ['[Content_Types].xml', 'word/', 'xl/', 'ppt/', 'visio/']),
  begins('executable', zip, ['META-INF/MANIFEST.MF', 'AndroidManifest.xml']),
  begins('archive', ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']),
  begins('mail', ['!BDN']),
  // A compound file with a stream of Outlook's names is a message, all others are documents.
  begins('mail', ole, ['_\0_\0s\0u\0b\0s\0t\0g\0']),
  begins('office', ole),
  begins('archive', ['7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07', '\x1f\x8b\x08', '\x1f\x9d', '\x1f\xa0']),
  begins('archive', ['\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '\x04\x22\x4d\x18', 'LZIP', 'MSCF', 'xar!']),
  text('archive', /^BZh[1-9]1AY/),
  text('archive', /^0707(?:01|02|07)[0-9a-fA-F]/),
  at('archive', 257, 'ustar'),
  begins('database', ['SQLite format 3\0', 'PGDMP', 'PAR1']),
  begins('database', ['\0\x01\0\0Standard Jet DB', '\0\x01\0\0Standard ACE DB']),
  text(
    'database',
    /^(?:\u00ef\u00bb\u00bf)?[-\s]{0,16}-- (?:MySQL|MariaDB|PostgreSQL|phpMyAdmin|Host:)/,
  ),
  text('database', /^(?:PRAGMA foreign_keys|CREATE TABLE |INSERT INTO )/i),
  text(
    'key',
    /^(?:[\s\S]{0,256}?\n)?-----BEGIN (?:[A-Z0-9]+ ){0,4}(?:KEY|CERTIFICATE|BLOCK|REQUEST)/,
  ),
  text('key', /^PuTTY-User-Key-File-\d/),
  begins('key', ['\x03\xd9\xa2\x9a', '\xfe\xed\xfe\xed\0\0\0', '\xce\xce\xce\xce\0\0\0']),
  text('mail', /^From \S{1,256} (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /),
  text('mail', /^(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version): /i),
  begins('executable', ['MZ'], ['PE\0\0', 'This program']),
  begins('executable', ['\x7fELF', '\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf', '\xce\xfa\xed\xfe']),
  begins('executable', ['\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe', '\0asm\x01', '\xed\xab\xee\xdb']),
  begins('executable', ['!<arch>\ndebian']),
  begins('media', ['ID3', '\xff\xfb', '\xff\xf3', '\xff\xf2', 'fLaC', 'OggS', 'FLV\x01', 'MThd']),
  begins('media', [
    '\x1a\x45\xdf\xa3',
    '\0\0\x01\xba',
    '\0\0\x01\xb3',
    '\x30\x26\xb2\x75\x8e\x66\xcf\x11',
  ]),
  begins('media', ['RIFF'], ['WAVE', 'AVI ']),
  at('media', 4, 'ftyp'),
  text('source', /^#!\s?\/\S/),
  text('source', /^<\?php\b/),
]

/** The category of a file's first block; `other` where nothing is known, also of an empty one. */
export function categoryOfContent(block: Uint8Array): FileCategory {
  const wire = wireOf(block.subarray(0, magicBytes))
  const found = signatures.find((signature) => matches(signature, wire))
  return found?.category ?? (isText(wire) ? 'text' : 'other')
}

function matches(signature: Signature, wire: string): boolean {
  if ('text' in signature) return signature.text.test(wire)
  const { offset, marks, holds } = signature
  return (
    marks.some((mark) => wire.startsWith(mark, offset)) &&
    (holds.length === 0 || holds.some((part) => wire.includes(part)))
  )
}

/** UTF-8, Latin-1 or another set of bytes without control characters but those of text; UTF-16 by its mark. */
function isText(wire: string): boolean {
  if (wire === '') return false
  if (wire.startsWith('\xff\xfe') || wire.startsWith('\xfe\xff')) return true
  for (let i = 0; i < wire.length; i++) {
    const code = wire.charCodeAt(i)
    if ((code < 32 && !(code >= 8 && code <= 13) && code !== 27) || code === 127) return false
  }
  return true
}
