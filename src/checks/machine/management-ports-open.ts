/** A machine whose management ports the whole internet reaches. */

import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { checkedProviders } from '../providers.ts'
import { managementPorts } from '../services.ts'
import { machineSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: 'virtual-machine-management-ports-open',
    title: 'The whole internet reaches management ports of a machine',
    severity: 'high',
    about: { kind: 'management-ports' },
    subject: 'target',
    remedy: 'restrict-ingress',
    *find(facts) {
      for (const subject of machineSubjects(facts, words.provider))
        yield judgeOpen(facts, subject, managementPorts, 'high')
    },
  }),
)
