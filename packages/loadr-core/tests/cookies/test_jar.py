"""RFC 6265bis, sections 5.7 and 5.8: what is kept, and where it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.cookies import CookieJar
from loadr_core.cookies.jar import MOST_COOKIES, MOST_PER_DOMAIN

NOW = 1_000_000.0


def split(url):
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme, host, slash + path or "/"


class Browser:
    """A jar that is told URLs."""

    def __init__(self):
        self.jar = CookieJar()
        self.now = NOW

    def got(self, url, *fields):
        self.jar.receive(*split(url), fields, self.now)

    def sends(self, url):
        return self.jar.line(*split(url), self.now)


@pytest.fixture
def browser():
    return Browser()


# (set from, Set-Cookie, asked, what goes along, why)
DOMAINS = [
    ("https://a.example.com/", "k=v", "https://a.example.com/", "k=v", "the host itself"),
    ("https://a.example.com/", "k=v", "https://b.a.example.com/", "", "host-only"),
    ("https://a.example.com/", "k=v; Domain=example.com", "https://b.example.com/", "k=v", "a domain"),
    ("https://a.example.com/", "k=v; Domain=example.com", "https://example.com/", "k=v", "the domain itself"),
    ("https://a.example.com/", "k=v; Domain=a.example.com", "https://x.a.example.com/", "k=v", "below"),
    ("https://a.example.com/", "k=v; Domain=b.example.com", "https://b.example.com/", "", "a sibling"),
    ("https://example.com/", "k=v; Domain=a.example.com", "https://a.example.com/", "", "a child"),
    (
        "https://badexample.com/",
        "k=v; Domain=example.com",
        "https://example.com/",
        "",
        "only the same ending",
    ),
    ("https://a.example.com/", "k=v; Domain=com", "https://other.com/", "", "a public suffix"),
    ("https://a.example.co.uk/", "k=v; Domain=co.uk", "https://other.co.uk/", "", "one of two labels"),
    ("https://me.github.io/", "k=v; Domain=github.io", "https://you.github.io/", "", "a private suffix"),
    ("https://github.io/", "k=v; Domain=github.io", "https://github.io/", "k=v", "the suffix about itself"),
    ("https://github.io/", "k=v; Domain=github.io", "https://me.github.io/", "", "... is host-only"),
    ("http://localhost/", "k=v; Domain=localhost", "http://localhost/", "k=v", "a host without a dot"),
    ("http://127.0.0.1/", "k=v; Domain=127.0.0.1", "http://127.0.0.1/", "k=v", "an address"),
    ("http://127.0.0.1/", "k=v; Domain=0.0.1", "http://127.0.0.1/", "", "a part of an address"),
    ("http://::1/", "k=v", "http://::1/", "k=v", "an IPv6 address"),
    ("https://a.example.com/", "k=v; Domain=ex\u00e4mple.com", "https://a.example.com/", "", "not ASCII"),
]

PATHS = [
    ("https://h/a/b", "k=v", "https://h/a/c", "k=v", "the folder of the request"),
    ("https://h/a/b", "k=v", "https://h/a", "k=v", "... and the folder itself"),
    ("https://h/a/b", "k=v", "https://h/x", "", "another folder"),
    ("https://h/a", "k=v", "https://h/x", "k=v", "the top folder"),
    ("https://h/a/b", "k=v; Path=/", "https://h/x", "k=v", "a path"),
    ("https://h/", "k=v; Path=/a", "https://h/ab", "", "only the same beginning"),
    ("https://h/", "k=v; Path=/a/", "https://h/a/b", "k=v", "a path that ends with a slash"),
    ("https://h/", "k=v; Path=/a/", "https://h/a", "", "... is not the name without"),
]

SECURITY = [
    ("https://h/", "k=v; Secure", "http://h/", "", "secure, in the clear"),
    ("http://h/", "k=v; Secure", "https://h/", "", "secure, set in the clear"),
    ("http://localhost/", "k=v; Secure", "http://localhost/", "k=v", "loopback is trusted"),
    ("http://127.0.0.1/", "k=v; Secure", "http://127.0.0.1/", "k=v", "... by its address too"),
    ("https://h/", "k=v; SameSite=None", "https://h/", "", "SameSite=None wants Secure"),
    ("https://h/", "k=v; SameSite=None; Secure", "https://h/", "k=v", "... and has it"),
    ("https://h/", "__Secure-k=v", "https://h/", "", "__Secure- without Secure"),
    ("https://h/", "__secure-k=v; Secure", "https://h/", "__secure-k=v", "__Secure- in any case"),
    ("https://h/", "__Host-k=v; Secure; Path=/", "https://h/", "__Host-k=v", "__Host-"),
    ("https://h/", "__Host-k=v; Secure", "https://h/", "", "__Host- without a path"),
    (
        "https://a.example.com/",
        "__Host-k=v; Secure; Path=/; Domain=example.com",
        "https://example.com/",
        "",
        "__Host- with a domain",
    ),
    ("https://h/", "=__Host-k", "https://h/", "", "a nameless one in disguise"),
]


@pytest.mark.parametrize(
    ("setter", "field", "asked", "line", "why"),
    DOMAINS + PATHS + SECURITY,
    ids=[case[4] for case in DOMAINS + PATHS + SECURITY],
)
def test_table(browser, setter, field, asked, line, why):
    browser.got(setter, field)
    assert browser.sends(asked) == line


def test_longer_paths_come_first_then_older_cookies(browser):
    browser.got("https://h/a/b", "one=1; Path=/", "two=2; Path=/a", "three=3; Path=/", "=four; Path=/")
    assert browser.sends("https://h/a") == "two=2; one=1; three=3; four"


def test_a_new_value_keeps_the_old_place(browser):
    browser.got("https://h/", "one=1", "two=2")
    browser.got("https://h/", "one=new")
    assert browser.sends("https://h/") == "one=new; two=2"


def test_host_only_and_domain_cookies_of_a_name_are_two(browser):
    browser.got("https://example.com/", "k=host", "k=domain; Domain=example.com")
    assert browser.sends("https://example.com/") == "k=host; k=domain"


@pytest.mark.parametrize("end", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:01 GMT"])
def test_a_cookie_from_the_past_removes(browser, end):
    browser.got("https://h/", "k=v", "l=w")
    assert browser.sends("https://h/") == "k=v; l=w"
    browser.got("https://h/", f"k=; {end}")
    assert browser.sends("https://h/") == "l=w"


def test_cookies_end(browser):
    browser.got("https://h/", "short=1; Max-Age=10", "long=1; Max-Age=20", "session=1")
    assert browser.sends("https://h/") == "short=1; long=1; session=1"
    browser.now += 10
    assert browser.sends("https://h/") == "long=1; session=1"
    browser.now += 10
    assert browser.sends("https://h/") == "session=1"
    assert repr(browser.jar) == "<CookieJar 1 cookies of 1 domains>"


def test_a_renewed_cookie_lives_on(browser):
    browser.got("https://h/", "k=v; Max-Age=10")
    browser.now += 5
    browser.got("https://h/", "k=v; Max-Age=10")
    browser.now += 6
    assert browser.sends("https://h/") == "k=v"


def test_a_server_in_the_clear_leaves_secure_cookies_alone(browser):
    browser.got("https://a.example.com/", "k=secret; Secure; Path=/login")
    browser.got("http://a.example.com/", "k=forged; Path=/login/x")
    browser.got("http://b.a.example.com/", "k=forged; Domain=a.example.com; Path=/login")
    assert browser.sends("https://a.example.com/login/x") == "k=secret"
    browser.got("http://a.example.com/", "k=other; Path=/")
    assert browser.sends("https://a.example.com/login") == "k=secret; k=other"


def test_a_domain_loses_its_oldest_cookie(browser):
    browser.got("https://h/", *(f"k{number}=v" for number in range(MOST_PER_DOMAIN + 1)))
    names = browser.sends("https://h/").split("; ")
    assert len(names) == MOST_PER_DOMAIN
    assert names[0] == "k1=v"


def test_a_jar_is_bounded(browser):
    for number in range(MOST_COOKIES // 100 + 1):
        browser.got(f"https://h{number}/", *(f"k{index}=v" for index in range(100)))
    assert sum(map(len, browser.jar.stored.values())) == MOST_COOKIES


def test_for_scripts():
    jar = CookieJar()
    url = "https://shop.example.com/cart"
    assert jar.set(url, "k", "v\u00e4", NOW, "Domain=example.com; Path=/")
    assert not jar.set(url, "k", "v", NOW, "Domain=com")
    assert jar.set("https://shop.example.com", "own", "1", NOW)
    assert jar.get("https://example.com/", "k", NOW) == "v\u00c3\u00a4"
    assert jar.get(url, "none", NOW) is None
    assert [cookie.name for cookie in jar.for_url(url, NOW)] == ["k", "own"]
    jar.delete(url, "k", NOW)
    assert jar.line("https", "shop.example.com", "/cart", NOW) == "own=1"
    jar.set("https://other/", "k", "v", NOW)
    jar.clear(url, NOW)
    assert list(jar.stored) == ["other"]
    jar.clear()
    assert jar.stored == {}
    with pytest.raises(ValueError, match="not an absolute URL"):
        jar.get("/cart", "k", NOW)


def test_branches_merge_in_order():
    jar = CookieJar()
    at = ("https", "h", "/")
    jar.receive(*at, ["both=0", "gone=0", "kept=0"], NOW)
    first, second = jar.fork(), jar.fork()
    first.receive(*at, ["both=1", "first=1"], NOW)
    second.receive(*at, ["both=2", "gone=; Max-Age=0"], NOW)
    assert jar.line(*at, NOW) == "both=0; gone=0; kept=0"
    jar.merge(first)
    jar.merge(second)
    assert sorted(jar.line(*at, NOW).split("; ")) == ["both=2", "first=1", "kept=0"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "Path=/", "Max-Age=0", "Max-Age=5"]))))
def test_the_kept_line_is_what_a_fresh_look_gives(changes):
    jar = CookieJar()
    for step, (name, attribute) in enumerate(changes):
        jar.receive("https", "h", "/", [f"{name}={step}; {attribute}"], NOW + step)
        fresh = "; ".join(cookie.pair for cookie in jar.matching("https", "h", "/", NOW + step))
        assert jar.line("https", "h", "/", NOW + step) == fresh
        assert jar.fork().line("https", "h", "/", NOW + step) == fresh
