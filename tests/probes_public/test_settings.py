"""What may be asked, by which proxy; and that a proxy's credentials show nowhere."""

from __future__ import annotations

import pickle
import traceback
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.utils import get_auth_from_url

from isolation.errors import UsageError
from isolation.probes.public import Proxy, PublicAddressSettings, parse_proxy, proxy_from_environment

USER, PASSWORD = "shop-7f31", "hunter2:&%/ä"
SECRETS = (USER, PASSWORD, quote(PASSWORD, safe=""))


def everything_told(error: BaseException) -> str:
    """All texts of an exception: its own, its chain's, its traceback's."""
    texts = traceback.format_exception(error)
    while error is not None:
        texts += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return "".join(texts)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://Proxy.Example:3128/", "https://proxy.example:3128"),
        ("socks5://10.0.0.1:1080", "socks5h://10.0.0.1:1080"),
        ("SOCKS5H://10.0.0.1:1080", "socks5h://10.0.0.1:1080"),
        ("socks5h://[2001:db8::1]:1080", "socks5h://[2001:db8::1]:1080"),
    ],
)
def test_a_proxys_url_is_read(url: str, shown: str) -> None:
    """HTTP and SOCKS5 proxies are taken, and SOCKS5 always resolves names at the proxy."""
    assert parse_proxy(url).url() == shown


@pytest.mark.parametrize(
    "url",
    [
        "", "proxy", "proxy:8080", "//proxy:8080", "ftp://proxy:21", "socks4://proxy:1080", "socks4a://proxy:1080",
        "socks://proxy:1080", "http://proxy", "http://:8080", "http://proxy:", "http://proxy:0", "http://proxy:65536",
        "http://proxy:8080:1", "http://proxy:８０", "http://proxy:-1", "http://proxy:8080/path", "http://proxy:8080?x",
        "http://proxy:8080#x", "http://pro xy:8080", "http://proxy:8080\n", "http://proxy:80\r\nX: y", "http://пр:80",
        "http://proxy..example:80", "http://[::1:8080", "http://::1:8080", "http://[fe80::1%eth0]:80", "http://[x]:80",
        "http://[::1]8080", f"http://{'a' * 64}:80", f"http://{'a.' * 127}:80", "http:/proxy:80", "ht!tp://proxy:80",
    ],
)  # fmt: skip
def test_what_is_no_proxy_is_refused(url: str) -> None:
    """A URL without a known scheme, a host and a port, or with more than these, is a usage error."""
    with pytest.raises(UsageError):
        parse_proxy(url)


@pytest.mark.parametrize("url", [f"http://{USER}:{quote(PASSWORD, safe='')}@proxy:8080", f"http://{USER}@proxy:8080",
                                 f"{USER}:{PASSWORD}@proxy:8080", f"{PASSWORD}@"])  # fmt: skip
def test_credentials_on_the_command_line_are_refused(url: str) -> None:
    """They would stand in the process list; the sentence names --proxy-env and repeats nothing."""
    with pytest.raises(UsageError, match="--proxy-env") as caught:
        parse_proxy(url)
    assert not [secret for secret in SECRETS if secret in everything_told(caught.value)]


@pytest.mark.parametrize("url", [
    f"http://{USER}:{PASSWORD}@proxy:8080", f"http://{USER}:{quote(PASSWORD, safe='')}@proxy",
    f"http://proxy:{USER}", f"socks4://{USER}:x@proxy:1080", f"http://{USER}:%ff@proxy:80", f"http://:{USER}@proxy:80",
    f"http://{USER}%0a:x@proxy:80", f"socks5://{USER}@proxy:80", f"http://{USER}%3Ax:x@proxy:80",
    f"http://{USER}:%E4%BD%A0@proxy:80", f"socks5://{USER}{'x' * 130}:x@proxy:80", f"http://proxy:8080/{USER}",
])  # fmt: skip
def test_a_bad_url_in_the_environment_is_not_repeated(url: str) -> None:
    """Whatever is wrong with a URL that may hold a password, no part of it is in the error."""
    with pytest.raises(UsageError) as caught:
        proxy_from_environment("SHOP_PROXY", {"SHOP_PROXY": url})
    assert not [secret for secret in (*SECRETS, "proxy:8080") if secret in everything_told(caught.value)]


def test_the_environment_may_hold_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL with credentials is read from the variable that is named, and shown without them."""
    monkeypatch.setenv("SHOP_PROXY", f"http://{USER}:{quote(PASSWORD, safe='')}@proxy:8080")
    proxy = proxy_from_environment("SHOP_PROXY")
    assert (proxy.username, proxy.password) == (USER, PASSWORD)
    shown = f"{proxy} {proxy!r} {PublicAddressSettings(proxy=proxy)} {[proxy]} {proxy.replace(port=1)!r}"
    assert "proxy:8080" in shown
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_variable_that_is_not_set_is_told() -> None:
    """A variable that is missing or empty is a usage error that names it."""
    for environment in ({}, {"SHOP_PROXY": ""}):
        with pytest.raises(UsageError, match="SHOP_PROXY is not set"):
            proxy_from_environment("SHOP_PROXY", environment)


def test_a_url_given_for_a_variables_name_is_not_repeated() -> None:
    """Who hands the URL to --proxy-env itself is told so without it."""
    with pytest.raises(UsageError, match="not a URL") as caught:
        proxy_from_environment(f"http://{USER}:{PASSWORD}@proxy:8080", {})
    assert not [secret for secret in SECRETS if secret in everything_told(caught.value)]


def test_a_proxy_is_not_pickled() -> None:
    """A proxy goes to no file and to no other process."""
    with pytest.raises(TypeError):
        pickle.dumps(Proxy("http", "proxy", 8080, USER, "x"))


LATIN = st.text(st.characters(max_codepoint=255, exclude_categories=("Cc", "Cf", "Zs")), min_size=1, max_size=40)


@given(user=LATIN.filter(lambda text: ":" not in text), password=LATIN)
def test_requests_is_handed_the_credentials_unchanged(user: str, password: str) -> None:
    """Whatever signs they hold, `requests` takes the same user name and password from the URL."""
    proxy = Proxy("http", "proxy", 8080, user, password)
    assert get_auth_from_url(proxy.url()) == (user, password)
    assert proxy_from_environment("P", {"P": proxy.url()}) == proxy


@given(st.text(max_size=60))
def test_any_text_is_a_proxy_or_a_usage_error(text: str) -> None:
    """No text makes anything but a proxy or a usage error."""
    for read in (parse_proxy, lambda url: proxy_from_environment("P", {"P": url})):
        try:
            assert read(text).host
        except UsageError:
            continue


@pytest.mark.parametrize("fields", [("ftp", "proxy", 1), ("http", "", 1), ("http", "a b", 1), ("http", "proxy", 0),
                                    ("http", "p@q", 80), ("http", "proxy/x", 80), ("socks4", "proxy", 1)])  # fmt: skip
def test_a_proxy_made_by_hand_is_checked_too(fields: tuple[Any, ...]) -> None:
    """The value itself refuses what its URL could not say."""
    with pytest.raises(UsageError):
        Proxy(*fields)


def test_the_usual_services_are_three_for_each_family() -> None:
    """By default three https services are asked for each family, three seconds at most, and no proxy."""
    usual = PublicAddressSettings()
    assert len(usual.services4) == len(usual.services6) == 3
    assert all(url.startswith("https://") for url in usual.services4 + usual.services6)
    assert usual.deadline == 3.0
    assert usual.proxy is None


@pytest.mark.parametrize("services", [
    ["https://one.example"], ["https://one.example", "https://one.example"],
    ["https://one.example/a", "https://ONE.example:443/b"], ["https://one.example", "http://two.example"],
    ["http://127.0.0.1:80", "http://127.0.0.1:81"], ["https://one.example", "https://user:pw@two.example"],
    ["https://one.example", "two.example"], ["https://one.example", ""], ["https://one.example", "https://two.example#x"],
    ["https://one.example", "https://two.example\r\nX: y"], ["https://one.example", "file:///etc/passwd"],
    [f"https://{number}.example" for number in range(9)], "https://one.example",
])  # fmt: skip
def test_services_that_cannot_be_asked_are_refused(services: Any) -> None:
    """Only https services are taken, two at least, none twice, without user names."""
    with pytest.raises(UsageError) as caught:
        PublicAddressSettings(services)
    assert "pw" not in str(caught.value)
    with pytest.raises(UsageError):
        PublicAddressSettings((), services)


@pytest.mark.parametrize("deadline", [0, -1, 61, float("nan"), float("inf")])
def test_the_deadline_is_a_number_of_seconds(deadline: float) -> None:
    """A deadline that is none is refused."""
    with pytest.raises(UsageError):
        PublicAddressSettings(deadline=deadline)


def test_some_service_is_named() -> None:
    """Settings that name nobody are refused; None is how nobody is asked."""
    with pytest.raises(UsageError):
        PublicAddressSettings((), ())
