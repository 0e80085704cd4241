/** A machine whose service the whole internet reaches, over the whole path and at the machine's own port. */

import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { type CheckedProvider, checkedProviders } from '../providers.ts'
import { type Service, services } from '../services.ts'
import { machineSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.flatMap((words) =>
  services.map((service) => unrestrictedService(words, service)),
)

function unrestrictedService(words: CheckedProvider, service: Service): EstateDefinition {
  return defineCheck(words, {
    id: `virtual-machine-unrestricted-${service.id}`,
    title: `The whole internet reaches ${service.title} on a machine`,
    severity: service.severity,
    about: { kind: 'service', service },
    subject: 'target',
    remedy: 'restrict-ingress',
    *find(facts) {
      for (const subject of machineSubjects(facts, words.provider))
        yield judgeOpen(facts, subject, service.ports, service.severity)
    },
  })
}
