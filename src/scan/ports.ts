/**
 * Which ports a scan asks for. The lists are our own choice, made 2026-11: assignments of IANA's Service Name and Port
 * Number Registry, the ports that vendors document for their servers, and the alternates people move them to.
 */
import { isPort, type PortSet, ports, union, unionAll } from '../model/port-set.ts'

/** Where FTP is found: by assignment, by a product's documentation, and where people move it. */
export const ftpPorts: PortSet = ports(
  21, // assigned (RFC 959)
  990, // assigned, implicit TLS
  [2020, 2021], // another 20 and 21
  2100, // Oracle XML DB's FTP listener
  [2120, 2122], // 2121: examples of pyftpdlib, Apache FtpServer and ProFTPD, servers of phones
  2221, // servers of phones, a second instance of 21
  2811, // assigned, GridFTP
  3721, // file managers of phones
  8021, // assigned, ftp-proxy
  8821,
  9921, // a second instance behind a forwarded port
  10_021,
  20_021,
  21_000,
  21_021,
  21_121,
  30_021,
  50_021,
  60_021,
)

/** Comma-separated ports and ranges of our own tables. */
const table = (...lines: readonly string[]): PortSet =>
  unionAll(lines.flatMap((line) => line.split(',')).map((part) => parsePart(part) as PortSet))

/** Where servers are met every day: remote access, files, mail, web, databases, directories, queues. */
export const commonPorts: PortSet = union(
  ftpPorts,
  table(
    '22-23,25,53,80-81,88,110-111,113,135,139,143,389,443-445,465,512-515,548,554,587,631,636,853',
    '873,993,995,1025,1080,1099,1194,1433,1521,1723,1883,2049,2082,2083,2086,2087,2181,2222,2375',
    '2376,2379,2380,3000,3128,3268,3269,3306,3389,4443,5000,5001,5044,5060,5061,5222,5432,5601',
    '5671,5672,5900-5903,5984,5985-5986,6000,6379,6443,6667,7001,7002,7077,7474,7687,8000,8001',
    '8008,8009,8080-8083,8086,8088,8089,8123,8161,8200,8291,8443,8500,8834,8883,8888,9000,9001',
    '9042,9090,9092,9200,9300,9418,9443,9999,10000,10250,10443,11211,15672,27017,27018,50000',
    '50070',
  ),
)

/**
 * 1,000 ports: the common ones and the families that servers come in: well-known ports, second instances one up, web
 * consoles in the eight and nine thousands, displays, clusters, control systems, the ports Windows hands out first.
 */
export const topPorts: PortSet = union(
  commonPorts,
  table(
    '1,7,9,11,13,15,17-20,24,26,37-43,49,70,79,82-87,89-90,99-102,106-109,115-119,123-125,137-138',
    '144,161,163,177-179,194,199,209-210,222,259-264,301-311,369-371,425-427,447-449,464,466',
    '491-502,516-524,540-545,563,593,646-648,655-668,683-691,700-711,749-754,775-783,800-808',
    '843-850,880,888,898-903,911-912,987-989,991-992,994,996-1002,1007-1011,1021-1024,1026-1050',
    '1079,1081-1098,1100,1102-1111,1119,1177-1193,1195-1200,1234-1241,1311-1314,1352-1353',
    '1414-1420,1434-1435,1494,1500-1503,1522-1530,1645-1646,1700-1701,1720-1722,1724,1755',
    '1812-1813,1900,1935,1984,1998-2013,2022-2023,2030-2035,2040-2048,2050,2065-2068,2077-2080',
    '2095-2099,2101-2107,2119,2160-2161,2200,2223-2224,2301,2323,2377-2378,2381-2383,2393-2394',
    '2401,2404,2424,2483-2484,2500,2600-2608,2638,2701,2717,2869,2947,2967,3001-3010,3050',
    '3129-3130,3205,3260-3262,3299,3307-3310,3333,3388,3390-3391,3493,3632,3689-3690,3702-3703',
    '3780,3800-3801,4000-4006,4040,4045,4125,4190,4321,4369,4444-4445,4505-4506,4567,4662,4786',
    '4840,4848,4899,4949,5002-5010,5050-5051,5080,5100-5102,5190,5223,5269,5280,5357,5433,5500',
    '5555,5631,5633,5666-5667,5800-5803,5858,5904-5911,5938,5987-5989,5998-5999,6001-6009',
    '6100-6101,6112,6129,6346-6347,6380-6382,6444,6514,6543,6565-6567,6660-6666,6668-6670,6697',
    '6881,6969,7000,7003-7010,7070,7080,7100,7199-7200,7443,7512,7547,7777-7778,7800,7999',
    '8002-8007,8010-8011,8020,8022,8042,8060,8069,8084-8085,8087,8090-8110,8118,8139-8140,8172',
    '8180-8181,8222,8300,8333,8383,8400,8444,8530-8531,8545,8600,8649,8728-8729,8800,8880,8889',
    '8899,8983,9002-9020,9040,9043,9050,9060,9080-9081,9091,9093-9094,9098,9100-9107,9160,9191',
    '9201,9389,9444,9500,9502,9600,9618,9667,10001-10010,10050-10051,10080-10083,10255,10500',
    '10911,11111-11112,11371,12000,12345,13722-13724,14000,15000-15003,15660,16000-16001',
    '16992-16993,17500,18080,18091-18092,19000,19150,20000-20002,20022,20080,20443,20880,22022',
    '22222,23023,24554,25565,25672,26000,26379,27000-27009,27015,27019,28015,28017,28080,30000',
    '30080,30443,31337,32400,32768-32785,33060,35357,37777,40000,40021,41794,44818,47808',
    '49152-49175,50022,50030,50060,50075,50090,50443,51413,55553,58080,60000,60010,60022,60030',
    '61613-61614,61616,62078,65000,65535',
  ),
)

/** Port 0 is no destination. */
export const everyPort: PortSet = ports([1, 65_535])

/**
 * What listens here acts on whatever is sent: printers print it, controllers may stop. Raw printing, ISO-TSAP (S7),
 * Modbus, IEC 60870-5-104, OPC UA, DNP3, EtherNet/IP, BACnet.
 */
export const listenOnlyPorts: PortSet = ports(
  [9100, 9107],
  102,
  502,
  2404,
  4840,
  20_000,
  44_818,
  47_808,
)

const named: Readonly<Record<string, PortSet>> = {
  ftp: ftpPorts,
  common: commonPorts,
  top: topPorts,
  all: everyPort,
}

export type PortsRead =
  | { readonly kind: 'read'; readonly ports: PortSet }
  | { readonly kind: 'wrong'; readonly message: string }

/** `ftp`, `common`, `top`, `all`, ports and ranges, in any mixture: `ftp,8000-8100`. */
export function parsePorts(text: string): PortsRead {
  const parts = text.split(',')
  if (parts.length > 65_536) return { kind: 'wrong', message: 'more parts than there are ports' }
  const sets: PortSet[] = []
  for (const part of parts) {
    const words = part.trim()
    const set = Object.hasOwn(named, words) ? named[words] : parsePart(words)
    if (!set) return { kind: 'wrong', message: wordsFor(words) }
    sets.push(set)
  }
  return { kind: 'read', ports: unionAll(sets) }
}

function wordsFor(part: string): string {
  const shown = JSON.stringify(part.slice(0, 80))
  return part === ''
    ? 'an empty part: expected ftp, common, top, all, a port or a range such as 1000-1010'
    : `${shown}: expected ftp, common, top, all, a port from 1 to 65535 or a range such as 1000-1010`
}

function parsePart(part: string): PortSet | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part)
  if (!match) return undefined
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])]
  return from >= 1 && isPort(to) && from <= to ? ports([from, to]) : undefined
}
