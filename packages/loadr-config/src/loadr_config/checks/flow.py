"""Steps that cannot do what they say: choices nobody makes, lists that are none, meetings of two sizes."""

from loadr_config._tree.nodes import Path
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import Report
from loadr_config.models import Foreach, Random, Rendezvous, TestPlan


def check_flow(plan: TestPlan, report: Report) -> None:
    """Report steps that contradict themselves or each other."""
    meetings: dict[str, int] = {}
    for path, model in models_in(plan):
        match model:
            case Random():
                _check_weights(model, path, report)
            case Foreach(items=items) if not isinstance(items, list | str):
                report.error(
                    (*path, "items"),
                    "the items are neither a list nor a text that gives one",
                    suggestion='write "[a, b]", or "${variable}" for a list that a request has extracted',
                )
            case Rendezvous():
                if not report.is_whole((*path, "users")):
                    continue
                users = meetings.setdefault(model.name, model.users)
                if model.users != users:
                    report.error(
                        (*path, "users"),
                        f'the rendezvous "{model.name}" waits for {users} users elsewhere, here for {model.users}',
                        suggestion="give it the same number everywhere, or another name",
                    )
            case _:
                pass


def _check_weights(random: Random, path: Path, report: Report) -> None:
    if random.strategy == "weighted":
        if not any(choice.weight for choice in random.choices):
            report.error((*path, "choices"), "all weights are 0: no choice can be made", on_key=True)
        return
    for index, choice in enumerate(random.choices):
        if "weight" in choice.model_fields_set:
            report.warning(
                (*path, "choices", index, "weight"),
                f'a weight has no effect in the strategy "{random.strategy}"',
                suggestion='leave "strategy" out, or write "strategy: weighted"',
                on_key=True,
            )
