"""Is a link alive? Asked of the public net only: never of this machine, its neighbours or anything that is not a web server.

A name is resolved once; every address it has must be public; the connection goes to the address that was looked at, so a name that changes its
mind in between leads nowhere. Redirects are followed a few times, each looked at anew. Nothing of an answer but its status is read.
"""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import SplitResult, urljoin, urlsplit

ALIVE, DEAD, UNKNOWN = "alive", "dead", "unknown"
TIMEOUT = 10.0
REDIRECTS = 4
PORTS = {"http": 80, "https": 443}
GONE = frozenset({404, 410})
# Servers that do not answer HEAD, or not to everybody, are asked once more with GET.
ASK_AGAIN = frozenset({403, 405, 406, 429, 500, 501})


def look_at(url: str) -> str:
    """alive: it answered; dead: it said that there is no such page; unknown: everything else, a net that is not reached included."""
    for method in ("HEAD", "GET"):
        status = _status(url, method)
        if status is None:
            return UNKNOWN
        if status < 400:
            return ALIVE
        if status not in ASK_AGAIN and not (method == "HEAD" and status in GONE):
            break
    return DEAD if status in GONE else UNKNOWN


def _status(url: str, method: str) -> int | None:
    for _ in range(REDIRECTS + 1):
        found = _asked(url, method)
        if found is None:
            return None
        status, location = found
        if status not in {301, 302, 303, 307, 308} or not location:
            return status
        url = urljoin(url, location)
    return None


def _asked(url: str, method: str) -> tuple[int, str] | None:
    try:
        parts = urlsplit(url)
        address = public_address(parts)
        if address is None:
            return None
        connection = _connection(parts, address)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Preceptor link check"})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None


def public_address(parts: SplitResult) -> str | None:
    """The address to connect to; None where the link is not of the web, or any address of its name is not public."""
    if parts.scheme not in PORTS or not parts.hostname or (parts.port or PORTS[parts.scheme]) != PORTS[parts.scheme]:
        return None
    found = socket.getaddrinfo(parts.hostname, PORTS[parts.scheme], type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    return addresses[0] if addresses and all(_is_public(address) for address in addresses) else None


def _is_public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return number.is_global and not number.is_multicast and (inner is None or inner.is_global)


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, PORTS[parts.scheme], timeout=TIMEOUT)
    plain = socket.create_connection((address, PORTS[parts.scheme]), timeout=TIMEOUT)
    connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if parts.scheme == "https" else plain
    return connection
