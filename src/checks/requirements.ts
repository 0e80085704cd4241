/**
 * Which requirements a check serves. Only ids stand here; frameworks, strength and whose reading it is stand with the
 * frameworks, and a test holds both tables together.
 */
import type { RequirementId } from '../model/requirement.ts'
import type { Provider } from '../model/resource.ts'
import type { About } from './definition.ts'
import type { ServiceCheckId } from './service-check-ids.ts'

/** What of the compliance map speaks of a check: a column of it, or a narrower line inside one. */
export type Scope =
  | 'ftp'
  | 'management'
  | 'uncommon'
  /** Ports 22, 3389, 5985 and 5986, which benchmarks call remote server administration. */
  | 'remote-administration'
  | 'ssh'
  | 'rdp'
  | 'udp'
  | 'http'
  | 'default-group'
  /** An FTP server that lets in, or shows to, whom it should not. */
  | 'ftp-access'
  | 'ftp-anonymous'
  | 'ftp-guessing'
  /** An FTP login or transfer without protection on the way, or with one that does not hold. */
  | 'ftp-transport'
  | 'ftp-clear-text'
  /** An FTP server that does more than move files. */
  | 'ftp-abuse'
  /** A service that nobody may have asked for. */
  | 'ftp-purpose'

const remoteAdministration: ReadonlySet<string> = new Set(['ssh', 'rdp', 'winrm'])

export function scopesOf(about: About): readonly Scope[] {
  switch (about.kind) {
    case 'service': {
      const { id, topic, ports } = about.service
      if (id === 'http' || id === 'https') return ['http']
      const scopes: Scope[] = [topic === 'other' ? 'uncommon' : topic]
      if (remoteAdministration.has(id)) scopes.push('remote-administration')
      if (id === 'ssh' || id === 'rdp') scopes.push(id)
      if (ports.udp.length > 0) scopes.push('udp')
      return scopes
    }
    case 'uncommon-ports':
    case 'all-ports':
      return ['uncommon', 'udp']
    case 'wide-sources':
    case 'without-filter':
      return ['uncommon']
    case 'management-ports':
      return ['management', 'remote-administration', 'ssh', 'rdp']
    case 'default-group-open':
      return ['uncommon', 'default-group']
    case 'default-group-in-use':
      return ['default-group']
    // A matter of order in the house: no requirement of the map names it.
    case 'icmp':
    case 'unattached':
    case 'shadowed-rules':
      return []
    case 'answer':
      return answerScopes[about.check]
  }
}

const answerScopes: Readonly<Record<ServiceCheckId, readonly Scope[]>> = {
  'ftp-server-anonymous-login': ['ftp-access', 'ftp-anonymous'],
  'ftp-server-writable-directory': ['ftp-access'],
  'ftp-server-clear-text-login': ['ftp-transport', 'ftp-clear-text'],
  'ftp-server-no-tls': ['ftp-transport', 'ftp-clear-text'],
  'ftp-server-tls-weak': ['ftp-transport'],
  'ftp-server-certificate-invalid': ['ftp-transport'],
  'ftp-server-bounce': ['ftp-abuse'],
  'ftp-server-third-party-passive': ['ftp-abuse'],
  'ftp-server-site-command': ['ftp-abuse'],
  'ftp-server-guessing': ['ftp-access', 'ftp-guessing'],
  'ftp-server-sensitive-files': ['ftp-access'],
  'ftp-server-copyrighted-files': ['ftp-purpose'],
  'ftp-server-custom-port': ['ftp-purpose'],
  'port-21-not-ftp': ['ftp-purpose'],
}

type Lines = Readonly<Partial<Record<Scope, string>>>
interface Row {
  readonly framework: string
  /** Only for checks of this provider; null for all. */
  readonly provider: Provider | null
  readonly lines: Lines
}

const cisAws = (version: string, chapter: number, first: number): Row => ({
  framework: `cis-aws-${version}`,
  provider: 'aws',
  lines: {
    'remote-administration': `${chapter}.${first} ${chapter}.${first + 1}`,
    'default-group': `${chapter}.${first + 2}`,
  },
})
const cisAzure = (version: string, chapter: number): Row => ({
  framework: `cis-azure-${version}`,
  provider: 'azure',
  lines: { rdp: `${chapter}.1`, ssh: `${chapter}.2`, udp: `${chapter}.3`, http: `${chapter}.4` },
})

const rows: readonly Row[] = [
  {
    framework: 'pci-dss-4.0.1',
    provider: null,
    lines: {
      ftp: '1.2.5 1.2.6 1.3.1 1.4.1 1.4.2 2.2.4 2.2.5 4.2.1',
      management: '1.2.5 1.3.1 1.4.1 1.4.2 1.5.1 2.2.7 8.4.3',
      uncommon: '1.2.5 1.3.1 1.4.2 2.2.4 2.2.5',
      'ftp-access': '2.2.4 8.3',
      'ftp-transport': '2.2.5 4.2.1 8.3',
      'ftp-abuse': '2.2.4',
      'ftp-purpose': '1.2.5 2.2.4',
    },
  },
  {
    framework: 'hipaa-2013',
    provider: null,
    lines: {
      ftp: '164.308(a)(1)(ii)(B) 164.312(a)(1) 164.312(e)(1) 164.312(e)(2)(ii)',
      management: '164.312(a)(1) 164.312(d) 164.312(e)(1)',
      uncommon: '164.312(a)(1) 164.312(e)(1)',
      'ftp-access': '164.312(a)(1) 164.312(d)',
      'ftp-transport': '164.312(d) 164.312(e)(1) 164.312(e)(2)(ii)',
      'ftp-abuse': '164.312(a)(1)',
      'ftp-purpose': '164.308(a)(1)(ii)(B)',
    },
  },
  {
    framework: 'nist-800-53-r5',
    provider: null,
    lines: {
      ftp: 'AC-4 AC-17(2) CM-7(b) SC-7(5) SC-8 SC-8(1)',
      management: 'AC-17(1) AC-17(b) SC-7(5) SC-7(a)',
      uncommon: 'AC-4(21) CM-7(1) CM-7(b) CM-8 SC-7(5)',
      'ftp-access': 'AC-3 IA-2',
      'ftp-anonymous': 'AC-14',
      'ftp-guessing': 'AC-7',
      'ftp-transport': 'AC-17(2) IA-5(1) SC-8 SC-8(1)',
      'ftp-abuse': 'AC-4 CM-7(b)',
      'ftp-purpose': 'CM-7(1) CM-7(b) CM-8',
    },
  },
  {
    framework: 'nist-800-53-r4',
    provider: null,
    lines: {
      ftp: 'AC-4 CM-7 SC-7',
      management: 'AC-4 AC-17(1) SC-7',
      uncommon: 'AC-4 SC-7',
      'ftp-access': 'AC-3 IA-2',
      'ftp-anonymous': 'AC-14',
      'ftp-guessing': 'AC-7',
      'ftp-transport': 'SC-8',
      'ftp-abuse': 'AC-4 CM-7',
      'ftp-purpose': 'CM-7',
    },
  },
  cisAws('3.0', 5, 2),
  cisAws('4.0.1', 5, 3),
  cisAws('5.0', 5, 3),
  cisAws('6', 6, 3),
  cisAws('7', 6, 3),
  cisAzure('2.0', 6),
  cisAzure('2.1', 6),
  cisAzure('3.0', 7),
  cisAzure('4.0', 8),
  cisAzure('5.0', 7),
  cisAzure('6.0', 7),
  {
    framework: 'cis-controls-8.1',
    provider: null,
    lines: {
      ftp: '3.10 4.4 4.8 12.6 13.4',
      management: '4.4 4.6 6.4 13.4',
      uncommon: '4.4 4.8 13.4',
      'ftp-access': '3.3',
      'ftp-transport': '3.10 12.6',
      'ftp-abuse': '4.8',
      'ftp-purpose': '4.8',
    },
  },
  {
    framework: 'iso-27001-2022',
    provider: null,
    lines: {
      ftp: 'A.5.14 A.8.20 A.8.21 A.8.22 A.8.24',
      management: 'A.8.20 A.8.21 A.8.22',
      uncommon: 'A.8.9 A.8.20',
      'ftp-access': 'A.5.15 A.8.3 A.8.5',
      'ftp-transport': 'A.5.14 A.8.21 A.8.24',
      'ftp-abuse': 'A.8.9 A.8.20',
      'ftp-purpose': 'A.8.9 A.8.20',
    },
  },
  {
    framework: 'soc-2-2017',
    provider: null,
    lines: {
      ftp: 'CC6.6 CC6.7',
      management: 'CC6.1 CC6.6 CC7.2',
      uncommon: 'CC6.6 CC7.1',
      'ftp-access': 'CC6.1',
      'ftp-transport': 'CC6.7',
      'ftp-abuse': 'CC6.6',
      'ftp-purpose': 'CC7.1',
    },
  },
  {
    framework: 'apra-cps-234-2019',
    provider: null,
    lines: {
      ftp: '21 27',
      management: '21 27',
      uncommon: '21 27',
      'ftp-access': '21 27',
      'ftp-transport': '21 27',
      'ftp-abuse': '21 27',
      'ftp-purpose': '21 27',
    },
  },
  {
    framework: 'mas-trm-2021',
    provider: null,
    lines: {
      ftp: '10.1 11.1 11.2',
      management: '9.3 11.2',
      uncommon: '11.2 11.3',
      'ftp-access': '9.1 11.1',
      'ftp-transport': '10.1 11.1',
      'ftp-abuse': '11.2 11.3',
      'ftp-purpose': '11.2 11.3',
    },
  },
  {
    framework: 'aws-well-architected-2024',
    provider: 'aws',
    lines: {
      ftp: 'SEC05-BP02 SEC09-BP02',
      management: 'SEC05-BP02 SEC06-BP03',
      uncommon: 'SEC05-BP02',
    },
  },
  {
    framework: 'aws-fsbp-1.0.0',
    provider: 'aws',
    lines: {
      ftp: 'EC2.18 EC2.19',
      ssh: 'EC2.13',
      rdp: 'EC2.14',
      uncommon: 'EC2.18 EC2.19',
      'default-group': 'EC2.2',
    },
  },
  {
    framework: 'disa-stig-almalinux-9-1',
    provider: 'network',
    lines: { 'ftp-clear-text': 'V-269403' },
  },
  {
    framework: 'disa-stig-windows-server-2019-3',
    provider: 'network',
    lines: { 'ftp-anonymous': 'V-205853' },
  },
  {
    framework: 'cis-iis-10-1.2.1',
    provider: 'network',
    lines: { 'ftp-clear-text': '6.1', 'ftp-guessing': '6.2' },
  },
]

/** The requirement ids of a check, in the order of the map. */
export function requirementsFor(about: About, provider: Provider): readonly RequirementId[] {
  const scopes = scopesOf(about)
  return rows
    .filter((row) => row.provider === null || row.provider === provider)
    .flatMap(({ framework, lines }) => {
      const own = new Set(scopes.flatMap((scope) => lines[scope]?.split(' ') ?? []))
      return [...own].map((line): RequirementId => `${framework}:${line}`)
    })
}
