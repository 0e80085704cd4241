/** The members of AWS's JSON that the estates here use, as the `aws` command prints them. */

export interface IpPermission {
  readonly IpProtocol: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly IpRanges?: readonly { readonly CidrIp: string }[]
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6: string }[]
  readonly PrefixListIds?: readonly { readonly PrefixListId: string }[]
  readonly UserIdGroupPairs?: readonly {
    readonly GroupId: string
    readonly UserId?: string
    readonly VpcId?: string
    readonly VpcPeeringConnectionId?: string
    readonly PeeringStatus?: string
  }[]
}
export interface SecurityGroup {
  readonly GroupId: string
  readonly GroupName: string
  readonly OwnerId: string
  readonly VpcId: string
  readonly Description: string
  readonly IpPermissions: readonly IpPermission[]
  readonly IpPermissionsEgress: readonly IpPermission[]
}
export interface SecurityGroupRule {
  readonly SecurityGroupRuleId: string
  readonly GroupId: string
  readonly GroupOwnerId: string
  readonly IsEgress: boolean
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
  readonly CidrIpv4?: string
  readonly CidrIpv6?: string
  readonly PrefixListId?: string
  readonly ReferencedGroupInfo?: { readonly GroupId: string; readonly UserId: string }
}
export interface NetworkInterface {
  readonly NetworkInterfaceId: string
  readonly InterfaceType: string
  readonly Description: string
  readonly Status: string
  readonly OwnerId: string
  readonly AvailabilityZone: string
  readonly SubnetId: string
  readonly VpcId: string
  readonly PrivateIpAddress: string
  readonly PrivateIpAddresses: readonly {
    readonly Primary: boolean
    readonly PrivateIpAddress: string
    readonly Association?: { readonly PublicIp: string; readonly IpOwnerId: string }
  }[]
  readonly Association?: { readonly PublicIp: string; readonly IpOwnerId: string }
  readonly Ipv6Addresses: readonly { readonly Ipv6Address: string }[]
  readonly Groups: readonly { readonly GroupId: string; readonly GroupName: string }[]
  readonly RequesterManaged?: boolean
  readonly Attachment?: {
    readonly InstanceId?: string
    readonly DeviceIndex: number
    readonly Status: string
  }
}
export interface Route {
  readonly DestinationCidrBlock?: string
  readonly DestinationIpv6CidrBlock?: string
  readonly GatewayId?: string
  readonly NatGatewayId?: string
  readonly NetworkInterfaceId?: string
  readonly TransitGatewayId?: string
  readonly VpcPeeringConnectionId?: string
  readonly EgressOnlyInternetGatewayId?: string
  readonly Origin: string
  readonly State: string
}
export interface RouteTable {
  readonly RouteTableId: string
  readonly VpcId: string
  readonly OwnerId: string
  readonly Associations: readonly {
    readonly Main: boolean
    readonly RouteTableId: string
    readonly RouteTableAssociationId: string
    readonly SubnetId?: string
    readonly AssociationState: { readonly State: string }
  }[]
  readonly Routes: readonly Route[]
}
export interface InternetGateway {
  readonly InternetGatewayId: string
  readonly OwnerId: string
  readonly Attachments: readonly { readonly State: string; readonly VpcId: string }[]
}
export interface AclEntry {
  readonly RuleNumber: number
  readonly Egress: boolean
  readonly Protocol: string
  readonly RuleAction: string
  readonly CidrBlock?: string
  readonly Ipv6CidrBlock?: string
  readonly PortRange?: { readonly From: number; readonly To: number }
  readonly IcmpTypeCode?: { readonly Type: number; readonly Code: number }
}
export interface NetworkAcl {
  readonly NetworkAclId: string
  readonly VpcId: string
  readonly OwnerId: string
  readonly IsDefault: boolean
  readonly Associations: readonly {
    readonly NetworkAclAssociationId: string
    readonly NetworkAclId: string
    readonly SubnetId: string
  }[]
  readonly Entries: readonly AclEntry[]
}
export interface ElasticAddress {
  readonly PublicIp: string
  readonly AllocationId: string
  readonly Domain: string
  readonly NetworkInterfaceId?: string
  readonly PrivateIpAddress?: string
}
export interface BlockOptions {
  readonly AwsAccountId: string
  readonly AwsRegion: string
  readonly State: string
  readonly InternetGatewayBlockMode: string
}
export interface BlockExclusion {
  readonly ExclusionId: string
  readonly InternetGatewayExclusionMode: string
  readonly ResourceArn: string
  readonly State: string
}
export interface LoadBalancer {
  readonly LoadBalancerArn: string
  readonly LoadBalancerName: string
  readonly DNSName: string
  readonly Scheme: string
  readonly Type: string
  readonly VpcId: string
  readonly IpAddressType: string
  readonly State: { readonly Code: string }
  readonly AvailabilityZones: readonly { readonly ZoneName: string; readonly SubnetId: string }[]
  readonly SecurityGroups?: readonly string[]
}
export interface ListenerAction {
  readonly Type: string
  readonly TargetGroupArn?: string
  readonly ForwardConfig?: {
    readonly TargetGroups: readonly { readonly TargetGroupArn: string; readonly Weight: number }[]
  }
}
export interface Listener {
  readonly ListenerArn: string
  readonly LoadBalancerArn: string
  readonly Port: number
  readonly Protocol: string
  readonly DefaultActions: readonly ListenerAction[]
}
export interface ListenerRule {
  readonly RuleArn: string
  readonly Priority: string
  readonly IsDefault: boolean
  readonly Conditions: readonly { readonly Field: string; readonly Values: readonly string[] }[]
  readonly Actions: readonly ListenerAction[]
}
export interface TargetGroup {
  readonly TargetGroupArn: string
  readonly TargetGroupName: string
  readonly Protocol: string
  readonly Port: number
  readonly VpcId: string
  readonly TargetType: string
  readonly LoadBalancerArns: readonly string[]
}
export interface TargetHealth {
  readonly Target: { readonly Id: string; readonly Port?: number }
  readonly TargetHealth: { readonly State: string }
}
export interface ClassicBalancer {
  readonly LoadBalancerName: string
  readonly DNSName: string
  readonly Scheme: string
  readonly VPCId: string
  readonly Subnets: readonly string[]
  readonly SecurityGroups: readonly string[]
  readonly Instances: readonly { readonly InstanceId: string }[]
  readonly ListenerDescriptions: readonly {
    readonly Listener: {
      readonly Protocol: string
      readonly LoadBalancerPort: number
      readonly InstanceProtocol: string
      readonly InstancePort: number
    }
  }[]
}

/** Everything that the documents of an estate say, a collection null where no document holds it. */
export interface Collection<Item> {
  readonly items: readonly Item[]
  readonly state: 'complete' | 'partial' | 'absent'
}
