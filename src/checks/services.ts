/**
 * The services that checks know by name: one table, from which the checks of every provider, their requirements and their
 * knowledge pages are made. A row more is a service more.
 */
import type { Severity } from '../model/finding.ts'
import { type PortSet, ports } from '../model/port-set.ts'
import { type TransportPorts, transportPorts } from '../model/traffic-set.ts'

/** Which part of the compliance map speaks of a service. */
export type Topic = 'ftp' | 'management' | 'uncommon' | 'other'

export interface Service {
  readonly id: string
  /** As it stands in the middle of a sentence. */
  readonly title: string
  readonly ports: TransportPorts
  readonly severity: Severity
  readonly topic: Topic
  /** What an open door does here: whole sentences. */
  readonly why: string
  /** What to use or do instead, where there is something better than a shorter source list. */
  readonly instead: string | null
}

type Range = number | readonly [number, number]
const tcp = (...parts: readonly Range[]): TransportPorts => transportPorts({ tcp: ports(...parts) })
const udp = (...parts: readonly Range[]): TransportPorts => transportPorts({ udp: ports(...parts) })
const tcpAndUdp = (...parts: readonly Range[]): TransportPorts =>
  transportPorts({ tcp: ports(...parts), udp: ports(...parts) })

export const services: readonly Service[] = [
  {
    id: 'ftp',
    title: 'FTP',
    ports: tcp([20, 21]),
    severity: 'high',
    topic: 'ftp',
    why: 'FTP sends names, passwords and files in clear text, so whoever sits on the way reads and changes them. Passwords are guessed around the clock, anonymous accounts are found by every scanner within hours, a server that obeys PORT to foreign addresses can be used to attack others (the bounce attack, RFC 2577), and a writable folder becomes a store for other people’s files.',
    instead:
      'Offer SFTP, or FTPS with required TLS on control and data connections, behind a VPN or to named addresses; for partners use the provider’s managed transfer service.',
  },
  {
    id: 'ssh',
    title: 'SSH',
    ports: tcp(22),
    severity: 'high',
    topic: 'management',
    why: 'An SSH port that everybody can reach is tried with leaked and guessed passwords all day, and a flaw in the daemon before authentication is then a flaw that everybody can use. One weak account gives a shell inside the network.',
    instead:
      'Use a session service of the cloud (AWS Systems Manager Session Manager, EC2 Instance Connect Endpoint, Azure Bastion), a VPN, or just-in-time access that opens the port for one address and a short time.',
  },
  {
    id: 'telnet',
    title: 'Telnet',
    ports: tcp(23),
    severity: 'high',
    topic: 'management',
    why: 'Telnet carries passwords and everything typed in clear text. Botnets look for it on all addresses without pause and log in with factory passwords.',
    instead: 'Replace Telnet by SSH and close the port altogether.',
  },
  {
    id: 'smtp',
    title: 'SMTP',
    ports: tcp(25, 465, 587),
    severity: 'medium',
    topic: 'other',
    why: 'A mail server has to be found by other mail servers, but any other machine that answers here may be an open relay, and a submission port without limits is a place to guess mailbox passwords.',
    instead:
      'Let only the machines that receive mail keep port 25 open; take the others out of the rule.',
  },
  {
    id: 'dns',
    title: 'DNS',
    ports: tcpAndUdp(53),
    severity: 'medium',
    topic: 'other',
    why: 'A resolver that answers strangers is used to multiply traffic against others, since an answer is many times larger than a forged question, and it can be fed false answers.',
    instead:
      'Only authoritative name servers need the internet; resolvers serve their own networks.',
  },
  {
    id: 'http',
    title: 'HTTP',
    ports: tcp(80),
    severity: 'informational',
    topic: 'other',
    why: 'A web site is meant to be open, so this is listed for the inventory and not as a fault. It matters where no public site should be: administration pages, test systems, and machines that nobody remembers. Plain HTTP should do nothing but send the browser to HTTPS.',
    instead:
      'Publish web sites by a balancer or gateway and let the machines behind it admit only that.',
  },
  {
    id: 'https',
    title: 'HTTPS',
    ports: tcp(443),
    severity: 'informational',
    topic: 'other',
    why: 'A web site is meant to be open, so this is listed for the inventory and not as a fault. It matters where no public site should be: administration pages, VPN appliances, test systems, and machines that nobody remembers.',
    instead:
      'Publish web sites by a balancer or gateway and let the machines behind it admit only that.',
  },
  {
    id: 'rpc',
    title: 'the RPC endpoint mapper',
    ports: tcpAndUdp(135),
    severity: 'high',
    topic: 'other',
    why: 'The Windows endpoint mapper tells strangers which services run and is the way into DCOM and WMI; several worms spread through it.',
    instead: 'Windows RPC has no use across the internet: close it, and use a VPN between sites.',
  },
  {
    id: 'netbios',
    title: 'NetBIOS',
    ports: transportPorts({ tcp: ports([137, 139]), udp: ports([137, 138]) }),
    severity: 'high',
    topic: 'other',
    why: 'NetBIOS gives away host, domain and user names, leads to file shares and credential relaying, and its name service multiplies forged traffic.',
    instead: 'NetBIOS has no use across the internet: close it.',
  },
  {
    id: 'smb',
    title: 'SMB',
    ports: tcp(445),
    severity: 'high',
    topic: 'other',
    why: 'File shares on the internet are where ransomware comes in: EternalBlue and its kin need no password, and password hashes can be relayed.',
    instead:
      'Reach file shares by VPN or private endpoint, or use SMB over QUIC with certificates.',
  },
  {
    id: 'mssql',
    title: 'Microsoft SQL Server',
    ports: tcp(1433),
    severity: 'high',
    topic: 'other',
    why: 'The `sa` account is guessed without pause, and a database login is often enough to run commands on the host.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
  {
    id: 'oracle',
    title: 'Oracle Database',
    ports: tcp(1521),
    severity: 'high',
    topic: 'other',
    why: 'The listener tells its version and services and has been taken over without a password (TNS poisoning); default accounts are many.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
  {
    id: 'mysql',
    title: 'MySQL',
    ports: tcp(3306),
    severity: 'high',
    topic: 'other',
    why: 'Database passwords are guessed without pause, old servers have authentication flaws, and data of a server that gives way is copied and then wiped for ransom.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
  {
    id: 'rdp',
    title: 'RDP',
    ports: tcpAndUdp(3389),
    severity: 'high',
    topic: 'management',
    why: 'Remote Desktop is the most used first step of ransomware: passwords are guessed and bought, and flaws such as BlueKeep need none. Over UDP it also multiplies forged traffic.',
    instead:
      'Use Azure Bastion, AWS Systems Manager Fleet Manager, an RD gateway with a second factor, a VPN, or just-in-time access that opens the port for one address and a short time.',
  },
  {
    id: 'postgresql',
    title: 'PostgreSQL',
    ports: tcp(5432),
    severity: 'high',
    topic: 'other',
    why: 'Database passwords are guessed without pause, and a superuser can run programs on the host.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
  {
    id: 'winrm',
    title: 'WinRM',
    ports: tcp([5985, 5986]),
    severity: 'high',
    topic: 'management',
    why: 'Windows Remote Management runs PowerShell on the machine. A guessed or relayed password is full control, and port 5985 is not even inside TLS.',
    instead:
      'Run commands by the cloud’s own agent (Systems Manager, Azure Run Command), or reach WinRM by VPN.',
  },
  {
    id: 'vnc',
    title: 'VNC',
    ports: tcp([5900, 5909]),
    severity: 'high',
    topic: 'management',
    why: 'Many VNC servers ask for no password or for one of eight characters at most, and show the whole screen to whoever comes.',
    instead: 'Reach screens through an SSH tunnel, a VPN or the cloud’s bastion.',
  },
  {
    id: 'redis',
    title: 'Redis',
    ports: tcp(6379),
    severity: 'high',
    topic: 'other',
    why: 'Redis trusts its network: without a password anybody reads and wipes the data, and by writing files or loading modules takes the host.',
    instead:
      'Bind Redis to private addresses and let only the application’s own group or subnet in.',
  },
  {
    id: 'mongodb',
    title: 'MongoDB',
    ports: tcp(27017),
    severity: 'high',
    topic: 'other',
    why: 'MongoDB without authentication is found within hours, copied, and wiped for ransom.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
  {
    id: 'elasticsearch',
    title: 'Elasticsearch',
    ports: tcp(9200, 9300),
    severity: 'high',
    topic: 'other',
    why: 'Search clusters without authentication are behind many of the largest leaks of personal data; the transport port lets strangers join the cluster.',
    instead:
      'Keep the cluster on private addresses and put a gateway with authentication before it.',
  },
  {
    id: 'memcached',
    title: 'Memcached',
    ports: tcpAndUdp(11211),
    severity: 'high',
    topic: 'other',
    why: 'Memcached has no authentication in its common form, and over UDP one forged packet draws an answer tens of thousands of times its size.',
    instead: 'Let only the application’s own group or subnet in, and switch UDP off.',
  },
  {
    id: 'kubernetes-api',
    title: 'the Kubernetes API',
    ports: tcp(6443),
    severity: 'high',
    topic: 'management',
    why: 'The API server rules the whole cluster. A leaked token, an anonymous role or a flaw in it is then within everybody’s reach.',
    instead:
      'Give the API a private endpoint, or limit it to the addresses of administrators and build systems.',
  },
  {
    id: 'docker',
    title: 'the Docker API',
    ports: tcp([2375, 2376]),
    severity: 'high',
    topic: 'management',
    why: 'Who may speak to the Docker socket is root on the host. On 2375 nothing is asked at all; miners and worms look for it without pause.',
    instead: 'Reach Docker over SSH (`docker -H ssh://…`) and do not listen on the network.',
  },
  {
    id: 'tftp',
    title: 'TFTP',
    ports: udp(69),
    severity: 'high',
    topic: 'other',
    why: 'TFTP knows no accounts: who guesses a file name reads it, router configurations and boot images first of all, and its answers multiply forged traffic.',
    instead: 'Serve boot images on the local network only.',
  },
  {
    id: 'snmp',
    title: 'SNMP',
    ports: udp([161, 162]),
    severity: 'medium',
    topic: 'management',
    why: 'SNMP before version 3 has community strings in clear text, mostly `public`, gives away the whole configuration, and multiplies forged traffic.',
    instead: 'Let only the monitoring system in, with SNMPv3.',
  },
  {
    id: 'ldap',
    title: 'LDAP',
    ports: transportPorts({ tcp: ports(389, 636), udp: ports(389) }),
    severity: 'medium',
    topic: 'other',
    why: 'A directory tells names, groups and often more to who asks, is a place to guess passwords, and over UDP multiplies forged traffic.',
    instead: 'Directories serve their own networks; connect sites by VPN.',
  },
  {
    id: 'nfs',
    title: 'NFS',
    ports: transportPorts({ tcp: ports(111, 2049), udp: ports(111, 2049) }),
    severity: 'high',
    topic: 'other',
    why: 'NFS believes the user number that a client claims, so exported folders are open to all who can reach them; the port mapper beside it lists services and multiplies forged traffic.',
    instead: 'Mount file systems on private addresses only.',
  },
  {
    id: 'etcd',
    title: 'etcd',
    ports: tcp([2379, 2380]),
    severity: 'high',
    topic: 'management',
    why: 'etcd holds the state and the secrets of a Kubernetes cluster; who can write to it owns the cluster.',
    instead: 'Only control plane nodes may reach etcd, with client certificates.',
  },
  {
    id: 'cassandra',
    title: 'Cassandra',
    ports: tcp([7000, 7001], 7199, 9042),
    severity: 'high',
    topic: 'other',
    why: 'A default Cassandra asks for no password, and its JMX port runs code.',
    instead:
      'Keep databases on private addresses; reach them by VPN, private endpoint or from the application only.',
  },
]

/** Where FTP answers by custom: 21, and 990 for TLS from the first byte (IANA: ftp, ftps). */
export const ftpControlPorts: PortSet = ports(21, 990)
/** The port that is FTP's own: what else answers there surprises. */
export const ftpOwnPorts: PortSet = ports(21)

/** What a management plane is taken to be over the whole path of a machine. */
export const managementPorts: TransportPorts = tcp(22, 3389, [5985, 5986])
