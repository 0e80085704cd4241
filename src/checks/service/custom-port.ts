/** An FTP server on a port where nobody looks for one. */
import { contains } from '../../model/port-set.ts'
import { defineServiceCheck } from '../define-service.ts'
import type { ServiceDefinition } from '../definition.ts'
import { outcome, say, sayEvidence } from '../service-evidence.ts'
import { ftpControlPorts } from '../services.ts'

export const definitions: readonly ServiceDefinition[] = [
  defineServiceCheck({
    id: 'ftp-server-custom-port',
    title: 'FTP server on a custom port',
    severity: 'low',
    guidance:
      'Find out who runs it and why; move it to its usual port behind the rules for FTP, or switch it off.',
    judge(subject) {
      const { recognition, port } = subject.service
      // Some logs do not tell the port: it is 0 then, which no connection has (RFC 6335 §6).
      if (recognition !== 'ftp' || port === 0) return null
      if (contains(ftpControlPorts, port)) return outcome(subject, 'pass', [say(onPort(port))])
      return outcome(subject, 'fail', [say(onPort(port)), ...sayEvidence(subject.service)])
    },
  }),
]

const onPort = (port: number): string => `FTP answers on tcp ${port}`
