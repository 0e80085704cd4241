import { describe, expect, test } from 'vitest'
import { categoryOf, contentOf } from './content.ts'

const bytes = (wire: string) => Uint8Array.from(wire, (one) => one.charCodeAt(0))
const docx = `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml word/document.xml`

describe('the first bytes tell', () => {
  test.each([
    ['%PDF-1.7\n', 'application/pdf', 'pdf'],
    ['\u001f\u008b\u0008', 'application/gzip', 'archive'],
    ['PK\x03\x04x', 'application/zip', 'archive'],
    [docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'office'],
    [`${'x'.repeat(257)}ustar`, 'application/x-tar', 'archive'],
    ['#!/bin/sh\n', 'text/x-shellscript', 'source'],
    ['-----BEGIN RSA PRIVATE KEY-----', 'application/x-pem-file', 'key'],
    ['hello\r\n', 'text/plain', 'text'],
    ['\x00\x01\x02', 'application/octet-stream', 'other'],
    ['\x89PNG\r\n\x1a\n', 'image/png', 'other'],
  ])('%j', (wire, type, category) => {
    expect(contentOf(bytes(wire))).toEqual({ type, category })
  })

  test.each([
    ['a.pdf', null, 'pdf'],
    ['a.pdf', 'MZ This program', 'executable'],
    ['a.txt', '%PDF-1.7', 'pdf'],
    ['a.sql', 'hello', 'database'],
    ['a.c', 'int main', 'source'],
    ['a.docx', 'PK\x03\x04x', 'office'],
    ['dump.sql.gz', '\u001f\u008b\u0008', 'database'],
    ['a.mp3', 'hello', 'text'],
    ['noname', '\x00\x01', 'other'],
  ])('and the name %s with %j', (name, wire, category) => {
    expect(categoryOf(name, wire === null ? null : contentOf(bytes(wire)))).toBe(category)
  })
})
