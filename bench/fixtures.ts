/** Large documents as the aws CLI prints them, the same for the same seed. */
import { once } from 'node:events'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const account = '123456789012'
const vpc = 'vpc-0a1b2c3d4e5f60718'
const subnets = ['subnet-0a00000000000000a', 'subnet-0b00000000000000b', 'subnet-0c00000000000000c']

export interface SecurityGroups {
  readonly groups: number
  readonly rulesPerGroup: number
  /** Part of the rules that admit 0.0.0.0/0. */
  readonly openShare: number
  readonly seed: number
}

/** `describe-security-groups`: each rule is a permission with one CIDR; one description is not in Latin-1. */
export async function writeSecurityGroups(path: string, options: SecurityGroups): Promise<void> {
  const random = generator(options.seed)
  const middle = Math.floor(options.groups / 2)
  await writeElements(path, 'SecurityGroups', options.groups, (i) => ({
    GroupId: groupId(i),
    IpPermissionsEgress: [
      {
        IpProtocol: '-1',
        UserIdGroupPairs: [],
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ],
    Tags: [{ Key: 'Name', Value: `service-${i}` }],
    VpcId: vpc,
    SecurityGroupArn: `arn:aws:ec2:eu-west-1:${account}:security-group/${groupId(i)}`,
    OwnerId: account,
    GroupName: `service-${i}`,
    Description: i === middle ? 'Łódź → 東京' : `rules of service ${i}`,
    IpPermissions: Array.from({ length: options.rulesPerGroup }, () => {
      const port = 1 + Math.floor(random() * 65_000)
      return {
        IpProtocol: random() < 0.9 ? 'tcp' : 'udp',
        FromPort: port,
        ToPort: random() < 0.8 ? port : port + Math.floor(random() * 500),
        UserIdGroupPairs: [],
        IpRanges: [{ CidrIp: random() < options.openShare ? '0.0.0.0/0' : narrowCidr(random) }],
        Ipv6Ranges: [],
        PrefixListIds: [],
      }
    }),
  }))
}

export interface Interfaces {
  readonly interfaces: number
  /** How many groups there are to attach: interface i has group i modulo this. */
  readonly groups: number
}

/** `describe-network-interfaces`: each with a public address, in one of the subnets of `writeNetwork`, with one group. */
export async function writeInterfaces(path: string, options: Interfaces): Promise<void> {
  await writeElements(path, 'NetworkInterfaces', options.interfaces, (i) => {
    const group = i % options.groups
    const privateIp = `10.${Math.floor(i / 65_536) % 256}.${Math.floor(i / 256) % 256}.${i % 256}`
    // Ordinary public addresses from 52.0.0.0 on.
    const publicIp = `52.${Math.floor(i / 65_536) % 256}.${Math.floor(i / 256) % 256}.${i % 256}`
    const association = {
      IpOwnerId: 'amazon',
      PublicDnsName: `ec2-${publicIp.replaceAll('.', '-')}.eu-west-1.compute.amazonaws.com`,
      PublicIp: publicIp,
    }
    return {
      Association: association,
      Attachment: {
        AttachTime: '2025-01-01T00:00:00+00:00',
        AttachmentId: `eni-attach-${hex(i, 17)}`,
        DeleteOnTermination: true,
        DeviceIndex: 0,
        NetworkCardIndex: 0,
        InstanceId: `i-${hex(i, 17)}`,
        InstanceOwnerId: account,
        Status: 'attached',
      },
      AvailabilityZone: 'eu-west-1a',
      Description: '',
      Groups: [{ GroupId: groupId(group), GroupName: `service-${group}` }],
      InterfaceType: 'interface',
      Ipv6Addresses: [],
      MacAddress: `02:00:00:${hex(i, 6).replace(/(..)(..)(..)/, '$1:$2:$3')}`,
      NetworkInterfaceId: `eni-${hex(i, 17)}`,
      OwnerId: account,
      PrivateDnsName: `ip-${privateIp.replaceAll('.', '-')}.eu-west-1.compute.internal`,
      PrivateIpAddress: privateIp,
      PrivateIpAddresses: [
        {
          Association: association,
          Primary: true,
          PrivateDnsName: `ip-${privateIp.replaceAll('.', '-')}.eu-west-1.compute.internal`,
          PrivateIpAddress: privateIp,
        },
      ],
      RequesterManaged: false,
      SourceDestCheck: true,
      Status: 'in-use',
      SubnetId: subnets[i % subnets.length],
      TagSet: [],
      VpcId: vpc,
    }
  })
}

/** Subnets, route table, gateway and VPC, so that the interfaces are reachable where their groups allow. */
export function writeNetwork(dir: string): void {
  mkdirSync(dir, { recursive: true })
  const write = (name: string, value: unknown) => {
    writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(value, null, 4)}\n`)
  }
  write('describe-vpcs', {
    Vpcs: [
      {
        OwnerId: account,
        InstanceTenancy: 'default',
        CidrBlockAssociationSet: [
          {
            AssociationId: 'vpc-cidr-assoc-0a1b2c3d4e5f60718',
            CidrBlock: '10.0.0.0/8',
            CidrBlockState: { State: 'associated' },
          },
        ],
        IsDefault: false,
        VpcId: vpc,
        State: 'available',
        CidrBlock: '10.0.0.0/8',
        DhcpOptionsId: 'dopt-0a1b2c3d4e5f60718',
      },
    ],
  })
  write('describe-subnets', {
    Subnets: subnets.map((id, i) => ({
      AvailabilityZone: `eu-west-1${'abc'[i]}`,
      MapPublicIpOnLaunch: true,
      OwnerId: account,
      AssignIpv6AddressOnCreation: false,
      Ipv6CidrBlockAssociationSet: [],
      SubnetArn: `arn:aws:ec2:eu-west-1:${account}:subnet/${id}`,
      SubnetId: id,
      State: 'available',
      VpcId: vpc,
      CidrBlock: `10.${i * 64}.0.0/10`,
      DefaultForAz: false,
    })),
  })
  write('describe-internet-gateways', {
    InternetGateways: [
      {
        Attachments: [{ State: 'available', VpcId: vpc }],
        InternetGatewayId: 'igw-0a1b2c3d4e5f60718',
        OwnerId: account,
        Tags: [],
      },
    ],
  })
  write('describe-route-tables', {
    RouteTables: [
      {
        Associations: [
          {
            Main: true,
            RouteTableAssociationId: 'rtbassoc-0a1b2c3d4e5f60718',
            RouteTableId: 'rtb-0a1b2c3d4e5f60718',
            AssociationState: { State: 'associated' },
          },
        ],
        PropagatingVgws: [],
        RouteTableId: 'rtb-0a1b2c3d4e5f60718',
        Routes: [
          {
            DestinationCidrBlock: '10.0.0.0/8',
            GatewayId: 'local',
            Origin: 'CreateRouteTable',
            State: 'active',
          },
          {
            DestinationCidrBlock: '0.0.0.0/0',
            GatewayId: 'igw-0a1b2c3d4e5f60718',
            Origin: 'CreateRoute',
            State: 'active',
          },
        ],
        Tags: [],
        VpcId: vpc,
        OwnerId: account,
      },
    ],
  })
}

/** One object with one list, printed element by element so that any number fits in memory. */
async function writeElements(
  path: string,
  member: string,
  count: number,
  element: (i: number) => unknown,
): Promise<void> {
  const file = createWriteStream(path, { highWaterMark: 4 * 2 ** 20 })
  const write = async (text: string) => {
    if (!file.write(text)) await once(file, 'drain')
  }
  await write(`{\n    "${member}": [`)
  for (let i = 0; i < count; i++) {
    const printed = JSON.stringify(element(i), null, 4).replaceAll('\n', '\n        ')
    await write(`${i === 0 ? '' : ','}\n        ${printed}`)
  }
  await write(`${count === 0 ? '' : '\n    '}]\n}\n`)
  file.end()
  await once(file, 'finish')
}

const groupId = (i: number): string => `sg-${hex(i, 17)}`
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** Mostly private networks, else a public one of 256 addresses or fewer. */
function narrowCidr(random: () => number): string {
  const part = () => Math.floor(random() * 256)
  const kind = random()
  if (kind < 0.5) return `10.${part()}.${part()}.0/24`
  if (kind < 0.7) return `192.168.${part()}.0/24`
  if (kind < 0.85) return `198.18.${part()}.${part()}/32`
  return `${[52, 81, 93, 203][Math.floor(random() * 4)]}.${part()}.${part()}.${part() & 0xf0}/28`
}

/** Numbers from 0 up to 1 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
