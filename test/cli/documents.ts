/** Small exports for the tests of the command line. */
export interface Permission {
  readonly from: number
  readonly to: number
  readonly cidrs: readonly string[]
}

export const groupsDocument = (
  permissions: readonly Permission[],
  { id = 'sg-0aaa', name = 'files', owner = '111122223333' } = {},
): string =>
  JSON.stringify({
    SecurityGroups: [
      {
        GroupId: id,
        GroupName: name,
        OwnerId: owner,
        VpcId: 'vpc-0aaa',
        SecurityGroupArn: `arn:aws:ec2:eu-west-1:${owner}:security-group/${id}`,
        IpPermissions: permissions.map(({ from, to, cidrs }) => ({
          IpProtocol: 'tcp',
          FromPort: from,
          ToPort: to,
          IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [],
        })),
        IpPermissionsEgress: [],
      },
    ],
  })

export const anybody = '0.0.0.0/0'
export const openFtp = groupsDocument([{ from: 20, to: 25, cidrs: [anybody, '198.51.100.0/24'] }])
export const closed = groupsDocument([{ from: 21, to: 21, cidrs: ['198.51.100.0/24'] }])

/** Exports of one machine with this public address, of which FTP is reachable. */
export function reachableMachine(address: string): Readonly<Record<string, string>> {
  const [OwnerId, VpcId, SubnetId] = ['111122223333', 'vpc-0aaa', 'subnet-0aaa']
  const ports = [{ from: 21, to: 21, cidrs: [anybody] }]
  const documents = {
    'describe-network-interfaces': {
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-0aaa',
          OwnerId,
          VpcId,
          SubnetId,
          AvailabilityZone: 'eu-west-1a',
          Status: 'in-use',
          Groups: [{ GroupId: 'sg-0aaa', GroupName: 'files' }],
          PrivateIpAddress: '10.0.0.5',
          PrivateIpAddresses: [
            {
              Primary: true,
              PrivateIpAddress: '10.0.0.5',
              Association: { PublicIp: address, IpOwnerId: 'amazon' },
            },
          ],
          Ipv6Addresses: [],
          Association: { PublicIp: address, IpOwnerId: 'amazon' },
        },
      ],
    },
    'describe-subnets': {
      Subnets: [
        { SubnetId, VpcId, OwnerId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'eu-west-1a' },
      ],
    },
    'describe-vpcs': { Vpcs: [{ VpcId, OwnerId, CidrBlock: '10.0.0.0/16' }] },
    'describe-internet-gateways': {
      InternetGateways: [
        {
          InternetGatewayId: 'igw-0aaa',
          OwnerId,
          Attachments: [{ VpcId, State: 'available' }],
        },
      ],
    },
    'describe-route-tables': {
      RouteTables: [
        {
          RouteTableId: 'rtb-0aaa',
          VpcId,
          OwnerId,
          Associations: [{ Main: true, RouteTableId: 'rtb-0aaa' }],
          Routes: [
            { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
            { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0aaa', State: 'active' },
          ],
        },
      ],
    },
  }
  const texts = Object.entries(documents).map(([name, it]) => [
    `exports/${name}.json`,
    JSON.stringify(it),
  ])
  return { ...Object.fromEntries(texts), 'exports/groups.json': groupsDocument(ports) }
}

export const ftpCheck = 'aws-security-group-unrestricted-ftp'

export interface ReportedFinding {
  readonly id: string
  readonly check: string
  readonly status: string
  readonly severity: string
  readonly requirements: readonly string[]
  readonly resource: { readonly id: string }
  readonly exemption: { readonly owner: string } | null
}
export const findingsOf = (json: string): readonly ReportedFinding[] =>
  (JSON.parse(json) as { findings: readonly ReportedFinding[] }).findings
