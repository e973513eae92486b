"""One request to an address that somebody registered, without being led into the own network.

The name is looked up once; every address it has must be a public one, unless the operator lists the host; the
connection goes to the address that was judged, so that a second answer of the name service changes nothing.
Redirects are answers like any other. (OWASP: server-side request forgery.)
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import urllib3

SECONDS = 5
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    """No answer, or an address that may not be asked; says which in a few words that name no host."""


def is_public(address: Address) -> bool:
    """Whether an address lies outside every private, loopback, link-local and translated range."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inside is not None:
            return is_public(inside)
        if any(address in net for net in NAT64) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def looked_up(host: str, port: int) -> list[Address]:
    """Every address of a name. Raises Unreachable where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise Unreachable("the name is not known") from fault
    return [ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def post(url: str, content: bytes, headers: Mapping[str, str], listed: Collection[str] = ()) -> int:
    """Send once; the status of the answer. Raises Unreachable."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = looked_up(host, port)
    if host not in listed and not all(is_public(one) for one in addresses):
        raise Unreachable("the address is not a public one")
    if parts.scheme != "https" and host not in listed:
        raise Unreachable("the address is not https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _pool(parts.scheme, str(addresses[0]), port, host) as pool:
            answer = pool.request(
                "POST", path, body=content, redirect=False, retries=False, preload_content=False,
                headers={**headers, "host": parts.netloc.rpartition("@")[2]},
            )  # fmt: skip
            status: int = answer.status
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as fault:
        raise Unreachable(type(fault).__name__) from fault
    return status


def _pool(scheme: str, address: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=SECONDS, read=SECONDS)
    if scheme != "https":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=timeout, maxsize=1, server_hostname=host, assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
    )  # fmt: skip
