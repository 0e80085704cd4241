/** A machine with an address or front of its own on the internet, and no filter before it. */
import type { Target } from '../../model/estate.ts'
import type { Because, Outcome, Severity, Status } from '../../model/finding.ts'
import type { Facts } from '../check.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { gapsOf } from '../evidence.ts'
import { checkedProviders } from '../providers.ts'
import { severityOf } from '../severity.ts'
import { type MachineSubject, machineSubjects } from '../subject.ts'

export const definitions: readonly EstateDefinition[] = checkedProviders.map((words) =>
  defineCheck(words, {
    id: 'virtual-machine-internet-facing-without-filter',
    title: 'Internet-facing machine has no filter before it',
    severity: 'high',
    about: { kind: 'without-filter' },
    subject: 'target',
    remedy: 'attach-filter',
    *find(facts) {
      for (const subject of machineSubjects(facts, words.provider))
        yield judgeMachine(facts, subject)
    },
  }),
)

/** The worst of the machine's interfaces speaks for it. */
function judgeMachine(facts: Facts, subject: MachineSubject): Outcome {
  const { resource, targets } = subject
  const judged = targets.map((target) => ({ target, status: judgeTarget(target) }))
  const status = order.find((one) => judged.some((entry) => entry.status === one)) ?? 'pass'
  if (status === 'pass') return subject.pass
  if (status === 'not-applicable') return { resource, status, because: [notFacing] }
  const found = judged.filter((entry) => entry.status === status).map(({ target }) => target)
  const exposures = found.flatMap((target) => facts.exposuresOf(target.resource.key))
  if (status === 'unknown')
    return { resource, status, because: found.map(whyUnknown), exposures, gaps: gapsOf(exposures) }
  const severity: Severity = found.every((target) => target.closedByPlatform !== null)
    ? 'low'
    : severityOf('high', exposures, null)
  return { resource, status, severity, because: found.map(whyFail), exposures }
}

const order: readonly Status[] = ['fail', 'unknown', 'pass', 'not-applicable']

function judgeTarget({ filters, internetFacing }: Target): Status {
  if (internetFacing === 'no') return 'not-applicable'
  if (filters !== 'unknown' && filters.length > 0) return 'pass'
  return filters === 'unknown' || internetFacing === 'unknown' ? 'unknown' : 'fail'
}

const notFacing: Because = {
  source: null,
  text: 'it has no address or front of its own on the internet',
}
const whyFail = ({ resource, closedByPlatform, source }: Target): Because => ({
  source,
  text: `no filter stands before ${resource.id}${closedByPlatform ? `; ${closedByPlatform}` : ''}`,
})
const whyUnknown = ({ resource, filters, source }: Target): Because => ({
  source,
  text:
    filters === 'unknown'
      ? `the filters before ${resource.id} are not known`
      : `whether the internet has a way to ${resource.id} is not known`,
})
