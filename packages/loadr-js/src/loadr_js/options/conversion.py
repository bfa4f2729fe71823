"""All of k6's options, each with what becomes of it."""

from collections.abc import Mapping
from typing import Any, Final

from loadr_js.options.consolidated import consolidated
from loadr_js.options.converted import TREND_STATS, ConvertedOptions, OptionNote, ScriptSettings
from loadr_js.options.reading import OptionReader
from loadr_js.options.scenarios import long_form, short_form
from loadr_js.options.system_tags import kept_tags

_TLS_VERSIONS: Final = {"tls1.0": None, "tls1.1": None, "tls1.2": "1.2", "tls1.3": "1.3"}

_EXPECTED: Final = "http_req_duration{expected_response:true}"

_DNS_POLICIES: Final = {
    "preferIPv4": "prefer_ipv4",
    "preferIPv6": "prefer_ipv6",
    "onlyIPv4": "only_ipv4",
    "onlyIPv6": "only_ipv6",
    "any": "any",
}

# What no script reaches: k6 bounds no VU's connections, but what runs at once.
_MANY_CONNECTIONS: Final = 10_000

# Options of k6 that are about k6 itself, not about the load.
_NOT_OURS: Final = {
    "cloud": "is for k6's own cloud, and has no effect here",
    "ext": "is for k6's own cloud, and has no effect here",
    "executionSegment": "use --workers",
    "executionSegmentSequence": "use --workers",
    "noSummary": "use --quiet",
    "noUsageReport": "loadr reports no usage to anybody",
    "linger": "has no effect: loadr ends when the run has ended",
    "paused": "use --paused",
    "console": "has no effect",
    "consoleOutput": "has no effect: redirect standard error",
    "tlsCipherSuites": "has no effect: the system's OpenSSL chooses",
}


def convert_options(
    options: Mapping[str, Any], *, name: str, default_user_agent: str | None = None
) -> ConvertedOptions:
    """Make a plan of a script's options.

    Args:
        options: what the script exports, JSON values.
        name: the plan's name.
        default_user_agent: the User-Agent header where the script names none.
    """
    notes: list[OptionNote] = []
    reader = OptionReader(options, (), notes)
    with reader.all_known():
        scenarios, environment = _scenarios(reader)
        http, settings = _http(reader, default_user_agent), _settings(reader, environment, options)
        plan: dict[str, Any] = {"name": name, "defaults": {"http": http}, "scenarios": scenarios}
        tags = reader.texts("tags")
        if tags:
            plan["defaults"]["tags"] = tags
        if "systemTags" in reader:
            plan["defaults"]["system_tags"] = kept_tags(reader)
        thresholds = _thresholds(reader)
        if thresholds and not reader.flag("noThresholds"):
            plan["thresholds"] = thresholds
        rate = reader.number("rps", None)
        if rate:
            for scenario in scenarios.values():
                scenario["throttle"] = {"requests_per_second": rate}
            if len(scenarios) > 1:
                reader.wrong("rps", "bounds a scenario each in loadr, and this script has several")
        debug = reader.text("httpDebug", None)
        for key, message in _NOT_OURS.items():
            reader.without_effect(key, message)
    http_debug = None if not debug else "full" if debug == "full" else "head"
    return ConvertedOptions(plan, settings, tuple(notes), http_debug)


def _scenarios(reader: OptionReader) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    environment: dict[str, dict[str, str]] = {}
    if "scenarios" not in reader:
        return {"default": short_form(reader)}, environment
    reader.without_effect("vus", "has no effect beside scenarios, as in k6")
    for key in ("duration", "iterations", "stages"):
        if key in reader:
            reader.wrong(key, "cannot stand beside scenarios, as in k6")
    converted = {}
    for name in reader.raw("scenarios"):
        scenario = reader.inner("scenarios", name)
        made = None if scenario is None else long_form(scenario)
        if scenario is not None and made is not None:
            converted[name] = made
            own = scenario.texts("env")
            if own:
                environment[name] = own
    return converted, environment


def _http(reader: OptionReader, default_user_agent: str | None) -> dict[str, Any]:
    # As k6: no coding is asked for; what comes under one all the same is decoded.
    http: dict[str, Any] = {"max_redirects": reader.number("maxRedirects", 10), "compression": False}
    user_agent = reader.text("userAgent", default_user_agent)
    if user_agent is not None:
        http["headers"] = {"User-Agent": user_agent.replace("${", "$${")}
    http["timeout"] = 60.0  # k6's own default
    http["connections_per_host"] = _MANY_CONNECTIONS
    blocked = {"blocked_addresses": "blacklistIPs", "blocked_hosts": "blockHostnames"}
    for ours, key in blocked.items():
        if key in reader:
            http[ours] = [str(item) for item in reader.items(key)]
    if reader.flag("noConnectionReuse"):
        http["keep_alive"] = False
    if reader.flag("discardResponseBodies"):
        http["discard_response_bodies"] = True
    hosts = reader.texts("hosts")
    if hosts:
        http["hosts"] = hosts
    if "localIPs" in reader:
        http["local_ips"] = [part.strip() for part in str(reader.raw("localIPs")).split(",")]
    tls: dict[str, Any] = {}
    if reader.flag("insecureSkipTLSVerify"):
        tls["insecure_skip_verify"] = True
    tls |= _tls_versions(reader)
    certificates = _client_certificates(reader)
    if certificates:
        tls["client_certificates"] = certificates
    if tls:
        http["tls"] = tls
    # k6's own defaults are those of an option that says nothing.
    http["dns"] = _dns(reader) if "dns" in reader else {"select": "random", "policy": "prefer_ipv4"}
    return http


def _client_certificates(reader: OptionReader) -> list[dict[str, Any]]:
    found = []
    for index, _ in enumerate(reader.items("tlsAuth")):
        entry = reader.inner("tlsAuth", index)
        if entry is None:
            continue
        with entry.all_known():
            made: dict[str, Any] = {"hosts": [str(domain) for domain in entry.items("domains")]}
            for key in ("cert", "key"):
                text = entry.text(key)
                if not text or "-----BEGIN" not in text:
                    entry.wrong(key, "must be PEM text, as open() reads it")
                made[key] = text
            if "password" in entry:
                made["password"] = entry.text("password")
            found.append(made)
    return found


def _tls_versions(reader: OptionReader) -> dict[str, str]:
    if "tlsVersion" not in reader:
        return {}
    value = reader.raw("tlsVersion")
    bounds = value if isinstance(value, Mapping) else {"min": value, "max": value}
    found = {}
    for bound in ("min", "max"):
        version = bounds.get(bound)
        if version is None:
            continue
        ours = _TLS_VERSIONS.get(str(version))
        if str(version) not in _TLS_VERSIONS:
            reader.wrong("tlsVersion", f"there is no TLS version {version!r}")
        elif ours is None and bound == "max":
            reader.wrong("tlsVersion", f"{version} is not supported any more; the oldest is tls1.2")
        elif ours is not None:
            found[f"{bound}_version"] = ours
    return found


def _dns(reader: OptionReader) -> dict[str, Any]:
    dns = reader.inner("dns")
    if dns is None:
        return {}
    with dns.all_known():
        found: dict[str, Any] = {}
        ttl = dns.raw("ttl")
        if ttl == "inf":
            found["ttl"] = 365 * 86_400.0
        elif ttl is not None:
            found["ttl"] = dns.seconds("ttl", 300.0)
        select = dns.text("select", "random")
        found["select"] = {"roundRobin": "round_robin"}.get(select or "", select)
        policy = dns.text("policy", "preferIPv4") or ""
        if policy not in _DNS_POLICIES:
            dns.wrong("policy", f"there is no policy {policy!r}; known are {', '.join(_DNS_POLICIES)}")
        found["policy"] = _DNS_POLICIES.get(policy, "any")
    return found


def _thresholds(reader: OptionReader) -> dict[str, Any]:
    thresholds: dict[str, Any] = {}
    raw = reader.raw("thresholds", {})
    if not isinstance(raw, Mapping):
        reader.wrong("thresholds", f"must be an object, not {raw!r}")
        return {}
    for metric, entries in raw.items():
        converted: list[Any] = []
        for index, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            if isinstance(entry, str):
                converted.append(entry)
                continue
            path = ("thresholds", metric, index) if isinstance(entries, list) else ("thresholds", metric)
            threshold = reader.inner(*path)
            if threshold is not None:
                with threshold.all_known():
                    made: dict[str, Any] = {"threshold": threshold.text("threshold")}
                    if threshold.flag("abortOnFail"):
                        made["abort_on_fail"] = True
                    if "delayAbortEval" in threshold:
                        made["delay_abort_eval"] = threshold.seconds("delayAbortEval")
                    converted.append(made)
        if converted:  # one without an expression judges nothing: it only lists a submetric
            thresholds[metric] = converted
    return thresholds


def _submetrics(options: Mapping[str, Any]) -> tuple[str, ...]:
    """What k6's summary lists beside metrics: one submetric always, and selectors of thresholds without any."""
    thresholds = options.get("thresholds")
    asked = thresholds if isinstance(thresholds, Mapping) else {}
    bare = tuple(selector for selector, entries in asked.items() if entries == [] and "{" in selector)
    tags = options.get("systemTags")
    is_tagged = not isinstance(tags, list) or "expected_response" in tags
    return (*((_EXPECTED,) if is_tagged else ()), *bare)


def _settings(
    reader: OptionReader, environment: Mapping[str, Mapping[str, str]], options: Mapping[str, Any]
) -> ScriptSettings:
    return ScriptSettings(
        setup_timeout=reader.seconds("setupTimeout", 60.0) or 60.0,
        teardown_timeout=reader.seconds("teardownTimeout", 60.0) or 60.0,
        reset_cookies=not reader.flag("noCookiesReset"),
        reconnects=reader.flag("noVUConnectionReuse"),
        min_iteration_duration=reader.seconds("minIterationDuration", 0.0) or 0.0,
        batch=max(int(reader.number("batch", 20)), 1),
        batch_per_host=max(int(reader.number("batchPerHost", 6)), 1),
        throws=reader.flag("throw"),
        discards_bodies=reader.flag("discardResponseBodies"),
        blocked_addresses=tuple(str(network) for network in reader.items("blacklistIPs")),
        blocked_hosts=tuple(str(host) for host in reader.items("blockHostnames")),
        trend_stats=tuple(str(stat) for stat in reader.items("summaryTrendStats")) or TREND_STATS,
        scenario_environment=environment,
        skipped=tuple(
            function
            for function, option in (("setup", "noSetup"), ("teardown", "noTeardown"))
            if reader.flag(option)
        ),
        options=consolidated(options),
        time_unit=reader.text("summaryTimeUnit") or "",
        submetrics=_submetrics(options),
    )
