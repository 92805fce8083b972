"""Asks a web address whether it still answers: bounded in time, size and redirects, and never an address inside.

The names in a source come from outside. So that nobody can make the server ask its own network, a name is resolved
once, every address it has must be public, and the connection goes to the address that was looked at.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urljoin, urlsplit

WAIT_SECONDS = 10.0
MOST_SECONDS = 20.0  # for one request in all: a server that sends a byte now and then is cut off
MOST_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
HEADERS = {
    "User-Agent": "Polystore source check",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
# Answers of a server that is there but does not talk to programs, or only for the moment.
ANSWERS_ANYWAY = {401, 403, 405, 406, 408, 425, 429, 451, 999}
NO_ANSWER = 0
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0 = no answer; `words` say why."""

    status: int
    words: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 400 or self.status in ANSWERS_ANYWAY


class Refused(Exception):
    """An address that is not asked at all."""


def ask(url: str, allowed: frozenset[str] = frozenset()) -> Answer:
    """HEAD, then GET where a server does not like HEAD. `allowed`: "host:port" that may be inside, for tests only."""
    answer = _follow("HEAD", url, allowed)
    if answer.status >= 400 and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
        return _follow("GET", url, allowed)
    return answer


def _follow(method: str, url: str, allowed: frozenset[str]) -> Answer:
    try:
        for _ in range(MOST_REDIRECTS + 1):
            status, target = _once(method, checked(url, allowed), allowed)
            if status not in (301, 302, 303, 307, 308) or not target:
                return Answer(status, _named(status))
            url = urljoin(url, target)
    except Refused as error:
        return Answer(NO_ANSWER, str(error))
    except TimeoutError:
        return Answer(NO_ANSWER, f"no answer within {WAIT_SECONDS:g} seconds")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(NO_ANSWER, _reason(error))
    return Answer(NO_ANSWER, f"more than {MOST_REDIRECTS} redirects")


def checked(url: str, allowed: frozenset[str]) -> SplitResult:
    """http or https on its usual port, with a host and without a user."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("not an address that can be read") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise Refused("only http and https addresses without a user are asked")
    if port not in (None, PORTS[parts.scheme]) and f"{parts.hostname}:{port}" not in allowed:
        raise Refused("only the usual ports are asked")
    return parts


def public_address(host: str, port: int, allowed: frozenset[str]) -> tuple[str, int]:
    """The first address of a host, if all it has are public."""
    found = [row[4] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if f"{host}:{port}" not in allowed:
        for address in found:
            if not is_public(str(address[0])):
                raise Refused("the host is not on the public internet")
    return str(found[0][0]), port


def is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address in NAT64:
        return False  # leads to any IPv4 address, inside ones too
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or is_public(str(inner)))


def _once(method: str, parts: SplitResult, allowed: frozenset[str]) -> tuple[int, str]:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=WAIT_SECONDS)
    connection.sock = socket.create_connection(public_address(host, port, allowed), timeout=WAIT_SECONDS)
    alarm = threading.Timer(MOST_SECONDS, _cut, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?[]')}" if parts.query else ""
        connection.request(method, f"{path}{query}", headers={**HEADERS, "Host": _host(parts)})
        answer = connection.getresponse()  # the body is not read
        return answer.status, answer.headers.get("Location", "")
    finally:
        alarm.cancel()
        connection.close()


def _host(parts: SplitResult) -> str:
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return f"{name}:{parts.port}" if parts.port else name


def _cut(connection: http.client.HTTPConnection) -> None:
    try:
        connection.sock.shutdown(socket.SHUT_RDWR)
    except (OSError, AttributeError):
        return  # it ended by itself


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the host has no address"
    if isinstance(error, ssl.SSLError):
        return "the certificate or the encryption is not accepted"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    return "no answer that can be read"
