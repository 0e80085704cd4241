/** Benchmarks that come in several versions or products, each made by one function. */
import { caveat, direct, observed, partial } from './edges.ts'
import { type Edge, type Framework, subjects } from './framework.ts'

const noFtp = caveat(['ftp'], 'The benchmark has no recommendation on FTP.')

/** A benchmark for one product, with a few lines on FTP servers. */
export function serverBenchmark(
  { says, ...about }: Pick<Framework, 'id' | 'title' | 'version'> & { readonly says: string },
  own: readonly Edge[],
): Framework {
  const within = new Set(own.map(({ subject }) => subject))
  return {
    ...about,
    provider: 'network',
    edges: own,
    outside: subjects.filter((subject) => !within.has(subject)),
    caveats: [caveat(observed, says)],
  }
}

/** Three recommendations in a row: network ACLs, IPv4 and IPv6 in security groups; then the default group. */
export function cisAws(version: string, chapter: number, first: number): Framework {
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
    outside: ['ftp', ...observed, 'standing-access', 'change-trail'],
    caveats: [noFtp],
  }
}

export function cisAzure(version: string, chapter: number, standing: string | null): Framework {
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
    outside: [
      'ftp',
      ...observed,
      ...(standing ? [] : (['standing-access'] as const)),
      'change-trail',
    ],
    caveats: [noFtp],
  }
}
