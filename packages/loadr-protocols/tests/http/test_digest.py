"""Digest: the examples of RFC 7616 and RFC 2617, and what servers offer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.http.digest import Challenge, DigestLogin, choose_challenge

BASE = 'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_rfcs_example(algorithm, response):
    challenge = choose_challenge([BASE.format(algorithm)])
    login = DigestLogin(challenge, "Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    value = login.authorization("GET", "/dir/index.html", b"")
    assert value.startswith('Digest username="Mufasa", realm="http-auth@example.org", ')
    assert f'response="{response}"' in value
    assert f"algorithm={algorithm}, " in value
    assert "qop=auth, nc=00000001, " in value
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in value
    assert "nc=00000002" in login.authorization("GET", "/dir/index.html", b"")
    assert repr(login) == "<DigestLogin 'http-auth@example.org', 2 answers>"


def test_a_server_before_rfc_2617():
    challenge = choose_challenge(
        ['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"']
    )
    value = DigestLogin(challenge, "Mufasa", "CircleOfLife", "x").authorization("GET", "/dir/index.html", b"")
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in value
    assert "qop" not in value


def test_the_body_counts_where_the_server_says_so():
    challenge = choose_challenge(['Digest realm="r", nonce="n", qop="auth-int"'])
    login = [DigestLogin(challenge, "u", "p", "c").authorization("POST", "/", body) for body in (b"a", b"b")]
    assert challenge.qop == "auth-int"
    assert login[0] != login[1]


def test_session_keys_and_hashed_names():
    challenge = choose_challenge(
        ['Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop=auth, userhash=true']
    )
    value = DigestLogin(challenge, "u", "p", "c").authorization("GET", "/", b"")
    assert 'username="u"' not in value
    assert "userhash=true" in value


@pytest.mark.parametrize(
    ("values", "chosen"),
    [
        (['Basic realm="x"'], None),
        ([], None),
        (["Negotiate"], None),
        (['Digest realm="r"'], None),
        (['Digest realm="r", nonce="n", algorithm=SHA-1024'], None),
        (['Digest realm="r", nonce="n", qop="other"'], None),
        (["Digest realm=r, nonce=n, stale=TRUE"], Challenge("r", "n", stale=True)),
        (['Basic realm="a, b", Digest realm="r \\"q\\"", nonce="n,m"'], Challenge('r "q"', "n,m")),
        (
            ['Digest realm="r", nonce="n", algorithm=MD5', 'Digest realm="r", nonce="n", algorithm=SHA-256'],
            Challenge("r", "n", "SHA-256"),
        ),
    ],
)
def test_which_challenge_is_answered(values, chosen):
    assert choose_challenge(values) == chosen


@given(st.lists(st.text()))
def test_whatever_a_server_says(values):
    choose_challenge([f"Digest {value}" for value in values])
