"""Which scenarios of a plan run. Pure.

A scenario runs when it is named, or none is named; when one of its tags has a wanted value, or none is
wanted; and when none of its tags has an excluded value: excluding wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loadr_cli.overrides import OverrideError
from loadr_config.models import Scenario, TestPlan
from loadr_core.errors import PlanRefusedError
from loadr_core.templating import TextCompiler, resolve_variables


@dataclass(frozen=True, slots=True)
class Selection:
    """What was given on the command line.

    Attributes:
        scenarios: names of scenarios; all when empty.
        tags: values of tags, of which a scenario needs one; any when empty.
        exclude_tags: values of tags, of which a scenario must have none.
    """

    scenarios: Sequence[str] = ()
    tags: Sequence[str] = ()
    exclude_tags: Sequence[str] = ()

    @property
    def is_given(self) -> bool:
        """Whether anything was selected."""
        return bool(self.scenarios or self.tags or self.exclude_tags)

    def apply(self, plan: TestPlan, environment: Mapping[str, str]) -> TestPlan:
        """The plan with what remains.

        Args:
            plan: the plan.
            environment: `${env.X}` in the values of tags.

        Raises:
            OverrideError: an unknown scenario, or nothing remains.
        """
        unknown = [name for name in self.scenarios if name not in plan.scenarios]
        if unknown:
            raise OverrideError(
                f"--scenario {unknown[0]}: the plan has no such scenario",
                f"it has {', '.join(plan.scenarios)}",
            )
        if not self.is_given:
            return plan
        values = {name: set(_tag_values(one, plan, environment)) for name, one in plan.scenarios.items()}
        selected = {name: one for name, one in plan.scenarios.items() if self._wants(name, values[name])}
        if not selected:
            raise OverrideError(f"{self._flags()}: no scenario remains", _known(values))
        return plan.model_copy(update={"scenarios": selected})

    def _wants(self, name: str, values: set[str]) -> bool:
        named = not self.scenarios or name in self.scenarios
        tagged = not self.tags or not values.isdisjoint(self.tags)
        return named and tagged and values.isdisjoint(self.exclude_tags)

    def _flags(self) -> str:
        given = {"--scenario": self.scenarios, "--tags": self.tags, "--exclude-tags": self.exclude_tags}
        return " ".join(f"{flag} {','.join(values)}" for flag, values in given.items() if values)


def listed(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of options that take several, apart by commas."""
    return tuple(word.strip() for text in texts for word in text.split(",") if word.strip())


def described(selected: TestPlan, plan: TestPlan) -> str:
    """What remains, in one line."""
    return f"scenarios: {', '.join(selected.scenarios)} ({len(selected.scenarios)} of {len(plan.scenarios)})"


def _tag_values(scenario: Scenario, plan: TestPlan, environment: Mapping[str, str]) -> Iterable[str]:
    """The values of a scenario's tags; one that nobody may see, a secret, selects nothing."""
    if not scenario.tags:
        return
    texts = TextCompiler(resolve_variables(plan.variables, environment), environment, {})
    for template in scenario.tags.values():
        try:
            value = texts.compile(template).static
        except PlanRefusedError:
            continue
        if value is not None:
            yield value


def _known(values: Mapping[str, set[str]]) -> str:
    return "; ".join(
        f"{name} has {', '.join(sorted(tags)) if tags else 'no tags'}" for name, tags in values.items()
    )
