"""From where a request comes, for counting failed attempts."""

from fastapi import Request

from tasks.settings import is_loopback


def client_address(request: Request) -> str:
    """Give the client's address.

    The portal listens on this machine alone: others come through a server with TLS on it, which
    adds the address it sees at the end of ``X-Forwarded-For``. What stands before that was sent by
    the client and counts for nothing.
    """
    peer = request.client.host if request.client else ""
    seen = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return seen if seen and is_loopback(peer) else peer
