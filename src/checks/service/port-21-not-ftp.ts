/** Something else than FTP on the port of FTP: what was put there to pass a firewall, or by mistake. */
import type { Severity } from '../../model/finding.ts'
import { contains } from '../../model/port-set.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { outcome, say, sayEvidence } from '../service-evidence.ts'
import { ftpOwnPorts, services } from '../services.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'port-21-not-ftp',
    title: 'Something else than FTP answers on port 21',
    severity: 'low',
    guidance:
      'Find out who put it there and why; move it to its own port under its own rules, or switch it off.',
    judge(subject) {
      const { recognition, port, protocol } = subject.service
      if (!contains(ftpOwnPorts, port)) return null
      const known = sayEvidence(subject.service)
      switch (recognition) {
        case 'ftp':
          return outcome(subject, 'pass', [say('FTP answers'), ...known])
        case 'undecided':
          return outcome(subject, 'unknown', [say('what answers could not be told'), ...known])
        case 'not-ftp': {
          const what = protocol === 'unknown' ? 'what answers is not FTP' : `${protocol} answers`
          return outcome(subject, 'fail', [say(what), ...known], severityOf(protocol))
        }
      }
    },
  }),
]

/** A shell or a screen behind the port of FTP goes past the rules that were made for shells and screens. */
const severityOf = (protocol: string): Severity =>
  services.some(({ id, topic }) => id === protocol && topic === 'management') ? 'medium' : 'low'
