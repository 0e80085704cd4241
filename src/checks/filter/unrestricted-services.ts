/** A filter that lets the whole internet to a service: one check for each service and provider. */

import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { type CheckedProvider, checkedProviders } from '../providers.ts'
import { type Service, services } from '../services.ts'
import { filterSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.flatMap((words) =>
  services.map((service) => unrestrictedService(words, service)),
)

function unrestrictedService(words: CheckedProvider, service: Service): EstateDefinition {
  return defineCheck(words, {
    id: `${words.filter}-unrestricted-${service.id}`,
    title: `${words.filterTitle} lets the whole internet reach ${service.title}`,
    severity: service.severity,
    about: { kind: 'service', service },
    subject: 'filter',
    remedy: 'restrict-ingress',
    *find(facts) {
      for (const subject of filterSubjects(facts, words.provider))
        yield judgeOpen(facts, subject, service.ports, service.severity)
    },
  })
}
