/** What the first bytes of a file are: media types, and which of two categories says more. */
import type { FileCategory } from '../../model/service.ts'
import { categoryOfName } from '../../protocols/ftp/categories.ts'
import { categoryOfContent, magicBytes } from '../../protocols/ftp/magic.ts'
import { latin1 } from './latin1.ts'

export interface Content {
  /** Media type as registered with IANA, `application/octet-stream` where the bytes tell nothing. */
  readonly type: string
  readonly category: FileCategory
}

/** So many bytes tell, by the first two of them: containers show what they hold further inside. */
export const neededOf = (first: number | undefined, second: number | undefined): number =>
  second === undefined || containers.has((first ?? 0) * 256 + second) ? maxNeeded : ordinarily
export const maxNeeded = magicBytes
const ordinarily = 1040
/** ZIP, OLE, programs of DOS, RIFF. */
const containers: ReadonlySet<number> = new Set([0x504b, 0xd0cf, 0x4d5a, 0x5249])

export function contentOf(block: Uint8Array): Content {
  const category = categoryOfContent(block)
  const wire = latin1(block)
  const type = types.find((mark) => fits(mark, wire))?.type
  return { type: type ?? ordinary[category] ?? 'application/octet-stream', category }
}

/** The first bytes count before the name, but where the name is the finer of two that agree. */
export function categoryOf(name: string, content: Content | null): FileCategory {
  const named = categoryOfName(name)
  if (content === null || content.category === 'other') return named
  if (named === 'other' || named === content.category) return content.category
  return finer[content.category]?.includes(named) ? named : content.category
}

/** Text is what sources, dumps and keys are made of; containers hold documents, dumps and programs. */
const finer: Partial<Readonly<Record<FileCategory, readonly FileCategory[]>>> = {
  text: ['source', 'database', 'key', 'mail', 'text'],
  archive: ['office', 'opendocument', 'database', 'executable', 'media'],
  office: ['mail', 'database'],
}

/** Wire text at an offset, and what must stand somewhere behind it. */
interface Mark {
  readonly type: string
  readonly at: number
  readonly marks: readonly string[]
  readonly holds: string
}

const begins = (type: string, ...marks: readonly string[]): Mark => ({
  type,
  at: 0,
  marks,
  holds: '',
})
const at = (type: string, offset: number, mark: string): Mark => ({
  type,
  at: offset,
  marks: [mark],
  holds: '',
})
const holds = (type: string, mark: string, part: string): Mark => ({
  type,
  at: 0,
  marks: [mark],
  holds: part,
})

const zip = 'PK\x03\x04'
const openDocument = 'application/vnd.oasis.opendocument'
const openXml = 'application/vnd.openxmlformats-officedocument'

/** The first that fits; magic numbers as in file(1) and the registrations of the types. */
const types: readonly Mark[] = [
  begins('application/pdf', '%PDF-'),
  begins('application/rtf', '{\\rtf'),
  holds(`${openDocument}.text`, zip, `mimetype${openDocument}.text`),
  holds(`${openDocument}.spreadsheet`, zip, `mimetype${openDocument}.spreadsheet`),
  holds(`${openDocument}.presentation`, zip, `mimetype${openDocument}.presentation`),
  holds(`${openDocument}.graphics`, zip, `mimetype${openDocument}.graphics`),
  holds('application/epub+zip', zip, 'mimetypeapplication/epub+zip'),
  holds(`${openXml}.wordprocessingml.document`, zip, 'word/'),
  holds(`${openXml}.spreadsheetml.sheet`, zip, 'xl/'),
  holds(`${openXml}.presentationml.presentation`, zip, 'ppt/'),
  holds('application/java-archive', zip, 'META-INF/MANIFEST.MF'),
  begins('application/zip', zip, 'PK\x05\x06', 'PK\x07\x08'),
  begins('application/x-ole-storage', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  begins('application/gzip', '\x1f\x8b\x08'),
  begins('application/x-bzip2', 'BZh'),
  begins('application/x-xz', '\xfd7zXZ\0'),
  begins('application/zstd', '\x28\xb5\x2f\xfd'),
  begins('application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'),
  begins('application/vnd.rar', 'Rar!\x1a\x07'),
  at('application/x-tar', 257, 'ustar'),
  begins('application/vnd.sqlite3', 'SQLite format 3\0'),
  begins('image/png', '\x89PNG\r\n\x1a\n'),
  begins('image/jpeg', '\xff\xd8\xff'),
  begins('image/gif', 'GIF87a', 'GIF89a'),
  begins('image/tiff', 'II*\0', 'MM\0*'),
  holds('image/webp', 'RIFF', 'WEBP'),
  holds('audio/wav', 'RIFF', 'WAVE'),
  holds('video/vnd.avi', 'RIFF', 'AVI '),
  begins('audio/mpeg', 'ID3', '\xff\xfb', '\xff\xf3', '\xff\xf2'),
  begins('audio/flac', 'fLaC'),
  begins('application/ogg', 'OggS'),
  begins('video/matroska', '\x1a\x45\xdf\xa3'),
  at('video/mp4', 4, 'ftyp'),
  holds('application/vnd.microsoft.portable-executable', 'MZ', 'PE\0\0'),
  holds('application/vnd.microsoft.portable-executable', 'MZ', 'This program'),
  begins('application/x-elf', '\x7fELF'),
  begins('application/wasm', '\0asm\x01'),
  begins('application/vnd.debian.binary-package', '!<arch>\ndebian'),
  begins('application/x-x509-ca-cert', '-----BEGIN CERTIFICATE-----'),
  begins('application/x-pem-file', '-----BEGIN '),
  begins('text/html', '<!DOCTYPE html', '<!doctype html', '<html', '<HTML'),
  begins('application/xml', '<?xml ', '\xef\xbb\xbf<?xml '),
  begins('text/x-shellscript', '#!/bin/sh', '#!/bin/bash', '#!/usr/bin/env bash'),
]

const fits = ({ at: offset, marks, holds: part }: Mark, wire: string): boolean =>
  marks.some((mark) => wire.startsWith(mark, offset)) && (part === '' || wire.includes(part))

const ordinary: Partial<Readonly<Record<FileCategory, string>>> = {
  text: 'text/plain',
  pdf: 'application/pdf',
  source: 'text/plain',
  mail: 'message/rfc822',
}
