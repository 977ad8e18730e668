"""Who asks: the address of a client, also behind proxies that are named in the settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from aiohttp import web

from bot.networks import Network

_MOST_HOPS = 20
_ONE_NETWORK_BITS = 64


def client_of(request: web.Request, proxies: Sequence[Network]) -> str:
    """The client's address as a key: whole for IPv4, its network of 64 bits for IPv6.

    `X-Forwarded-For` counts only where it was written by one of our proxies: it is read from its
    end, and what stands before the first address that is no proxy of ours is whoever's claim.
    """
    address = request.remote or ""
    if not _is_ours(address, proxies):
        return _key(address)
    for hop in reversed(_hops(request.headers.getall("X-Forwarded-For", ()))):
        if _parsed(hop) is None:
            break
        address = hop
        if not _is_ours(hop, proxies):
            break
    return _key(address)


def _hops(values: Iterable[str]) -> list[str]:
    hops = [hop.strip() for value in values for hop in value[-2_000:].split(",")]
    return hops[-_MOST_HOPS:]


def _is_ours(address: str, proxies: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in proxies)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _key(address: str) -> str:
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _ONE_NETWORK_BITS), strict=False))
    return str(parsed) if parsed is not None else "unknown"
