#!/usr/bin/env bash
# Fetches the real servers that the tests scan and ask, from Debian's packages, into `.cache/test-servers`; nothing of them is
# installed, because their packages conflict with each other. Needs no root; outside of that folder it changes nothing
# but for a missing Python (and the clients), which root has installed.
#
#   scripts/test-servers.sh [servers|clients|all]   (default: all)
#
# `clients` are what the benchmarks compare with and whose traffic the tests capture (nmap, tcpdump, lftp, curl, tnftp,
# tshark): installed where this runs as root, else put beside the servers, but for tshark, which has too many libraries for
# that. What is there already is left alone; remove `.cache/test-servers` to fetch anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:-all}
case "$what" in servers | clients | all) ;; *)
  echo "usage: scripts/test-servers.sh [servers|clients|all]" >&2
  exit 2
  ;;
esac

cache=$PWD/.cache/test-servers
root=$cache/root
mkdir -p "$cache"

# Two runs at a time would unpack into each other's folders.
exec 9>"$cache/lock"
flock 9
# Without the files, what was noted of them is no longer true.
[ -d "$root/usr" ] || rm -rf "$cache/packages"
mkdir -p "$cache/packages" "$cache/debs" "$root"

say() { printf 'test-servers: %s\n' "$*"; }
fail() {
  say "$*" >&2
  exit 1
}

for tool in apt-get dpkg-deb ldd; do
  command -v "$tool" >/dev/null || fail "needs $tool: this script knows Debian only"
done

# Without root the package lists are our own; apt's own lists are not ours to refresh.
apt=(apt-get -q)
if [ "$(id -u)" -ne 0 ]; then
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
  apt+=(-o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache" -o Debug::NoLocking=1)
fi
updated=no
update() {
  [ "$updated" = no ] || return 0
  updated=yes
  say 'refreshing the package lists'
  # A third party's repository that does not answer is no reason to stop: what matters is whether the download works.
  "${apt[@]}" update >"$cache/apt.log" 2>&1 || say "apt-get update had errors (see .cache/test-servers/apt.log)"
}

# Root's files end in the cache too, so the sandbox user of apt may not write there.
download() { (cd "$cache/debs" && "${apt[@]}" -o APT::Sandbox::User=root download "$@" >>"$cache/apt.log" 2>&1); }

fetch() {
  local missing=() package file
  for package in "$@"; do
    [ -e "$cache/packages/$package" ] || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  rm -f "$cache"/debs/*.deb
  download "${missing[@]}" || {
    update
    download "${missing[@]}" || {
      tail -n 20 "$cache/apt.log" >&2
      fail "could not download: ${missing[*]}"
    }
  }
  for file in "$cache"/debs/*.deb; do
    package=$(dpkg-deb -f "$file" Package)
    dpkg-deb -x "$file" "$root"
    # Written last: a package without this file is fetched again.
    dpkg-deb -f "$file" Version >"$cache/packages/$package"
    say "unpacked $package $(cat "$cache/packages/$package")"
  done
  rm -f "$cache"/debs/*.deb
}

triplet=$(uname -m)-linux-gnu
libraries=$root/usr/lib/$triplet:$root/lib/$triplet

# The package that holds a library, for those that a small machine lacks.
package_of() {
  case "$1" in
    libwrap.so.*) echo libwrap0 ;;
    libhiredis.so.*) echo libhiredis0.14 ;;
    libmemcached.so.*) echo libmemcached11 ;;
    libmemcachedutil.so.*) echo libmemcachedutil2 ;;
    libhashkit.so.*) echo libhashkit2 ;;
    libpcre2-posix.so.*) echo libpcre2-posix3 ;;
    libpcre2-8.so.*) echo libpcre2-8-0 ;;
    libpcre.so.*) echo libpcre3 ;;
    libsodium.so.*) echo libsodium23 ;;
    libcap.so.*) echo libcap2 ;;
    libpam.so.* | libpam_misc.so.*) echo libpam0g ;;
    libssl.so.* | libcrypto.so.*) echo libssl3 ;;
    libidn2.so.*) echo libidn2-0 ;;
    libunistring.so.*) echo libunistring2 ;;
    libacl.so.*) echo libacl1 ;;
    libncursesw.so.*) echo libncursesw6 ;;
    libtinfo.so.*) echo libtinfo6 ;;
    libcrypt.so.*) echo libcrypt1 ;;
    libz.so.*) echo zlib1g ;;
    libnsl.so.*) echo libnsl2 ;;
    libtirpc.so.*) echo libtirpc3 ;;
    libaudit.so.*) echo libaudit1 ;;
    libcap-ng.so.*) echo libcap-ng0 ;;
    libcom_err.so.*) echo libcom-err2 ;;
    libgssapi_krb5.so.*) echo libgssapi-krb5-2 ;;
    libkrb5.so.*) echo libkrb5-3 ;;
    libk5crypto.so.*) echo libk5crypto3 ;;
    libkrb5support.so.*) echo libkrb5support0 ;;
    libkeyutils.so.*) echo libkeyutils1 ;;
    libselinux.so.*) echo libselinux1 ;;
    libsystemd.so.*) echo libsystemd0 ;;
    liblzma.so.*) echo liblzma5 ;;
    libzstd.so.*) echo libzstd1 ;;
    liblz4.so.*) echo liblz4-1 ;;
    libgcrypt.so.*) echo libgcrypt20 ;;
    libgpg-error.so.*) echo libgpg-error0 ;;
    libbz2.so.*) echo libbz2-1.0 ;;
    libffi.so.*) echo libffi8 ;;
    libpcap.so.*) echo libpcap0.8 ;;
    libdbus-1.so.*) echo libdbus-1-3 ;;
    liblinear.so.*) echo liblinear4 ;;
    libblas.so.*) echo libblas3 ;;
    liblua5.3.so.*) echo liblua5.3-0 ;;
    libssh2.so.*) echo libssh2-1 ;;
    libgnutls.so.*) echo libgnutls30 ;;
    libreadline.so.*) echo libreadline8 ;;
    libcurl.so.*) echo libcurl4 ;;
    libpq.so.*) echo libpq5 ;;
    libldap-2.5.so.* | liblber-2.5.so.*) echo libldap-2.5-0 ;;
    libsasl2.so.*) echo libsasl2-2 ;;
    libxml2.so.*) echo libxml2 ;;
    libicui18n.so.* | libicuuc.so.* | libicudata.so.*) echo libicu72 ;;
    libstdc++.so.*) echo libstdc++6 ;;
    libgcc_s.so.*) echo libgcc-s1 ;;
    libgmp.so.*) echo libgmp10 ;;
    libnettle.so.*) echo libnettle8 ;;
    libhogweed.so.*) echo libhogweed6 ;;
    libp11-kit.so.*) echo libp11-kit0 ;;
    libtasn1.so.*) echo libtasn1-6 ;;
    libedit.so.*) echo libedit2 ;;
    libbsd.so.*) echo libbsd0 ;;
    libmd.so.*) echo libmd0 ;;
    *) return 1 ;;
  esac
}

missing_libraries() { { LD_LIBRARY_PATH=$libraries ldd "$@" 2>/dev/null || true; } | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' | sort -u; }

complete() {
  local round names name packages package
  for round in 1 2 3 4 5; do
    names=$(missing_libraries "$@")
    [ -n "$names" ] || return 0
    packages=()
    for name in $names; do
      package=$(package_of "$name") || fail "no known package holds $name"
      [ ! -e "$cache/packages/$package" ] || fail "$package does not hold $name"
      packages+=("$package")
    done
    mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
    fetch "${packages[@]}"
  done
  fail "libraries are still missing: $(missing_libraries "$@" | tr '\n' ' ')"
}

servers() {
  local python=/usr/bin/python3
  if [ ! -x "$python" ]; then
    # Python cannot be moved as the servers can: its own modules are found from its place.
    [ "$(id -u)" -eq 0 ] || fail 'needs python3 (apt-get install python3-minimal)'
    update
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 >>"$cache/apt.log" 2>&1 ||
      fail 'could not install python3'
    say 'installed python3'
  fi
  fetch vsftpd proftpd-core proftpd-mod-crypto pure-ftpd pure-ftpd-common inetutils-ftpd \
    openssh-server openssh-client openssl \
    python3-pyftpdlib python3-openssl python3-cryptography python3-cffi-backend \
    python3-aiosmtpd python3-attr python3-public python3-pkg-resources \
    python3-twisted python3-zope.interface python3-automat python3-constantly python3-hyperlink python3-incremental \
    python3-idna python3-six python3-typing-extensions \
    libnss-wrapper \
    postgresql-15 postgresql-client-15
  # Live capture is tested with the machine's own tcpdump where it has one.
  if ! command -v tcpdump >/dev/null; then
    fetch tcpdump
    complete "$root/usr/bin/tcpdump"
  fi
  mapfile -t binaries < <(
    ls "$root"/usr/sbin/{vsftpd,proftpd,pure-ftpd,ftpd,sshd} \
      "$root"/usr/bin/{pure-pw,ssh-keygen,openssl} \
      "$root"/usr/lib/proftpd/*.so \
      "$root"/usr/lib/postgresql/15/bin/{postgres,initdb,psql} \
      "$root"/usr/lib/*-linux-gnu/libnss_wrapper.so \
      "$root"/usr/lib/python3/dist-packages/_cffi_backend.*.so
  )
  complete "${binaries[@]}"
  PYTHONPATH=$root/usr/lib/python3/dist-packages LD_LIBRARY_PATH=$libraries PYTHONDONTWRITEBYTECODE=1 \
    "$python" -W ignore -c 'import pyftpdlib.handlers, OpenSSL, aiosmtpd.controller, twisted.mail.pop3, twisted.mail.imap4; pyftpdlib.handlers.TLS_FTPHandler' ||
    fail 'pyftpdlib, pyOpenSSL, aiosmtpd or twisted does not load in /usr/bin/python3'
  say "servers: vsftpd $(version vsftpd), proftpd $(version proftpd-core), pure-ftpd $(version pure-ftpd)," \
    "pyftpdlib $(version python3-pyftpdlib), inetutils-ftpd $(version inetutils-ftpd), openssh $(version openssh-server)," \
    "twisted $(version python3-twisted), aiosmtpd $(version python3-aiosmtpd), postgresql $(version postgresql-15)"
}
version() { cat "$cache/packages/$1"; }

clients() {
  local lacking=() present=() tool
  local tools=(nmap tcpdump lftp curl tnftp tshark)
  for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || [ -x "$root/usr/bin/$tool" ] || lacking+=("$tool")
  done
  if [ "${#lacking[@]}" -gt 0 ]; then
    if [ "$(id -u)" -eq 0 ]; then
      update
      DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${lacking[@]}" >>"$cache/apt.log" 2>&1 ||
        fail "could not install ${lacking[*]} (see .cache/test-servers/apt.log)"
      say "installed ${lacking[*]}"
    else
      for tool in "${lacking[@]}"; do
        case "$tool" in
          tshark)
            say 'tshark is missing: only root installs it (apt-get install tshark)' >&2
            continue
            ;;
          nmap) fetch nmap nmap-common lua-lpeg ;;
          *) fetch "$tool" ;;
        esac
        complete "$root/usr/bin/$tool"
      done
    fi
  fi
  for tool in "${tools[@]}"; do
    if command -v "$tool" >/dev/null; then
      present+=("$(command -v "$tool")")
    elif [ -x "$root/usr/bin/$tool" ]; then
      present+=(".cache/test-servers/root/usr/bin/$tool")
    fi
  done
  say "clients: ${present[*]}"
}

case "$what" in servers | all) servers ;; esac
case "$what" in clients | all) clients ;; esac
