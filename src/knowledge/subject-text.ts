/** What each check looks at and why it matters, in whole sentences. */
import type { EstateDefinition } from '../checks/definition.ts'
import { managementPorts } from '../checks/services.ts'
import { portsInWords } from './example-rule.ts'

export interface SubjectText {
  readonly what: readonly string[]
  readonly why: readonly string[]
  readonly severityReason: string
}

export function subjectText(check: EstateDefinition): SubjectText {
  const filter = check.words.filterTitle.toLowerCase()
  const looksAt = check.subject === 'filter' ? ownRules(check) : wholePath
  switch (check.about.kind) {
    case 'service': {
      const { service } = check.about
      const ports = portsInWords(service.ports)
      const what =
        check.subject === 'filter'
          ? `Fails for a ${filter} that lets the whole internet reach ${service.title} on ${ports}.`
          : `Fails for a machine whose ${ports} (${service.title}) the whole internet reaches, whatever port it uses outside.`
      return {
        what: [`${what} ${wholeInternet}`, ...looksAt, unknownWhen],
        why: [service.why, ...(service.instead ? [service.instead] : [])],
        severityReason:
          service.severity === 'informational'
            ? 'Informational, because web sites are normally meant to be open; it is listed so that nothing open is missing from the inventory.'
            : reachDecides,
      }
    }
    case 'uncommon-ports':
      return {
        what: [
          `Fails for a ${filter} that lets the whole internet reach TCP or UDP ports other than those of the common services: TCP 20–23, 25, 53, 80, 135, 137–139, 443, 445, 465, 587, 1433, 1521, 3306, 3389 and 5432, and UDP 53, 135, 137–139 and 445. ${wholeInternet}`,
          'The exact uncommon part is told: a range from 20 to 25 is uncommon on 24 alone. Common ports are not thereby harmless; each has a check of its own. More ports can be called common by an option of the audit, such as UDP 443 where HTTP/3 is served.',
          ...looksAt,
          unknownWhen,
        ],
        why: [
          'Behind an unusual port stands what was never meant for strangers: administration pages, development servers, agents, databases moved to another port, forgotten tests. Scanners cover all ports of all addresses, so an unusual number hides nothing, while nobody in the house watches it.',
          'A wide range that is open for one program also opens the door for every program that is started later.',
        ],
        severityReason: reachDecides,
      }
    case 'all-ports':
      return {
        what: [
          `Fails for a ${filter} that lets the whole internet reach every TCP port, every UDP port, or every protocol; port 0 is reserved and does not count. Several rules that make up every port together are found as well. ${wholeInternet}`,
          ...looksAt,
          unknownWhen,
        ],
        why: [
          `Such a ${filter} is no filter: each service that runs now or is started later, by whomever, is on the internet at once, management and file transfer included.`,
        ],
        severityReason: reachDecides,
      }
    case 'icmp':
      return {
        what: [
          `Fails for a ${filter} that lets ICMP or ICMPv6 messages of the whole internet in. ${wholeInternet}`,
          ...looksAt,
          unknownWhen,
        ],
        why: [
          'Ping tells scanners which addresses live, and open ICMP is used for tunnels and floods. It is a small thing: closing it hides a machine from the laziest scanners only.',
          'Do not close everything: “destination unreachable” (type 3, with “fragmentation needed”) and its ICMPv6 kin (types 1 to 4) must come through, or connections hang on large packets. Both clouds let the errors of connections that they know through by themselves.',
        ],
        severityReason:
          'Low; informational where only the error messages are admitted that hosts need.',
      }
    case 'wide-sources':
      return {
        what: [
          `Fails for a ${filter} that admits 2²⁴ public IPv4 addresses (as many as a /8) or an IPv6 /24 and more, but not the whole internet. Both limits can be set. What is open to the whole internet is left to the other checks, and private addresses count for nothing.`,
          ...looksAt,
          unknownWhen,
        ],
        why: [
          'A source list of this size is nobody’s own network. It is a mistyped prefix length, somebody’s guess at “our country” or “our provider”, or the internet less a few blocks; in all cases millions of strangers are let in, rented cloud machines among them.',
        ],
        severityReason: reachDecides,
      }
    case 'unattached':
      return {
        what: [
          `Fails for a ${filter} that stands before nothing. It takes a complete list of network interfaces to know that; without one the outcome is unknown. A group that the cloud makes with its network cannot be deleted, and the check does not apply to it.`,
        ],
        why: [
          'What nobody uses nobody reviews. It is attached again one day in the belief that it is safe, with whatever was opened in it for a test, and until then it hides the groups that matter.',
        ],
        severityReason: 'Low: it opens nothing until it is attached.',
      }
    case 'default-group-open':
      return {
        what: [
          `Fails for the default security group of a network when it lets the whole internet in, on any port or protocol. ${wholeInternet}`,
          ...looksAt,
        ],
        why: [
          'Whatever is started without naming a group gets the default group. Open, it puts machines on the internet that nobody meant to put there.',
        ],
        severityReason: reachDecides,
      }
    case 'default-group-in-use':
      return {
        what: [
          'Fails for the default security group of a network when it has any rule at all, inbound or outbound. AWS makes it with two: its members reach one another on everything, and they reach the whole internet.',
        ],
        why: [
          'Machines that name no group land in the default group and can then talk to each other without limit. Without rules such a machine reaches nothing and is noticed at once, and every open way has a group with a name.',
        ],
        severityReason: 'Medium while something is a member of the group; low when nothing is.',
      }
    case 'shadowed-rules':
      return {
        what: [
          `Fails for a ${check.words.orderedTitle.toLowerCase()} with inbound rules that can never match, because the rules before them have already decided all of their traffic. Each dead rule is told with the rules that shadow it. The platform’s own last rules are left out.`,
        ],
        why: [
          'A dead rule says something that is not true: a deny that stops nobody, or an allow that lets nobody in. People read it and believe it, and when the rule before it goes, the dead one wakes up.',
        ],
        severityReason: 'Informational: it changes nothing today.',
      }
    case 'management-ports':
      return {
        what: [
          `Fails for a machine whose management ports the whole internet reaches: ${portsInWords(managementPorts)} (SSH, RDP and WinRM). ${wholeInternet}`,
          ...looksAt,
          unknownWhen,
        ],
        why: [
          'These ports give a shell or a screen. They are tried with guessed and leaked passwords day and night, and most break-ins to rented machines begin here.',
          'Open them only for the one who needs them and only as long as it takes (just-in-time access), or use a bastion or session service and close them altogether.',
        ],
        severityReason: reachDecides,
      }
    case 'without-filter':
      return {
        what: [
          `Fails for a machine that has an address or a front of its own on the internet and no ${filter} before it, neither on its interface nor on its subnet. A machine without a way from the internet is not judged.`,
          ...(check.provider === 'azure'
            ? [
                'Azure keeps public addresses of kind Standard closed until a group opens them; then the severity is low and the reason is told. Addresses of kind Basic are open.',
              ]
            : []),
        ],
        why: [
          'Without a filter every program that listens is on the internet, and nothing in the account says what was meant to be open.',
        ],
        severityReason:
          'High; low where the platform keeps the address closed although no filter stands there.',
      }
  }
}

const wholeInternet =
  'The whole internet is all public IPv4 or all public IPv6 addresses; leaving out fewer than 2²⁴ IPv4 addresses (or an IPv6 /24) changes nothing, so that a block list silences nothing.'
const unknownWhen =
  'Where a peer is not resolved (a prefix list, tag or group that the documents do not hold) and could change the answer, the outcome is unknown, with what is missing.'
const reachDecides =
  'This severity holds while something of it is reachable or may be; it is one step lower when all of it is blocked on the way or has no way in, and low when the filter stands before nothing.'
const wholePath = [
  'The whole path is followed: address, route, gateways, public access blocks, network lists, every filter, and balancers or address translation on the way. What is blocked anywhere on it passes.',
]
function ownRules({ provider }: EstateDefinition): readonly string[] {
  return provider === 'azure'
    ? [
        'The group is judged by what it admits after priorities and denies have had their say, for each source and port. Lists and single values, `*`, `Any`, `Internet` and both address families are read alike. `AzureLoadBalancer` is no internet source.',
      ]
    : [
        'The group is judged by what its rules admit together: ranges that contain the port, `-1` for every protocol, protocols by number, both address families, and halves such as 0.0.0.0/1 with 128.0.0.0/1.',
      ]
}
