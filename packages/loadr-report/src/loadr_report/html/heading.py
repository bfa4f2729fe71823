"""What a reader looks for first: did it pass, is it to be trusted, the few great figures."""

from collections.abc import Sequence

from loadr_config.summary import Summary
from loadr_report import quantities
from loadr_report.html.markup import Markup, element
from loadr_report.key_figures import KeyFigure, key_figures
from loadr_report.verdict import judge


def heading(summary: Summary, sections: Sequence[tuple[str, str]]) -> Markup:
    """The head of the page.

    Args:
        summary: the result.
        sections: anchor and title of what follows.
    """
    return element(
        "header",
        element(
            "div",
            element("span", "loadr", class_="brand"),
            element("span", "load test report", class_="quiet"),
            element("button", type="button", id="theme", class_="theme", hidden=""),
            class_="top",
        ),
        element("h1", summary.name or "load test"),
        element("p", " · ".join(_facts(summary)), class_="facts"),
        element("div", _outcome(summary), _trust(summary), class_="verdicts"),
        element("dl", *(_tile(figure) for figure in key_figures(summary)), class_="tiles"),
        element(
            "nav",
            element(
                "ul", *(element("li", element("a", title, href=f"#{anchor}")) for anchor, title in sections)
            ),
            aria_label="Sections",
        )
        if sections
        else None,
    )


def _facts(summary: Summary) -> list[str]:
    return [
        f"{quantities.moment(summary.started_ms)}, for {quantities.duration(summary.duration_secs * 1000)}",
        f"run {summary.run_id}",
        f"seed {summary.seed}",
        f"loadr {summary.loadr_version}",
    ]


def _outcome(summary: Summary) -> Markup:
    verdict = judge(summary)
    style, sign = ("good", "✓") if verdict.passed else ("bad", "✗")
    return panel(style, sign, verdict.word.capitalize(), verdict.reasons)


def _trust(summary: Summary) -> Markup:
    if summary.health.verdict == "trusted":
        reasons = summary.health.remarks or ["the load generator kept up throughout the run"]
        return panel("good", "✓", "Trusted", reasons)
    why = [*summary.health.reasons, *summary.health.remarks]
    return panel("doubtful", "!", "Suspect", why or ["the load generator did not keep up"])


def panel(style: str, sign: str, word: str, reasons: Sequence[str] = ()) -> Markup:
    """A verdict with what speaks for it."""
    return element(
        "div",
        element("p", element("span", sign, class_="sign", aria_hidden="true"), word, class_="word"),
        element("ul", *(element("li", reason) for reason in reasons)) if reasons else None,
        class_=f"verdict {style}",
    )


def _tile(figure: KeyFigure) -> Markup:
    return element(
        "div",
        element("dt", figure.name),
        element("dd", figure.text, class_=figure.tone.value or None),
        element("dd", figure.note, class_="note") if figure.note else None,
    )
