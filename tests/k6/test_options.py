"""Options one by one beside k6: what a script sees of each, by the names of its checks, is the same of both."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.process

SCRIPT = Path(__file__).parent / "options" / "option.js"

# name: (options, the function of option.js); {port} is that of the target.
CASES = {
    "vus and iterations": ({"vus": 2, "iterations": 5}, "pause"),
    "minIterationDuration": ({"vus": 1, "duration": "1100ms", "minIterationDuration": "300ms"}, "pause"),
    "userAgent": ({"userAgent": "mine/1.0"}, "agents"),
    "hosts": (
        {
            "hosts": {
                "plain.test": "127.0.0.1:{port}",
                "port.test:81": "127.0.0.1:{port}",
            }
        },
        "hosts",
    ),
    "insecureSkipTLSVerify": ({"insecureSkipTLSVerify": True}, "insecure"),
    "tlsVersion": ({"tlsVersion": "tls1.2"}, "secure"),
    "tlsVersion, a range": ({"tlsVersion": {"min": "tls1.2", "max": "tls1.3"}}, "secure"),
    "batch": ({"batch": 5}, "batch"),
    "batchPerHost": ({"batchPerHost": 3}, "batch"),
    "discardResponseBodies": ({"discardResponseBodies": True}, "bodies"),
    "cookies are reset": ({"iterations": 2}, "cookies"),
    "noCookiesReset": ({"iterations": 2, "noCookiesReset": True}, "cookies"),
    "maxRedirects": ({"maxRedirects": 1}, "redirects"),
    "no redirects": ({"maxRedirects": 0}, "redirects"),
    "throw": ({"throw": True}, "throws"),
    "dns": ({"dns": {"ttl": "0", "select": "first", "policy": "onlyIPv4"}}, "names"),
    "dns of no address": ({"dns": {"policy": "onlyIPv6"}, "hosts": {"localhost": "127.0.0.1"}}, "names"),
    "blacklistIPs": ({"blacklistIPs": ["127.0.0.0/8", "::1/128"]}, "blocked"),
    "blockHostnames": ({"blockHostnames": ["localhost"]}, "blocked"),
    "noConnectionReuse": ({"noConnectionReuse": True}, "redirects"),
}


def facts(code, data):
    checks = {check["path"]: (check["passes"], check["fails"]) for check in data["root_group"]["checks"]}
    counts = {
        name: data["metrics"][name]["values"].get("count")
        for name in ("iterations", "http_reqs")
        if name in data["metrics"]
    }
    return code, checks, counts


@pytest.mark.parametrize("case", CASES)
def test_an_option_means_what_it_means_to_k6(case, targets, both):
    options, body = CASES[case]
    text = json.dumps(options).replace("{port}", str(urlsplit(targets["BASE"]).port))
    ours, theirs = both(SCRIPT, {**targets, "OPTIONS": text, "BODY": body})
    assert facts(*ours) == facts(*theirs)
