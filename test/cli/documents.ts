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
