import { describe, expect, test } from 'vitest'
import { accountFor, DropCount, isComplaint, programsFor } from './live-programs.ts'

const request = { interface: '-w evil', filter: '-z rm', promiscuous: 'off' } as const

describe('calls', () => {
  test('an ordinary user has dumpcap, root what becomes somebody else', () => {
    expect(programsFor(false).map(({ name }) => name)).toEqual(['dumpcap', 'tcpdump'])
    expect(programsFor(true).map(({ name }) => name)).toEqual(['tcpdump', 'dumpcap'])
  })
  test('what the user names stays one argument, and no option', () => {
    for (const program of programsFor(true)) {
      const options = program.options(request, 'tcpdump')
      expect(options[options.indexOf('-i') + 1]).toBe('-w evil')
      const before = options[options.indexOf('-z rm') - 1]
      expect(before).toBe(program.name === 'tcpdump' ? '--' : '-f')
      expect(options).toContain('-p')
    }
  })
  test('tcpdump is told who to become', () => {
    const [tcpdump] = programsFor(true)
    expect(tcpdump?.options(request, 'nobody').join(' ')).toContain('-Z nobody')
    expect(tcpdump?.options(request, null)).not.toContain('-Z')
  })
  test.each([
    { accounts: ['root', 'nobody', 'tcpdump'], account: 'tcpdump' },
    { accounts: ['root', 'nobody'], account: 'nobody' },
    { accounts: [], account: null },
  ])('$accounts: $account', ({ accounts, account }) => {
    expect(accountFor(accounts)).toBe(account)
  })
})

describe('drops', () => {
  test.each<{ name: string; lines: string[]; total: number | null }>([
    { name: 'nothing told', lines: ['listening on lo'], total: null },
    {
      name: 'tcpdump when asked, each time the total',
      lines: [
        'tcpdump: 2 packets captured, 4 packets received by filter, 1 packet dropped by kernel',
        'tcpdump: 9 packets captured, 9 packets received by filter, 3 packets dropped by kernel',
      ],
      total: 3,
    },
    {
      name: 'tcpdump at its end, by kernel and interface',
      lines: [
        '12 packets captured',
        '3 packets dropped by kernel',
        '4 packets dropped by interface',
      ],
      total: 7,
    },
    {
      name: 'dumpcap',
      lines: [
        "Packets received/dropped on interface 'Loopback: lo': 12/5 (pcap:5/dumpcap:0/flushed:0/ps_ifdrop:0) (70.6%)",
      ],
      total: 5,
    },
  ])('$name', ({ lines, total }) => {
    const count = new DropCount()
    for (const line of lines) count.read(line)
    expect(count.total).toBe(total)
  })
})

test.each([
  ['tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes', false],
  ['2 packets captured', false],
  ["Capturing on 'Loopback: lo'", false],
  ['File: -', false],
  ['Packets captured: 12', false],
  ['tcpdump: pcap_loop: The interface disappeared', true],
  ['tcpdump: eth9: No such device exists', true],
  ['dumpcap: There is no device named "eth9".', true],
])('%s: %s', (line, isOne) => {
  expect(isComplaint(line)).toBe(isOne)
})
