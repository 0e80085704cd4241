import { describe, expect, test } from 'vitest'
import type { FileCategory } from '../../model/service.ts'
import { categoryOfName } from './categories.ts'
import { categoryOfContent, magicBytes } from './magic.ts'
import { bytesOf } from './wire.ts'

const zip = 'PK\x03\x04\x14\0\x08\0\x08\0'.padEnd(30, '\0')
const ole = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'

describe('content', () => {
  test.each<[string, string, FileCategory]>([
    ['a PDF', '%PDF-1.7\n', 'pdf'],
    ['a PDF behind bytes of a mail gateway', 'junk\n%PDF-1.4', 'pdf'],
    ['RTF', '{\\rtf1\\ansi', 'rtf'],
    ['a ZIP', `${zip}a.txt`, 'archive'],
    ['an empty ZIP', 'PK\x05\x06', 'archive'],
    ['a document of Word', `${zip}[Content_Types].xml`, 'office'],
    ['a workbook whose first part is another', `${zip}_rels/.rels  xl/workbook.xml`, 'office'],
    ['an OpenDocument', `${zip}mimetypeapplication/vnd.oasis.opendocument.text`, 'opendocument'],
    ['a book', `${zip}mimetypeapplication/epub+zip`, 'media'],
    ['a JAR', `${zip}META-INF/MANIFEST.MF`, 'executable'],
    ['an old Office document', `${ole}${'\0'.repeat(600)}`, 'office'],
    ['a message of Outlook', `${ole}\0\0_\0_\0s\0u\0b\0s\0t\0g\0`, 'mail'],
    ['a store of Outlook', '!BDN\0\0', 'mail'],
    ['a mailbox', 'From ada@example.org Mon Nov 21 09:00:00 2026\n', 'mail'],
    ['a mail', 'Received: from mx.example.org', 'mail'],
    ['7z', '7z\xbc\xaf\x27\x1c', 'archive'],
    ['RAR', 'Rar!\x1a\x07\0', 'archive'],
    ['gzip', '\x1f\x8b\x08\0', 'archive'],
    ['bzip2', 'BZh91AY&SY', 'archive'],
    ['tar', `${'name'.padEnd(257, '\0')}ustar\x0000`, 'archive'],
    ['SQLite', 'SQLite format 3\0', 'database'],
    ['Access', '\0\x01\0\0Standard Jet DB', 'database'],
    ['a dump of MySQL', '-- MySQL dump 10.13', 'database'],
    ['a dump of PostgreSQL', '--\n-- PostgreSQL database dump\n--', 'database'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', 'key'],
    ['a certificate behind its text', 'Bag Attributes\n-----BEGIN CERTIFICATE-----', 'key'],
    ['a key of PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa', 'key'],
    ['a program of Windows', 'MZ\x90\0'.padEnd(128, '\0').concat('PE\0\0'), 'executable'],
    ['a program of Linux', '\x7fELF\x02\x01', 'executable'],
    ['music', 'ID3\x03\0', 'media'],
    ['a film', '\0\0\0\x18ftypmp42', 'media'],
    ['a film of Matroska', '\x1a\x45\xdf\xa3', 'media'],
    ['sound', 'RIFF\x24\x08\0\0WAVEfmt ', 'media'],
    ['a script', '#!/bin/sh\n', 'source'],
    ['text', 'Grüße\n\tan alle\r\n', 'text'],
    ['text that begins with MZ', 'MZ is an initial', 'text'],
    ['UTF-16', '\xff\xfeG\0r\0', 'text'],
    ['nothing', '', 'other'],
    ['bytes without sense', '\0\x01\x02\x03', 'other'],
  ])('%s', (_, wire, category) => {
    expect(categoryOfContent(bytesOf(wire))).toBe(category)
  })

  test('is judged by the first block alone', () => {
    expect(categoryOfContent(bytesOf(`${' '.repeat(magicBytes)}\0`))).toBe('text')
  })
})

describe('names', () => {
  test.each<[string, FileCategory]>([
    ['plan.pdf', 'pdf'],
    ['PLAN.PDF', 'pdf'],
    ['/pub/a.b/plan.docx', 'office'],
    ['C:\\x\\sheet.ODS', 'opendocument'],
    ['backup.tar.gz', 'archive'],
    ['customers.sql.gz', 'database'],
    ['v1.2.zip', 'archive'],
    ['notes.txt~', 'text'],
    ['LOGIN.EXE;3', 'executable'],
    ['id_rsa', 'key'],
    ['.htpasswd', 'key'],
    ['server.pem', 'key'],
    ['outlook.pst', 'mail'],
    ['film.mkv', 'media'],
    ['app.ts', 'source'],
    ['setup.msi', 'executable'],
    ['letter.rtf', 'rtf'],
    ['README', 'text'],
    ['pdf', 'other'],
    ['.pdf', 'pdf'],
    ['constructor', 'other'],
    ['a.constructor', 'other'],
    ['a.pdf.', 'other'],
    ['', 'other'],
  ])('%s', (name, category) => {
    expect(categoryOfName(name)).toBe(category)
  })
})
