"""A deadline for a whole exchange: timeouts of a socket begin anew with every byte.

Whoever sends a byte now and then would never be timed out. When the time is up the connection is
cut from outside, whatever it is busy with: headers, body, a chunk's length.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watchdog:
    """Cuts the connection that a session holds when time is up."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self.expired = False

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give the block so many seconds."""
        self.expired = False
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hold(self, made: socket.socket) -> None:
        """Watch a connection that was just made; one made too late is cut at once."""
        with self._lock:
            self._socket = made
            if self.expired:
                _shut(made)

    def _cut(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(connection: socket.socket) -> None:
    # Not the method of a TLS socket, which first takes its state from under whoever reads it.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def watched_session(watchdog: Watchdog) -> requests.Session:
    """Make a session whose connections the watchdog can cut.

    It knows nothing of this account: neither its proxies nor what its ``.netrc`` would let in.
    """

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watchdog.hold(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watchdog.hold(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
