/** A filter that stands before nothing. */
import type { Outcome } from '../../model/finding.ts'
import type { Facts } from '../check.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { checkedProviders } from '../providers.ts'
import { type FilterSubject, filterSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: `${words.filter}-unattached`,
    title: `${words.filterTitle} is attached to nothing`,
    severity: 'low',
    about: { kind: 'unattached' },
    subject: 'filter',
    remedy: 'delete-unused-filter',
    *find(facts) {
      for (const subject of filterSubjects(facts, words.provider))
        yield judgeAttachment(facts, subject)
    },
  }),
)

function judgeAttachment(facts: Facts, subject: FilterSubject): Outcome {
  const { resource, attachment, filter } = subject
  switch (attachment?.kind) {
    case 'attached':
      return subject.pass
    case 'unattached':
      if (filter.isDefault)
        return { resource, status: 'not-applicable', because: [cannotBeDeleted] }
      return {
        resource,
        status: 'fail',
        because: [{ source: filter.source, text: 'no interface uses it' }],
        exposures: facts.exposuresThrough(resource.key),
      }
    case 'unknown':
      return { resource, status: 'unknown', gaps: attachment.gaps, because: [notKnown] }
    case undefined:
      return { resource, status: 'unknown', because: [notKnown] }
  }
}

const cannotBeDeleted = {
  source: null,
  text: 'nothing uses it, but the cloud makes it with its network and it cannot be deleted',
}
const notKnown = { source: null, text: 'network interfaces are not completely known' }
