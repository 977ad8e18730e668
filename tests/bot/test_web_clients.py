"""Who asks: what stands in X-Forwarded-For counts only where one of our proxies wrote it."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.networks import parse_networks
from bot.web.clients import client_of

PROXIES = parse_networks("10.0.0.0/8, 2001:db8:1::/48")


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        pytest.param("192.0.2.1", [], "192.0.2.1", id="direct"),
        pytest.param("192.0.2.1", ["198.51.100.7"], "192.0.2.1", id="claimed"),
        pytest.param("10.1.2.3", ["198.51.100.7"], "198.51.100.7", id="proxied"),
        pytest.param("::ffff:10.1.2.3", ["198.51.100.7"], "198.51.100.7", id="mapped"),
        pytest.param("10.1.2.3", ["6.6.6.6, 198.51.100.7"], "198.51.100.7", id="forged-before"),
        pytest.param("10.1.2.3", ["6.6.6.6", "198.51.100.7, 10.9.9.9"], "198.51.100.7", id="two"),
        pytest.param("10.1.2.3", ["6.6.6.6, nonsense"], "10.1.2.3", id="nonsense"),
        pytest.param("10.1.2.3", [], "10.1.2.3", id="proxy-itself"),
        pytest.param("10.1.2.3", ["2001:db8:2:3:4::9"], "2001:db8:2:3::/64", id="ipv6"),
        pytest.param("10.1.2.3", [",".join(["10.0.0.1"] * 5_000)], "10.0.0.1", id="long"),
    ],
)
def test_the_client_is_the_last_address_that_a_proxy_of_ours_saw(
    remote: str, forwarded: list[str], expected: str
) -> None:
    request = make_mocked_request(
        "GET", "/codes", headers=[("X-Forwarded-For", value) for value in forwarded]
    ).clone(remote=remote)
    assert client_of(request, PROXIES) == expected
