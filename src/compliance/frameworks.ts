/**
 * The compliance map as data: each framework with its version, each edge with its strength and whose reading it is. What
 * a benchmark does not speak of is named as outside of it; nothing is made up to fill a column.
 */
import type { Scope } from '../checks/requirements.ts'
import {
  type Caveat,
  type Edge,
  type Framework,
  type Reading,
  type Strength,
  type Subject,
  subjects,
} from './framework.ts'

type EdgeOptions = {
  readonly reading?: Reading
  readonly scope?: Scope | null
  readonly note?: string
}

/** The subjects that checks are about stand for themselves. */
const scopeOf: Readonly<Record<Subject, Scope | null>> = {
  ftp: 'ftp',
  management: 'management',
  uncommon: 'uncommon',
  'standing-access': null,
  'change-trail': null,
}

function edges(
  subject: Subject,
  strength: Strength,
  lines: string,
  options: EdgeOptions = {},
): readonly Edge[] {
  return lines.split(' ').map((line) => ({
    line,
    subject,
    strength,
    reading: options.reading ?? (strength === 'direct' ? 'framework' : 'ours'),
    scope: options.scope === undefined ? scopeOf[subject] : options.scope,
    note: options.note ?? null,
  }))
}
const direct = (subject: Subject, lines: string, options?: EdgeOptions) =>
  edges(subject, 'direct', lines, options)
const partial = (subject: Subject, lines: string, options?: EdgeOptions) =>
  edges(subject, 'partial', lines, options)

const ours = { reading: 'ours' } as const
const open = ['ftp', 'management', 'uncommon'] as const
const caveat = (about: readonly Subject[], text: string): Caveat => ({ subjects: about, text })
const ourFtp = caveat(['ftp'], 'The edges for FTP are our reading of the requirement text.')
const notStated = (...about: readonly Subject[]): Caveat =>
  caveat(about, 'The strength of these edges is not settled; they are taken as partial.')
const noFtp = caveat(['ftp'], 'The benchmark has no recommendation on FTP.')

export const frameworks: readonly Framework[] = [
  {
    id: 'pci-dss-4.0.1',
    title: 'PCI DSS',
    version: '4.0.1',
    provider: null,
    edges: [
      ...direct('ftp', '1.2.5', { ...ours, note: 'Its guidance names Telnet and FTP.' }),
      ...direct('ftp', '1.2.6 1.4.2 2.2.4 2.2.5', ours),
      ...partial('ftp', '1.3.1 1.4.1 4.2.1'),
      ...direct('management', '1.3.1 1.4.1 1.4.2 2.2.7'),
      ...partial('management', '1.2.5 1.5.1 8.4.3'),
      ...direct('uncommon', '1.2.5 1.3.1 1.4.2 2.2.4'),
      ...partial('uncommon', '2.2.5'),
      ...partial('standing-access', '7.2.1 7.2.2 8.2.7'),
      ...partial('change-trail', '1.2.2 1.2.7 6.5.1 10.2'),
    ],
    outside: [],
    caveats: [
      ourFtp,
      caveat(open, 'A1.1.3 is only for multi-tenant service providers and is left out.'),
      notStated('change-trail'),
    ],
  },
  {
    id: 'hipaa-2013',
    title: 'HIPAA Security Rule (45 CFR Part 164, Subpart C)',
    version: '2013',
    provider: null,
    edges: [
      ...direct('ftp', '164.312(e)(1) 164.312(e)(2)(ii)', ours),
      ...partial('ftp', '164.312(a)(1) 164.308(a)(1)(ii)(B)'),
      ...direct('management', '164.312(a)(1)'),
      ...partial('management', '164.312(e)(1) 164.312(d)'),
      ...partial('uncommon', '164.312(a)(1) 164.312(e)(1)'),
      ...partial('standing-access', '164.308(a)(4)'),
      ...partial('change-trail', '164.312(b)'),
    ],
    outside: [],
    caveats: [ourFtp, notStated('change-trail')],
  },
  {
    id: 'nist-800-53-r5',
    title: 'NIST SP 800-53',
    version: 'Revision 5',
    provider: null,
    edges: [
      ...direct('ftp', 'SC-7(5) CM-7(b) SC-8 SC-8(1)', ours),
      ...partial('ftp', 'AC-17(2) AC-4'),
      ...direct('management', 'AC-17(b) AC-17(1) SC-7(a) SC-7(5)'),
      ...direct('uncommon', 'SC-7(5) CM-7(b) CM-7(1)'),
      ...partial('uncommon', 'AC-4(21) CM-8'),
      ...direct('standing-access', 'AC-2(5) AC-12 AC-6'),
      ...direct('standing-access', 'AC-3(2)', { note: 'For dual approval.' }),
      ...partial('change-trail', 'CM-3 CM-5 AU-2 AU-3 AU-10 AU-12'),
    ],
    outside: [],
    caveats: [ourFtp, notStated('change-trail')],
  },
  {
    id: 'nist-800-53-r4',
    title: 'NIST SP 800-53',
    version: 'Revision 4',
    provider: null,
    edges: [
      ...partial('ftp', 'SC-7 AC-4 CM-7'),
      ...partial('management', 'SC-7 AC-4 AC-17(1)'),
      ...partial('uncommon', 'SC-7 AC-4'),
      ...partial('standing-access', 'AC-6'),
      ...partial('change-trail', 'CM-3 AU-2'),
    ],
    outside: [],
    caveats: [ourFtp, notStated(...subjects)],
  },
  cisAws('3.0', 5, 1),
  cisAws('4.0.1', 5, 2),
  cisAws('5.0', 5, 2),
  cisAws('6', 6, 2),
  cisAws('7', 6, 2),
  cisAzure('2.0', 6, '7.1'),
  cisAzure('2.1', 6, '7.1'),
  cisAzure('3.0', 7, '8.1'),
  cisAzure('4.0', 8, null),
  cisAzure('5.0', 7, null),
  cisAzure('6.0', 7, null),
  {
    id: 'cis-controls-8.1',
    title: 'CIS Controls',
    version: '8.1',
    provider: null,
    edges: [
      ...direct('ftp', '4.4 4.8 3.10'),
      ...partial('ftp', '13.4 12.6'),
      ...direct('management', '4.4 13.4'),
      ...partial('management', '4.6 6.4'),
      ...direct('uncommon', '4.4 4.8 13.4'),
      ...partial('standing-access', '5.4 6.1 6.2'),
      ...partial('change-trail', '4.1 4.2 8.2'),
    ],
    outside: [],
    caveats: [notStated('change-trail')],
  },
  {
    id: 'iso-27001-2022',
    title: 'ISO/IEC 27001',
    version: '2022',
    provider: null,
    edges: [
      ...direct('ftp', 'A.8.20 A.8.21 A.5.14'),
      ...partial('ftp', 'A.8.22 A.8.24'),
      ...direct('management', 'A.8.20 A.8.21 A.8.22'),
      ...direct('uncommon', 'A.8.20 A.8.9'),
      ...direct('standing-access', 'A.8.2 A.5.15 A.5.18'),
      ...partial('change-trail', 'A.8.32 A.8.15'),
    ],
    outside: [],
    caveats: [notStated('change-trail')],
  },
  {
    id: 'soc-2-2017',
    title: 'SOC 2 (Trust Services Criteria)',
    version: '2017',
    provider: null,
    edges: [
      ...direct('ftp', 'CC6.6', { note: 'Its point of focus names an FTP site.' }),
      ...direct('ftp', 'CC6.7'),
      ...direct('management', 'CC6.6'),
      ...partial('management', 'CC6.1 CC7.2'),
      ...direct('uncommon', 'CC6.6'),
      ...partial('uncommon', 'CC7.1'),
      ...partial('standing-access', 'CC6.2 CC6.3'),
      ...partial('change-trail', 'CC8.1'),
    ],
    outside: [],
    caveats: [notStated('change-trail')],
  },
  {
    id: 'apra-cps-234-2019',
    title: 'APRA CPS 234',
    version: '2019',
    provider: null,
    edges: [
      ...partial('ftp', '21 27'),
      ...partial('management', '21 27'),
      ...partial('uncommon', '21 27'),
      ...partial('standing-access', '21'),
      ...partial('change-trail', '21'),
    ],
    outside: [],
    caveats: [caveat(subjects, 'Lines are paragraphs, and all of them are our reading.')],
  },
  {
    id: 'mas-trm-2021',
    title: 'MAS Technology Risk Management Guidelines',
    version: '2021',
    provider: null,
    edges: [
      ...direct('ftp', '11.2', ours),
      ...partial('ftp', '11.1 10.1'),
      ...direct('management', '11.2 9.3', ours),
      ...direct('uncommon', '11.2 11.3', ours),
      ...direct('standing-access', '9.2 9.3', ours),
      ...partial('change-trail', '7.5'),
    ],
    outside: [],
    caveats: [
      caveat(subjects, 'Lines are whole sections, and all of them are our reading.'),
      notStated('change-trail'),
    ],
  },
  {
    id: 'aws-well-architected-2024',
    title: 'AWS Well-Architected Framework, Security Pillar',
    version: '2024',
    provider: 'aws',
    edges: [
      ...direct('ftp', 'SEC05-BP02'),
      ...partial('ftp', 'SEC09-BP02'),
      ...direct('management', 'SEC05-BP02'),
      ...partial('management', 'SEC06-BP03'),
      ...direct('uncommon', 'SEC05-BP02'),
      ...partial('standing-access', 'SEC03-BP02'),
      ...partial('change-trail', 'SEC05-BP04'),
    ],
    outside: [],
    caveats: [
      caveat(
        subjects,
        'Best practices are numbered anew from time to time; these are the numbers of 2024.',
      ),
      notStated('standing-access', 'change-trail'),
    ],
  },
  {
    id: 'aws-fsbp-1.0.0',
    title: 'AWS Security Hub, Foundational Security Best Practices',
    version: '1.0.0',
    provider: 'aws',
    edges: [
      ...direct('ftp', 'EC2.19', { note: 'Its list of high-risk ports names 20 and 21.' }),
      ...direct('ftp', 'EC2.18'),
      ...direct('management', 'EC2.13', { scope: 'ssh' }),
      ...direct('management', 'EC2.14', { scope: 'rdp' }),
      ...direct('management', 'EC2.21', {
        scope: null,
        note: 'On network ACLs, which no check of ours judges by themselves.',
      }),
      ...direct('uncommon', 'EC2.18'),
      ...partial('uncommon', 'EC2.19', { note: 'Its list of high-risk ports names some of them.' }),
      ...partial('uncommon', 'EC2.2', {
        scope: 'default-group',
        note: 'On default security groups.',
      }),
    ],
    outside: ['standing-access', 'change-trail'],
    caveats: [
      caveat(
        open,
        'The strength of these edges is our reading: a control that names the port is taken as direct.',
      ),
    ],
  },
]

/** Three recommendations in a row: network ACLs, IPv4 and IPv6 in security groups; then the default group. */
function cisAws(version: string, chapter: number, first: number): Framework {
  const line = (by: number) => `${chapter}.${first + by}`
  return {
    id: `cis-aws-${version}`,
    title: 'CIS Amazon Web Services Foundations Benchmark',
    version,
    provider: 'aws',
    edges: [
      ...direct('management', line(0), {
        scope: null,
        note: 'On network ACLs, which no check of ours judges by themselves.',
      }),
      ...direct('management', line(1), { scope: 'remote-administration', note: 'For IPv4.' }),
      ...direct('management', line(2), { scope: 'remote-administration', note: 'For IPv6.' }),
      ...partial('uncommon', line(3), {
        scope: 'default-group',
        note: 'On default security groups.',
      }),
    ],
    outside: ['ftp', 'standing-access', 'change-trail'],
    caveats: [noFtp],
  }
}

function cisAzure(version: string, chapter: number, standing: string | null): Framework {
  return {
    id: `cis-azure-${version}`,
    title: 'CIS Microsoft Azure Foundations Benchmark',
    version,
    provider: 'azure',
    edges: [
      ...direct('management', `${chapter}.1`, { scope: 'rdp', note: 'For RDP.' }),
      ...direct('management', `${chapter}.2`, { scope: 'ssh', note: 'For SSH.' }),
      ...partial('uncommon', `${chapter}.3`, { scope: 'udp', note: 'For UDP.' }),
      ...partial('uncommon', `${chapter}.4`, { scope: 'http', note: 'For HTTP and HTTPS.' }),
      ...(standing
        ? partial('standing-access', standing, { note: 'Asks for a bastion host.' })
        : []),
    ],
    outside: standing ? ['ftp', 'change-trail'] : ['ftp', 'standing-access', 'change-trail'],
    caveats: [noFtp],
  }
}

export const findFramework = (id: string): Framework | undefined =>
  frameworks.find((framework) => framework.id === id)
