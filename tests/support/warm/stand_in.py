"""Stands in for a forked worker: forwards signals to it, and exits as it exits."""

import _socket  # `socket` takes as long as all the rest
import os
import signal
import sys

if "tui.worker" not in sys.argv:
    # Not a worker but another streamtui process: run it with the real interpreter.
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])

# A signal may come before the handler that forwards it is installed.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
environment = dict(os.environ)
path = environment.pop("TEST_WARM_WORKERS")
for name in ("PYTHONPATH", "TEST_WORKER_PYTHON"):
    del environment[name]
order = repr((sys.argv[1:], os.getcwd(), environment)).encode()  # noqa: PTH109 (quicker)

connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
connection.connect(path)
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
connection.sendmsg(
    [len(order).to_bytes(8, sys.byteorder)],
    [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)],
)
connection.sendall(order)
for number in range(3):
    os.close(number)

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: connection.send(b"T"))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
connection.recv(4)  # the worker's process id
code = int.from_bytes(connection.recv(4), sys.byteorder, signed=True)
if code < 0:
    if -code != signal.SIGKILL:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
