/** `framework-version:line`, e.g. `pci-dss-4.0.1:1.2.5`, `nist-800-53-r5:SC-7(5)`, `cis-aws-5.0:5.3`. */
export type RequirementId = `${string}:${string}`

/** What kind of change mends a finding; the plans live in `remediation`. */
export const remedyIds = [
  'restrict-ingress',
  'restrict-icmp',
  'attach-filter',
  'delete-unused-filter',
  'empty-default-filter',
  'remove-dead-rules',
] as const
export type RemedyId = (typeof remedyIds)[number]
