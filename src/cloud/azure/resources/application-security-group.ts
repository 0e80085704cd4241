/** Application security groups: `az network asg list`. Who is in them stands on the interfaces. */
import type { Identity, ResourceKind } from '../resource-kind.ts'

export const applicationSecurityGroups: ResourceKind<Identity> = {
  collection: 'application-security-groups',
  types: ['microsoft.network/applicationsecuritygroups'],
  read: (_, identity) => identity,
}
