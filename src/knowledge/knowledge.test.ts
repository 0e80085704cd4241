import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { definitions, findCheck } from '../checks/index.ts'
import { verbs } from '../protocols/ftp/verbs.ts'
import { checkDocs } from './docs.ts'
import type { KnowledgePage, Language } from './knowledge-page.ts'
import { renderMarkdown } from './markdown.ts'
import { knowledgeOf } from './page.ts'
import { placeholders, placeholdersIn } from './placeholder.ts'
import { renderText } from './text.ts'

const pages = definitions.map(knowledgeOf)
const pageOf = (id: string): KnowledgePage => {
  const check = findCheck(id)
  if (!check) throw new Error(`no check ${id}`)
  return knowledgeOf(check)
}
const codes = (page: KnowledgePage, language: Language): readonly string[] =>
  [...page.audit, ...page.remediation]
    .flatMap(({ steps }) => steps.flatMap(({ code }) => code ?? []))
    .filter((code) => code.language === language)
    .map(({ text }) => text)
/** Each snippet once, with the first page that shows it. */
const distinct = (language: Language) => {
  const seen = new Map<string, string>()
  for (const page of pages)
    for (const text of codes(page, language)) if (!seen.has(text)) seen.set(text, page.id)
  return [...seen].map(([text, id]) => ({ id, text }))
}

test.each(pages)('$id has every part', (page) => {
  expect(page.what.length).toBeGreaterThan(0)
  expect(page.why.length).toBeGreaterThan(0)
  expect(page.audit.map(({ tool }) => tool)).toEqual(
    page.provider === 'Network' ? ['portreeve', 'cli'] : ['portreeve', 'console', 'cli'],
  )
  expect(remediationTools[page.provider]).toContainEqual(page.remediation.map(({ tool }) => tool))
  for (const { steps } of [...page.audit, ...page.remediation])
    expect(steps.length).toBeGreaterThan(0)
  expect(page.references.length).toBeGreaterThan(0)
  expect(page.compliance.map(({ id }) => id).sort()).toEqual(
    [...(findCheck(page.id)?.requirements ?? [])].sort(),
  )
})

const servers = ['vsftpd', 'proftpd', 'pure-ftpd', 'iis', 'filezilla-server']
const remediationTools: Readonly<Record<string, readonly (readonly string[])[]>> = {
  AWS: [['console', 'cli', 'cloudformation-json', 'cloudformation-yaml', 'terraform']],
  Azure: [['console', 'cli', 'arm-json', 'bicep', 'terraform']],
  // What no setting mends takes somebody who looks.
  Network: [servers, ['by-hand', ...servers], ['by-hand']],
}

describe('snippets', () => {
  test.each(pages.filter(({ id }) => /unrestricted|wide|management|group-open$/.test(id)))(
    '$id shows a template in every language',
    (page) => {
      const languages = page.provider === 'AWS' ? ['json', 'yaml', 'hcl'] : ['json', 'bicep', 'hcl']
      for (const language of languages)
        if (!page.id.startsWith('aws-default'))
          expect(codes(page, language as Language)).toHaveLength(1)
    },
  )

  test.each(distinct('json'))('JSON of $id parses', ({ text }) => {
    expect(JSON.parse(text)).toBeTypeOf('object')
  })

  test.each(pages.filter((page) => codes(page, 'yaml').length > 0))(
    'YAML of $id says the same as its JSON',
    (page) => {
      const [yaml = '', json = ''] = [codes(page, 'yaml')[0], codes(page, 'json')[0]]
      expect(parseYaml(yaml)).toEqual(JSON.parse(json))
    },
  )

  test.each([...distinct('hcl'), ...distinct('bicep')])('blocks of $id are closed', ({ text }) => {
    const open: string[] = []
    for (const mark of text.replaceAll(/"[^"\n]*"|'[^'\n]*'|#.*/g, '').match(/[{}[\]()]/g) ?? [])
      if ('{[('.includes(mark)) open.push(mark)
      else expect(`${open.pop()}${mark}`).toMatch(/^(\{\}|\[\]|\(\))$/)
    expect(open).toEqual([])
  })

  test.each(distinct('hcl'))('every line of $id is one of HCL’s', ({ text }) => {
    for (const line of text.split('\n'))
      expect(line).toMatch(
        /^\s*($|#.*$|\}$|[a-z_]+( "[a-z0-9_-]+")* \{$|[a-z_0-9]+ += (".*"|\d+|\[\]|\{|[a-z]+(\([a-z]+\))?|[a-z_]+(\.[a-z_0-9]+)+)$)/,
      )
  })
})

describe('commands survive a shell', () => {
  const commands = distinct('sh')
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-'))
  // The tools are replaced by functions that only tell their arguments, each ended by a line of its own.
  const tools = ['aws', 'az', 'portreeve', 'tr', 'sort', 'comm', 'curl', 'openssl', 'lftp', 'nmap']
  const stubs = [...tools, 'ss', 'systemctl', 'proftpd'].map(
    (name) => `${name}() { printf '%s\\n' '${name}' "$@" '--end--' >&3; }`,
  )
  const said = (text: string): readonly (readonly string[])[] =>
    execFileSync('sh', ['-eu'], {
      cwd: folder,
      input: `exec 3>&1 >/dev/null\n${stubs.join('\n')}\n${text}\n`,
      encoding: 'utf8',
    })
      .split('--end--\n')
      .filter(Boolean)
      .map((call) => call.trimEnd().split('\n'))

  test('each runs, and its arguments come out as they were meant', () => {
    try {
      const calls = said(commands.map(({ text }) => text).join('\n'))
      expect(calls.length).toBeGreaterThanOrEqual(commands.length)
      const argumentOf = (call: readonly string[], option: string) =>
        call[call.indexOf(option) + 1] ?? ''
      const permissions = calls.filter((call) => call.includes('--ip-permissions'))
      expect(permissions.length).toBeGreaterThan(0)
      for (const call of permissions)
        for (const permission of JSON.parse(argumentOf(call, '--ip-permissions')))
          expect(permission).toMatchObject({
            IpProtocol: expect.stringMatching(/^(tcp|udp|icmp|icmpv6)$/),
            FromPort: expect.any(Number),
            ToPort: expect.any(Number),
          })
      const everybody = calls.find((call) => argumentOf(call, '--query').includes('::/0'))
      expect(argumentOf(everybody ?? [], '--query')).toContain(
        "IsEgress==`false` && (CidrIpv4=='0.0.0.0/0'",
      )
      const inOrder = calls.find((call) =>
        argumentOf(call, '--query').includes('sort_by([?direction'),
      )
      expect(argumentOf(inOrder ?? [], '--query')).toContain('&priority)[]')
      expect(argumentOf(inOrder ?? [], '--query')).toContain('|| `[]`)')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each(commands)('nothing in $id is taken for history by an interactive shell', ({ text }) => {
    const unquoted = text.replaceAll(/'[^']*'/g, '')
    expect(unquoted).not.toContain('!')
  })

  test.each(commands)('what stands for the reader’s own in $id is known', ({ text }) => {
    const words = text.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? []
    expect(words.filter((word) => !(word in placeholders) && !protocolWords.has(word))).toEqual([])
  })

  /** Words of the protocols themselves: FTP's commands, and OpenSSL's name for a level of strength. */
  const protocolWords: ReadonlySet<string> = new Set([...verbs, 'SECLEVEL'])
})

test('no template holds a placeholder: what is the reader’s own is a parameter there', () => {
  const templates = (['json', 'yaml', 'hcl', 'bicep'] as const).flatMap(distinct)
  expect(placeholdersIn(templates.map(({ text }) => text))).toEqual([])
})

test('no template lets everybody in', () => {
  const templates = (['json', 'yaml', 'hcl', 'bicep'] as const).flatMap(distinct)
  expect(
    templates.filter(({ text }) => /0\.0\.0\.0\/0|::\/0|sourceAddressPrefix: '\*'/.test(text)),
  ).toEqual([])
})

describe('what a page says', () => {
  test('FTP pages carry the six pieces of advice, and who gives them', () => {
    for (const id of [
      'aws-security-group-unrestricted-ftp',
      'Network-005',
      'azure-virtual-machine-unrestricted-ftp',
    ]) {
      const { advice } = pageOf(id)
      expect(advice?.items).toHaveLength(6)
      expect(advice?.credit).toContain('Lightlytics')
    }
    expect(pageOf('EC2-034').advice).toBeNull()
  })
  test('the ports of a service are in its rules and its templates', () => {
    const page = pageOf('aws-security-group-unrestricted-ftp')
    expect(JSON.parse(codes(page, 'json')[0] ?? '')).toMatchObject({
      Resources: {
        SecurityGroup: {
          Properties: { SecurityGroupIngress: [{ FromPort: 20, ToPort: 21 }, { CidrIpv6: {} }] },
        },
      },
    })
    expect(pageOf('aws-security-group-unrestricted-dns').what[0]).toContain('TCP 53 and UDP 53')
  })
  test('a benchmark without a line for it is named as outside', () => {
    expect(pageOf('aws-security-group-unrestricted-ftp').outside).toContain(
      'CIS Amazon Web Services Foundations Benchmark 5.0',
    )
    expect(pageOf('aws-security-group-unrestricted-ssh').outside).toEqual([])
  })
  test('no other provider’s words stray in', () => {
    const others: Readonly<Record<string, RegExp>> = {
      AWS: /\baz network\b/,
      Azure: /\baws ec2\b/,
      Network: /\baz network\b|\baws ec2\b/,
    }
    for (const page of pages) expect(renderMarkdown(page)).not.toMatch(others[page.provider] ?? /^/)
  })
  test('a page of a service says how to mend it on every server that a setting mends', () => {
    const page = pageOf('ftp-server-clear-text-login')
    const shown = page.remediation.flatMap(({ steps }) =>
      steps.flatMap(({ code }) => code?.text ?? []),
    )
    for (const setting of [
      'force_local_logins_ssl=YES',
      'TLSRequired on',
      'TLS 2',
      'controlChannelPolicy="SslRequire"',
    ])
      expect(shown.join('\n')).toContain(setting)
    expect(page.references.map(({ title }) => title).join()).toContain('CWE-319')
  })
  test.each(distinct('xml'))('tags of $id are closed', ({ text }) => {
    const open: string[] = []
    for (const [tag, slash, name, empty] of text.matchAll(/<(\/?)([\w.]+)[^<>]*?(\/?)>/g)) {
      if (slash) expect(open.pop(), tag).toBe(name)
      else if (!empty) open.push(name ?? '')
    }
    expect(open).toEqual([])
  })
})

describe('renderings', () => {
  test.each(pages)('Markdown of $id has its parts and closes its fences', (page) => {
    const text = renderMarkdown(page)
    for (const title of [
      'What it looks at',
      'Why it matters',
      'Severity',
      'Audit',
      'Remediation',
      'Compliance',
      'References',
    ])
      expect(text).toContain(`\n## ${title}\n`)
    expect((text.match(/^ *```/gm) ?? []).length % 2).toBe(0)
    for (const alias of page.aliases) expect(text).toContain(`\`${alias}\``)
  })
  test.each([40, 80, 120])('text keeps to %i columns but for commands and addresses', (width) => {
    for (const page of pages) {
      const long = renderText(page, width)
        .split('\n')
        .filter((line) => line.length > width && !line.startsWith(' '.repeat(8)))
      // One word that is longer than the line, behind a label or number.
      expect(long.filter((line) => line.trim().split(/\s+/).length > 2)).toEqual([])
    }
  })
  test('text has no marks of Markdown outside of commands', () => {
    const page = pageOf('Network-005')
    const outside = renderText(page, 100)
      .split('\n')
      .filter((line) => !line.startsWith('        '))
    expect(outside.filter((line) => line.includes('`'))).toEqual([])
  })
})

test('docs/checks is as generated (npm run docs)', () => {
  const folder = new URL('../../docs/checks/', import.meta.url)
  const onDisk = new Map(
    readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  )
  const generated = checkDocs(definitions)
  expect([...onDisk.keys()].sort()).toEqual([...generated.keys()].sort())
  for (const [name, text] of generated) expect(onDisk.get(name) === text, name).toBe(true)
  for (const { id } of definitions) expect(generated.get('index.md')).toContain(`[${id}](${id}.md)`)
})
