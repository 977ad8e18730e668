"""Networks as settings name them: `10.0.0.0/8, 192.0.2.7`."""

from __future__ import annotations

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_networks(text: str) -> tuple[Network, ...]:
    """Read `10.0.0.0/8, 192.0.2.7`; ValueError names what is no address and no network."""
    networks: list[Network] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(item))
        except ValueError:
            raise ValueError(
                f"{item[:60]!r} is no address and no network: write them like 10.0.0.0/8,192.0.2.7"
            ) from None
    return tuple(networks)
