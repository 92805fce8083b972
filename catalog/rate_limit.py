"""How often a stranger may write: counted in the cache, per address, per system and in all, in windows of an hour."""

from __future__ import annotations

import hashlib
import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR_SECONDS = 3600
MOST_OF_ADDRESS = 10
MOST_OF_SYSTEM = 40
MOST_IN_ALL = 100


def address_of(request: HttpRequest) -> str:
    """The caller as sign-in counts it (TRUST_PROXY decides whom to believe); of IPv6 the network of one household."""
    text = get_adapter(request).get_client_ip(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


def allowed(request: HttpRequest, system: str) -> bool:
    """Counts one more; false when this address, this system or everybody together wrote enough in this hour."""
    limits = {
        f"address:{hashlib.sha256(address_of(request).encode()).hexdigest()[:32]}": MOST_OF_ADDRESS,
        f"system:{system}": MOST_OF_SYSTEM,
        "all": MOST_IN_ALL,
    }
    return all(_count(name) <= most for name, most in limits.items())


def _count(name: str) -> int:
    key = f"suggestions:{name}:{int(time.time() // HOUR_SECONDS)}"
    cache.add(key, 0, HOUR_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # it ended between the two lines
        return 1
