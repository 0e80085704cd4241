"""Mail servers that are not ours: python3 mail.py smtp|pop3|imap ADDRESS PORT."""

import sys

kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


def smtp():
    import asyncio

    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import SMTP

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def made():
        return SMTP(Sink(), hostname="mail.example.test", loop=loop, auth_require_tls=False)

    loop.run_until_complete(loop.create_server(made, address, port))
    loop.run_forever()


def twisted(protocol):
    from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
    from twisted.cred.portal import Portal
    from twisted.internet import reactor
    from twisted.internet.protocol import Factory
    from twisted.mail import imap4, pop3

    class Pop3(pop3.POP3):
        portal = Portal(None, [InMemoryUsernamePasswordDatabaseDontUse()])

    made = Factory()
    made.protocol = {"pop3": Pop3, "imap": imap4.IMAP4Server}[protocol]
    reactor.listenTCP(port, made, interface=address)
    reactor.run()


if kind == "smtp":
    smtp()
else:
    twisted(kind)
