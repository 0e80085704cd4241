import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { publicId } from '../identity.ts'
import { emptyAudit, options, richAudit } from '../testing/fixture.ts'
import { html } from './html.ts'

const render = (...args: Parameters<typeof html.render>): string =>
  [...html.render(...args)].join('')
const page = render(richAudit, { ...options, showAll: true })

test('nothing is loaded from anywhere and no attribute runs or styles anything', () => {
  expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|base|form [^>]*action)\b/)
  expect(page).not.toMatch(/<[^>]*\s(?:src|style|on[a-z]+)=/)
  for (const [, target] of page.matchAll(/<[^>]*\shref="([^"]*)"/g)) expect(target).toMatch(/^#/)
})

test('the policy names exactly the script and the style of the page', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
  expect(policy).toContain('default-src &#39;none&#39;')
  for (const element of ['script', 'style']) {
    const inline = [...page.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))]
    expect(inline).toHaveLength(1)
    const sum = hash('sha256', inline[0]?.[1] ?? '', 'base64')
    expect(policy).toContain(`${element}-src &#39;sha256-${sum}&#39;`)
  }
})

test('every finding that counts and every exposure stands on the page', () => {
  for (const { key, status } of richAudit.findings)
    if (status !== 'pass') expect(page).toContain(`id="f-${publicId(key)}"`)
  for (const { key } of richAudit.exposures) expect(page).toContain(`id="e-${publicId(key)}"`)
})

test('every link leads to something', () => {
  for (const [, target] of page.matchAll(/href="#([^"]*)"/g))
    expect(page).toContain(`id="${target}"`)
})

test('hostile names are text', () => {
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page.match(/<script\b/g)).toHaveLength(1)
})

test('gaps, coverage and notices are there', () => {
  for (const text of [
    'route-tables (absent)',
    'network-interfaces (partial)',
    'leaves answers open',
    'exemption 3 matches nothing',
  ])
    expect(page).toContain(text)
})

test('an empty audit says what was looked at', () => {
  expect(render(emptyAudit, options)).toContain('Looked at: 0 interfaces · 0 filters in 0 accounts')
})
