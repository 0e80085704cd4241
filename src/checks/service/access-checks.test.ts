import { describe, expect, test } from 'vitest'
import type { FtpFacts } from '../../model/service.ts'
import { formatSource } from '../../model/source.ts'
import {
  type Answers,
  allListed,
  ftp,
  hosted,
  judge,
  service,
  textsOf,
  untold,
  verdict,
} from '../sample-service.test.data.ts'

type Row = {
  readonly name: string
  readonly answers: Answers
  readonly more?: Partial<FtpFacts>
  readonly gives: string
}
const byAccount = { answer: 'yes', authenticatedAs: 'audit' } as const

describe('anonymous login', () => {
  test.each<Row>([
    { name: 'is let in', answers: { anonymous: 'yes' }, gives: 'fail medium' },
    { name: 'is refused', answers: { anonymous: 'no' }, gives: 'pass' },
    { name: 'could not be told', answers: { anonymous: 'unknown' }, gives: 'unknown' },
    {
      name: 'may write',
      answers: { anonymous: 'yes', writable: 'yes' },
      gives: 'fail high',
    },
    {
      name: 'is let in, where an account may write',
      answers: { anonymous: 'yes', writable: byAccount },
      gives: 'fail medium',
    },
    {
      name: 'sees a key',
      answers: { anonymous: 'yes', 'hosted-files': 'yes' },
      more: { files: [hosted('/id_rsa', { category: 'key' })] },
      gives: 'fail high',
    },
    {
      name: 'is let in, where an account sees a key',
      answers: { anonymous: 'yes', 'hosted-files': byAccount },
      more: { files: [hosted('/id_rsa', { category: 'key' })] },
      gives: 'fail medium',
    },
  ])('$name: $gives', ({ answers, more, gives }) => {
    expect(verdict('ftp-server-anonymous-login', answers, more)).toBe(gives)
  })

  test('the lines that prove it stand in the because, in the words of the server', () => {
    const found = judge(
      'ftp-server-anonymous-login',
      service({ ftp: ftp({ anonymous: { answer: 'yes', reason: 'let-in', lines: [2, 3, 99] } }) }),
    )
    expect(found?.because?.slice(0, 3)).toEqual([
      { source: null, text: 'anonymous login: yes (let in)' },
      { source: expect.anything(), text: 'USER anonymous' },
      { source: expect.anything(), text: '230 Welcome' },
    ])
    const place = found?.because?.[2]?.source
    expect(place && formatSource(place)).toBe('internet/203.0.113.5:21/tcp transcript:3')
  })

  test('an unknown keeps its reason', () => {
    const found = judge(
      'ftp-server-anonymous-login',
      service({ ftp: ftp({ anonymous: untold('banned-before-it-was-asked') }) }),
    )
    expect(textsOf(found)).toEqual(['anonymous login: could not tell (banned before it was asked)'])
  })

  test('a server that was not assessed, or not asked, is unknown', () => {
    const bare = judge('ftp-server-anonymous-login', service({ ftp: null, ended: 'reset' }))
    expect(bare?.status).toBe('unknown')
    expect(textsOf(bare).join()).toContain('reset')
    const notAsked = judge('ftp-server-anonymous-login', service({ ftp: { ...ftp(), checks: [] } }))
    expect(notAsked?.status).toBe('unknown')
    expect(textsOf(notAsked)).toEqual(['anonymous login: could not tell (not asked)'])
  })
})

describe('a writable directory', () => {
  test.each<Row>([
    { name: 'none', answers: {}, gives: 'pass' },
    { name: 'not known', answers: { writable: 'unknown' }, gives: 'unknown' },
    {
      name: 'proved for anybody',
      answers: { writable: 'yes' },
      more: { writable: 'proved' },
      gives: 'fail critical',
    },
    {
      name: 'proved for anonymous by name',
      answers: { writable: { answer: 'yes', authenticatedAs: 'Anonymous' } },
      more: { writable: 'proved' },
      gives: 'fail critical',
    },
    {
      name: 'inferred for anybody',
      answers: { writable: 'yes' },
      more: { writable: 'inferred' },
      gives: 'fail high',
    },
    {
      name: 'proved for an account',
      answers: { writable: byAccount },
      more: { writable: 'proved' },
      gives: 'fail low',
    },
  ])('$name: $gives', ({ answers, more, gives }) => {
    expect(verdict('ftp-server-writable-directory', answers, more)).toBe(gives)
  })

  test('names directories up to ten, and what a proof left behind', () => {
    const found = judge(
      'ftp-server-writable-directory',
      service({
        ftp: ftp(
          { writable: 'yes' },
          {
            writable: 'proved',
            writableDirectories: Array.from({ length: 12 }, (_, i) => `/in/${i}`),
            cleanUp: [
              { path: '/in/0/gone', removed: true },
              { path: '/in/0/left', removed: false },
            ],
          },
        ),
      }),
    )
    const texts = textsOf(found)
    expect(texts).toContain('/in/9 (written to and cleaned up)')
    expect(texts).not.toContain('/in/10 (written to and cleaned up)')
    expect(texts).toContain('and 2 more directories')
    expect(texts.filter((text) => text.includes('behind'))).toEqual([
      'the proof left /in/0/left behind: remove it',
    ])
  })
})

describe('guessing', () => {
  test.each<Row>([
    { name: 'hindered', answers: {}, gives: 'pass' },
    { name: 'not hindered', answers: { 'guessing-resisted': 'no' }, gives: 'fail' },
    { name: 'not asked', answers: { 'guessing-resisted': 'unknown' }, gives: 'unknown' },
  ])('$name: $gives', ({ answers, gives }) => {
    expect(verdict('ftp-server-guessing', answers)).toBe(gives)
  })
})

describe('hosted files', () => {
  const key = hosted('/pub/server.key', { category: 'key' })
  const film = hosted('/pub/film.mkv', { category: 'media' })
  const paper = hosted('/pub/paper.pdf', { category: 'pdf' })
  const disguised = hosted('/pub/picture.jpg', { category: 'media', content: 'database' })

  test.each([
    { name: 'a key', files: [key], sensitive: 'fail high', media: 'pass' },
    { name: 'a film', files: [film], sensitive: 'pass', media: 'fail low' },
    { name: 'a paper', files: [paper], sensitive: 'pass', media: 'pass' },
    {
      name: 'a dump that is called a picture',
      files: [disguised],
      sensitive: 'fail high',
      media: 'fail low',
    },
    { name: 'nothing', files: [], sensitive: 'pass', media: 'pass' },
    { name: 'nobody could look', files: null, sensitive: 'unknown', media: 'unknown' },
  ])('$name', ({ files, sensitive, media }) => {
    const answers = { 'hosted-files': files === null ? 'no' : allListed } as const
    expect(verdict('ftp-server-sensitive-files', answers, { files })).toBe(sensitive)
    expect(verdict('ftp-server-copyrighted-files', answers, { files })).toBe(media)
  })

  test('a look that was cut short passes nothing, but what it found counts', () => {
    const answers = { 'hosted-files': untold('bound-reached') }
    const listed = { 'hosted-files': { answer: 'yes', reason: 'listed' } } as const
    expect(verdict('ftp-server-sensitive-files', listed, { files: [paper] })).toBe('unknown')
    expect(verdict('ftp-server-sensitive-files', listed, { files: [key] })).toBe('fail high')
    expect(verdict('ftp-server-sensitive-files', answers, { files: [paper] })).toBe('unknown')
    expect(verdict('ftp-server-sensitive-files', answers, { files: [key] })).toBe('fail high')
  })

  test('what only an account sees weighs less', () => {
    const answers = { 'hosted-files': byAccount }
    expect(verdict('ftp-server-sensitive-files', answers, { files: [key] })).toBe('fail medium')
    expect(verdict('ftp-server-copyrighted-files', answers, { files: [film] })).toBe(
      'fail informational',
    )
  })

  test('ten are named, and how many there are', () => {
    const files = Array.from({ length: 13 }, (_, i) => hosted(`/k/${i}.pem`, { category: 'key' }))
    const found = judge(
      'ftp-server-sensitive-files',
      service({ ftp: ftp({ 'hosted-files': 'yes' }, { files }) }),
    )
    const texts = textsOf(found)
    expect(texts[0]).toBe('13 of its files')
    expect(texts.filter((text) => text.startsWith('/k/'))).toHaveLength(10)
    expect(texts[1]).toBe('/k/0.pem (key, 118196 bytes)')
    expect(texts).toContain('and 3 more')
  })

  test('a name stays as it came: whoever shows it makes it safe', () => {
    const path = '/pub/\u001b[2J<b>.sql'
    const files = [hosted(path, { category: 'database', bytes: null, content: 'key' })]
    const found = judge(
      'ftp-server-sensitive-files',
      service({ ftp: ftp({ 'hosted-files': 'yes' }, { files }) }),
    )
    expect(textsOf(found)[1]).toBe(`${path} (database, inside key)`)
  })
})
