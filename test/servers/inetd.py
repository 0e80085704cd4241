"""inetd for one program: python3 inetd.py ADDRESS PORT PROGRAM [OPTION...]; each connection is its input and output."""

import signal
import socket
import subprocess
import sys

address, port, *command = sys.argv[1:]
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, int(port)))
listener.listen(128)
while True:
    connection, _ = listener.accept()
    subprocess.Popen(command, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL)
    connection.close()
