"""Where a request comes from, as far as it can be known: the network whose tries are counted together.

Of X-Forwarded-For only what our own proxies have added counts: whoever writes the header themselves stands to the left
of it. Our proxies are those of FORWARDED_ALLOW_IPS, as for gunicorn."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from flask import Request

Address = IPv4Address | IPv6Address
ANYBODY = "*"
HOUSEHOLD = 64  # bits: what a provider gives one customer of IPv6 at least
HOPS = 10  # proxies in a row, at most
LONGEST = 45  # characters of an address


def network(request: Request, proxies: str) -> str:
    """The IPv4 address, or the /64 of an IPv6 address; empty where nothing is known."""
    address = source(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), proxies)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, HOUSEHOLD), strict=False))
    return str(address or "")


def is_somewhere(network: str) -> bool:
    """Whether it tells one from another: behind a proxy that does not say for whom, all come from one place."""
    with suppress(ValueError):
        return ip_network(network).is_global
    return False


def source(peer: str, forwarded: str, proxies: str) -> Address | None:
    """The nearest address that is none of our proxies."""
    here = _address(peer)
    if peer and not _is_proxy(here, proxies):
        return here  # what it forwards is what it says of itself
    for written in reversed(forwarded.split(",")[-HOPS:] if forwarded else []):
        address = _address(written)
        if address is None:
            return here
        here = address
        if proxies == ANYBODY or not _is_proxy(address, proxies):
            break  # the one whom our proxy has seen
    return here


def _is_proxy(address: Address | None, proxies: str) -> bool:
    if proxies == ANYBODY:
        return True
    known = (ip_network(each.strip(), strict=False) for each in proxies.split(",") if each.strip())
    return address is not None and any(address in each for each in known)


def _address(written: str) -> Address | None:
    """Also with a port, as some proxies write it; none for what is no address."""
    bare = written.strip()[: LONGEST + len("[]:65535")]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
