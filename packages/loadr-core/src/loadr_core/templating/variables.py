"""The plan's variables, resolved once at the start."""

from collections.abc import Mapping

from loadr_config.templates import Literal, parse
from loadr_core.errors import PlanRefusedError


def resolve_variables(variables: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Replace `${env.X}` in the values.

    Raises:
        PlanRefusedError: a variable of the environment is not set; all of them are named.
    """
    problems: list[str] = []
    resolved = {}
    for name, value in variables.items():
        pieces = []
        for part in parse(value).parts:
            if isinstance(part, Literal):
                pieces.append(part.text)
            elif part.kind == "env" and part.path[0] in environment:
                pieces.append(environment[part.path[0]])
            elif part.kind == "env":
                problems.append(f"variables.{name}: `{part}` is not set; set it with -e {part.path[0]}=VALUE")
            else:
                problems.append(f"variables.{name}: a variable can use ${{env.…}} only, not `{part}`")
        resolved[name] = "".join(pieces)
    if problems:
        raise PlanRefusedError(problems)
    return resolved
