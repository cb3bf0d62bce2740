"""Where a request comes from: what strangers write of themselves counts for nothing."""

from ipaddress import IPv6Address

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from settings import Settings, SettingsFaults
from web.signin.networks import network, source

LOOPBACK = "127.0.0.1,::1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "seen"),
    [
        pytest.param("198.51.100.7", "", LOOPBACK, "198.51.100.7", id="no proxy"),
        pytest.param("198.51.100.7", "203.0.113.9", LOOPBACK, "198.51.100.7", id="a stranger who writes the header"),
        pytest.param("127.0.0.1", "203.0.113.9", LOOPBACK, "203.0.113.9", id="our proxy"),
        pytest.param("127.0.0.1", "8.8.8.8, 203.0.113.9", LOOPBACK, "203.0.113.9", id="through our proxy, invented"),
        pytest.param("127.0.0.1", "203.0.113.9, 127.0.0.1", LOOPBACK, "203.0.113.9", id="two of ours"),
        pytest.param("10.0.0.3", "8.8.8.8, 203.0.113.9, 10.0.0.2", "10.0.0.0/8", "203.0.113.9", id="a network of ours"),
        pytest.param(
            "10.0.0.3", "8.8.8.8, 203.0.113.9", "*", "203.0.113.9", id="all: only the last entry is a proxy's"
        ),
        pytest.param("127.0.0.1", "203.0.113.9, what?", LOOPBACK, "127.0.0.1", id="nonsense ends it"),
        pytest.param("127.0.0.1", "203.0.113.9:4711", LOOPBACK, "203.0.113.9", id="with a port"),
        pytest.param("::1", "[2001:db8:1:2::3]:443", LOOPBACK, "2001:db8:1:2::3", id="IPv6 with a port"),
        pytest.param("::ffff:198.51.100.7", "", LOOPBACK, "198.51.100.7", id="IPv4 in IPv6"),
        pytest.param("", "203.0.113.9", LOOPBACK, "203.0.113.9", id="a socket of this machine"),
        pytest.param("", "", LOOPBACK, "None", id="nothing known"),
    ],
)
def test_the_nearest_that_is_no_proxy_of_ours(peer: str, forwarded: str, proxies: str, seen: str) -> None:
    assert str(source(peer, forwarded, proxies)) == seen


@given(st.text(max_size=300), st.ip_addresses())
def test_nobody_chooses_their_network(written: str, real: object) -> None:
    """Whatever a stranger writes, our proxy's own entry stands to its right."""
    expected = source(str(real), "", "")
    assert source("192.0.2.1", f"{written}, {real}", "192.0.2.1") in (expected, source("192.0.2.1", "", ""))
    if str(real) != "192.0.2.1":
        assert source("192.0.2.1", f"{written}, {real}", "192.0.2.1") == expected


@given(st.ip_addresses(v=6, network="2000::/3"))
def test_a_household_of_ipv6_is_one_network(address: IPv6Address) -> None:
    app = Flask("x")

    def seen(last: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address.exploded[:19] + last}):
            return network(request, "")

    assert seen(":0:0:0:1") == seen(":ffff:ffff:ffff:ffff")


def test_proxies_are_addresses() -> None:
    assert Settings.read({"FORWARDED_ALLOW_IPS": "10.0.0.1, 10.1.0.0/16"}, line=False).forwarded_allow_ips == (
        "10.0.0.1/32,10.1.0.0/16"
    )
    assert Settings.read({"FORWARDED_ALLOW_IPS": "*"}, line=False).forwarded_allow_ips == "*"
    with pytest.raises(SettingsFaults, match="FORWARDED_ALLOW_IPS"):
        Settings.read({"FORWARDED_ALLOW_IPS": "le-proxy"}, line=False)
