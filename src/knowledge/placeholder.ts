/** Words in capitals that stand for the reader's own: they need no quoting in a shell and are easy to look for. */
export const placeholders = {
  ALLOWED_CIDR: 'who may still connect over IPv4, such as 198.51.100.0/24',
  ALLOWED_CIDR6: 'who may still connect over IPv6, such as 2001:db8:1::/48',
  BOUNCE_ADDRESS: 'another address of your own, on which you listen',
  CREDENTIALS_FILE: 'the file with an account for each server, readable by you alone',
  FTP_HOST: 'the name by which clients call the server, or its address',
  FTP_PORT: 'the port on which it answers, mostly 21',
  FTP_USER: 'the name of an account',
  INTERFACE_ID: 'the network interface, eni-…',
  NETWORK_ACL_ID: 'the network ACL, acl-…',
  NIC_NAME: 'the network interface',
  NSG_NAME: 'the network security group',
  REGION: 'the AWS region, such as eu-west-1',
  RESOURCE_GROUP: 'the resource group of the network security group',
  RULE_ID: 'the security group rule, sgr-…',
  RULE_NAME: 'the security rule',
  RULE_NUMBER: 'the number of the rule in the network ACL',
  SCOPE_FILE: 'the file that lists what may be scanned',
  SECURITY_GROUP_ID: 'the security group, sg-…',
  SUBSCRIPTION_ID: 'the Azure subscription',
  THUMBPRINT: 'the thumbprint of the certificate, in hexadecimal',
} as const
export type Placeholder = keyof typeof placeholders

const word = new RegExp(`\\b(${Object.keys(placeholders).join('|')})\\b`, 'g')

/** The placeholders in these texts, each with what it stands for, in alphabetical order. */
export function placeholdersIn(texts: readonly string[]): readonly (readonly [string, string])[] {
  const used = new Set(texts.flatMap((text) => text.match(word) ?? []))
  return Object.entries(placeholders).filter(([name]) => used.has(name))
}
