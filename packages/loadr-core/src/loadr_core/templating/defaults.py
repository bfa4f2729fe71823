"""The defaults of a plan: without templates where that is possible."""

from collections.abc import Mapping

from loadr_config.models import HttpDefaults
from loadr_core.errors import PlanRefusedError
from loadr_core.spi.text import Text
from loadr_core.templating.texts import TextCompiler


class ResolvedDefaults:
    """The defaults with their constants filled in.

    Attributes:
        http: the defaults; their headers are those known before the run.
        templated_headers: headers that must be rendered for each request, by name.

    Raises:
        PlanRefusedError: `base_url` or `proxy` is not known before the run.
    """

    def __init__(self, http: HttpDefaults, texts: TextCompiler) -> None:
        named = {"base_url": http.base_url, "proxy": http.proxy}
        given = {key: value for key, value in named.items() if value is not None}
        known = fixed_texts(given, texts, "defaults.http")
        headers = {name: texts.compile(value) for name, value in http.headers.items()}
        fixed = {name: text.static for name, text in headers.items() if text.static is not None}
        self.http = http.model_copy(update={**known, "headers": fixed})
        self.templated_headers = {name: text for name, text in headers.items() if text.static is None}

    def headers(self, own: dict[str, Text]) -> tuple[tuple[str, Text], ...]:
        """A request's own headers, and the templated defaults that it does not override."""
        overridden = {name.lower() for name in own}
        inherited = {
            name: text for name, text in self.templated_headers.items() if name.lower() not in overridden
        }
        return (*inherited.items(), *own.items())


def fixed_texts(sources: Mapping[str, str], texts: TextCompiler, place: str) -> dict[str, str]:
    """Texts that must be known before the run, such as the tags of a scenario.

    Args:
        sources: the templates by key.
        texts: compiles them.
        place: where in the plan they stand.

    Raises:
        PlanRefusedError: some are not known; all of them are named.
    """
    compiled = {key: texts.compile(source).static for key, source in sources.items()}
    problems = [
        f"{f'{place}.{key}' if key else place}: must be known before the run: use ${{env.…}}, ${{vars.…}} or ${{secrets.…}}"
        for key, text in compiled.items()
        if text is None
    ]
    if problems:
        raise PlanRefusedError(problems)
    return {key: text for key, text in compiled.items() if text is not None}
