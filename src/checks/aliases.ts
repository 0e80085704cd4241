/**
 * Names under which other rule sets know a check. Only what is certain stands here: Trend Micro Conformity (`EC2-034`,
 * `Network-005`), AWS Security Hub (`EC2.13`), AWS Config managed rules (`restricted-ssh`) and Prowler (`ec2_…`,
 * `network_…`); for services Nessus plugins by number and Nmap scripts by name. Rules of theirs that span several of our
 * checks (`EC2.19`, or a plugin that only detects) are requirements or nothing, not aliases.
 */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'aws-security-group-unrestricted-ftp': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_ftp_port_20_21',
  ],
  'aws-security-group-unrestricted-ssh': [
    'EC2.13',
    'restricted-ssh',
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22',
  ],
  'aws-security-group-unrestricted-telnet': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_telnet_23',
  ],
  'aws-security-group-unrestricted-rdp': [
    'EC2.14',
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389',
  ],
  'aws-security-group-unrestricted-mysql': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306',
  ],
  'aws-security-group-unrestricted-postgresql': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432',
  ],
  'aws-security-group-unrestricted-redis': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379',
  ],
  'aws-security-group-unrestricted-memcached': [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_memcached_11211',
  ],
  'aws-security-group-unrestricted-uncommon-ports': ['EC2-034', 'EC2.18'],
  'aws-security-group-unrestricted-all-ports': [
    'ec2_securitygroup_allow_ingress_from_internet_to_all_ports',
  ],
  'aws-security-group-wide-sources': ['ec2_securitygroup_allow_wide_open_public_ipv4'],
  'aws-security-group-unattached': [
    'EC2.22',
    'ec2-security-group-attached-to-eni',
    'ec2_securitygroup_not_used',
  ],
  'aws-default-security-group-in-use': [
    'EC2.2',
    'vpc-default-security-group-closed',
    'ec2_securitygroup_default_restrict_traffic',
  ],
  'aws-virtual-machine-unrestricted-ftp': ['ec2_instance_port_ftp_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-ssh': ['ec2_instance_port_ssh_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-telnet': ['ec2_instance_port_telnet_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-rdp': ['ec2_instance_port_rdp_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-mysql': ['ec2_instance_port_mysql_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-postgresql': [
    'ec2_instance_port_postgresql_exposed_to_internet',
  ],
  'aws-virtual-machine-unrestricted-redis': ['ec2_instance_port_redis_exposed_to_internet'],
  'aws-virtual-machine-unrestricted-memcached': ['ec2_instance_port_memcached_exposed_to_internet'],
  'azure-network-security-group-unrestricted-ftp': ['Network-005'],
  'azure-network-security-group-unrestricted-ssh': ['network_ssh_internet_access_restricted'],
  'azure-network-security-group-unrestricted-rdp': ['network_rdp_internet_access_restricted'],
  'azure-network-security-group-unrestricted-http': ['network_http_internet_access_restricted'],
  // Anonymous FTP Enabled
  'ftp-server-anonymous-login': ['nessus-10079', 'ftp-anon'],
  // FTP Writable Directories
  'ftp-server-writable-directory': ['nessus-19782'],
  // FTP Supports Cleartext Authentication
  'ftp-server-clear-text-login': ['nessus-34324'],
  // FTP Privileged Port Bounce Scan
  'ftp-server-bounce': ['nessus-10081', 'ftp-bounce'],
  // FTP Server Copyrighted Material Present
  'ftp-server-copyrighted-files': ['nessus-11779'],
}

export const aliasesOf = (id: string): readonly string[] => aliases[id] ?? []
/** Every check id that has an alias, so that none is left over when a check is renamed. */
export const aliasedIds: readonly string[] = Object.keys(aliases)
