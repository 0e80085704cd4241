"""A pyftpdlib server out of one JSON document: python3 pyftpdlib.py CONFIGURATION (the fields are in pyftpdlib.ts)."""

import json
import logging
import os
import socket
import sys

# This file bears the name of the library: its folder must not be searched first.
sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]

from OpenSSL import SSL  # noqa: E402
from pyftpdlib.authorizers import DummyAuthorizer  # noqa: E402
from pyftpdlib.handlers import FTPHandler, TLS_DTPHandler, TLS_FTPHandler  # noqa: E402
from pyftpdlib.log import config_logging  # noqa: E402
from pyftpdlib.servers import FTPServer  # noqa: E402

configuration = json.loads(sys.argv[1])
if configuration["log"] is None:
    logging.basicConfig(level=logging.WARNING)
else:
    sys.stderr = open(configuration["log"]["file"], "w", buffering=1)
    config_logging(level=configuration["log"]["level"])

READ = "elr"
WRITE = "elradfmwMT"
VERSIONS = {
    "TLSv1": SSL.OP_NO_TLSv1,
    "TLSv1.1": SSL.OP_NO_TLSv1_1,
    "TLSv1.2": SSL.OP_NO_TLSv1_2,
    "TLSv1.3": SSL.OP_NO_TLSv1_3,
}


def authorizer():
    made = DummyAuthorizer()
    account = configuration["account"]
    made.add_user(account["user"], account["password"], configuration["home"], perm=WRITE)
    if configuration["anonymous"] != "off":
        home = configuration["anonymousHome"]
        made.add_anonymous(home, perm=WRITE if configuration["anonymous"] == "everywhere" else READ)
        if configuration["anonymous"] == "upload":
            made.override_perm("anonymous", os.path.join(home, "upload"), WRITE, recursive=True)
    return made


def tls_context():
    context = SSL.Context(SSL.SSLv23_METHOD)
    # First of all: with the usual security level neither an old version nor a small key is taken.
    if configuration["weak"]:
        context.set_cipher_list(b"ALL:eNULL:@SECLEVEL=0")
        context.set_min_proto_version(SSL.TLS1_VERSION)
    for name, option in VERSIONS.items():
        if name not in configuration["tlsVersions"]:
            context.set_options(option)
    context.use_certificate_chain_file(configuration["certificateFile"])
    context.use_privatekey_file(configuration["keyFile"])
    return context


class Plain(FTPHandler):
    pass


class Secure(TLS_FTPHandler):
    certfile = "unused"
    tls_control_required = configuration["tls"] == "required"
    tls_data_required = configuration["tls"] == "required"


class Implicit(TLS_FTPHandler):
    """TLS from the first byte, and protected data without asking for it."""

    certfile = "unused"
    tls_data_required = True
    greeted = False

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        if not self.greeted:
            self.greeted = True
            self._pbsz = True
            self._prot = True
            super().handle()


def handler():
    made = {"absent": Plain, "offered": Secure, "required": Secure, "implicit": Implicit}[configuration["tls"]]
    made.authorizer = authorizer()
    made.banner = configuration["banner"] or FTPHandler.banner
    made.use_sendfile = False
    # The delay that a failed login earns.
    made.auth_failed_timeout = 1
    made.masquerade_address = configuration["masquerade"]
    made.permit_foreign_addresses = configuration["foreign"]
    made.permit_privileged_ports = configuration["foreign"]
    if configuration["tls"] != "absent":
        made.ssl_context = tls_context()
        made.dtp_handler = TLS_DTPHandler
    commands = dict(made.proto_cmds)
    if configuration["mlsd"] == "refused":
        for name in ("MLSD", "MLST"):
            del commands[name]
    if configuration["epsv"] == "refused":
        for name in ("EPSV", "EPRT"):
            del commands[name]
    made.proto_cmds = commands
    if configuration["epsv"] in ("closed", "filtered"):
        made.ftp_EPSV = dead_epsv
    return made


held = []


def dead_epsv(self, line):
    """229 with a port on which nobody answers, as behind a firewall that knows only of 227."""
    listener = socket.socket()
    listener.bind((self.socket.getsockname()[0], 0))
    address = listener.getsockname()
    if configuration["epsv"] == "filtered":
        # A queue that is full and never emptied: the kernel drops what comes, as a firewall would.
        listener.listen(0)
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            held.append(filler)
        held.append(listener)
    else:
        listener.close()
    self.respond("229 Entering extended passive mode (|||%d|)." % address[1])


class Server(FTPServer):
    """Counts the connections of each address, for good."""

    seen = {}

    def handle_accepted(self, sock, addr):
        limit = configuration["bansAfter"]
        self.seen[addr[0]] = self.seen.get(addr[0], 0) + 1
        if limit is None or self.seen[addr[0]] <= limit:
            return super().handle_accepted(sock, addr)
        if configuration["ban"] == "421":
            sock.send(b"421 Too many connections from your address.\r\n")
            sock.close()
        elif configuration["ban"] == "silence":
            held.append(sock)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sock.close()
        return None


server = Server((configuration["address"], configuration["port"]), handler())
server.serve_forever(handle_exit=False)
