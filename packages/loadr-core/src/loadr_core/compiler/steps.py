"""From the plan's steps to running ones."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from loadr_config import models
from loadr_config.models import Request, ThinkTime
from loadr_config.models import Step as PlanStep
from loadr_config.urls import without_user
from loadr_core import flow
from loadr_core.compiler.labels import Labels
from loadr_core.compiler.program import exception_counter
from loadr_core.errors import PlanRefusedError
from loadr_core.flow import choose
from loadr_core.flow.throttle import Throttle
from loadr_core.flow.values import Value, value_at
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError
from loadr_core.templating.conditions import compile_condition, compile_items

if TYPE_CHECKING:
    from loadr_core.compiler.scenario import PlanCompiler

_T = TypeVar("_T")

CompileRequest = Callable[[Request, str, Labels], flow.Step]
"""Makes the step of a request from it, its place in the plan, and its labels."""


class StepCompiler:
    """Compiles the steps of one flow.

    Args:
        run: what all flows of a worker share.
        tags: the tags of every sample of the flow.
        think_time: the wait after every request.
        throttle: the wait before every request.
        compile_request: compiles requests.
    """

    def __init__(
        self,
        run: "PlanCompiler",
        tags: Mapping[str, str],
        think_time: ThinkTime | None,
        throttle: Throttle | None,
        compile_request: CompileRequest,
    ) -> None:
        self._run = run
        self._tags = tags
        self._think_time = think_time
        self._throttle = throttle
        self._compile_request = compile_request
        self._slots = count()

    def steps(self, steps: Sequence[PlanStep], path: str, labels: Labels) -> tuple[flow.Step, ...]:
        """Compile steps.

        Args:
            steps: the steps.
            path: where their list stands in the plan.
            labels: the tags that they have because of it.

        Raises:
            PlanRefusedError: with the place in the plan.
        """
        compiled: list[flow.Step] = []
        for index, step in enumerate(steps):
            is_request = isinstance(step, models.RequestStep)
            if is_request and self._throttle is not None:
                compiled.append(flow.ThrottleStep(self._throttle))
            compiled.append(self._traced(step, f"{path}[{index}]", labels))
            if is_request and self._think_time is not None:
                compiled.append(self._think(self._think_time))
        return tuple(compiled)

    def _traced(self, step: PlanStep, place: str, labels: Labels) -> flow.Step:
        """The step; where somebody wants to be told, with that around it."""
        compiled = self._step(step, place, labels)
        trace = self._run.trace
        return compiled if trace is None else trace.step(compiled, place, *_told_of(step))

    def _step(self, step: PlanStep, place: str, labels: Labels) -> flow.Step:
        match step:
            case models.RequestStep(request=request):
                return self._compile_request(request, f"{place}.request", labels)
            case models.ThinkTimeStep(think_time=think_time):
                return self._think(think_time)
            case models.GroupStep(group=group):
                return self._group(group, f"{place}.group", labels)
            case models.RepeatStep(repeat=repeat):
                block = self._block(repeat.steps, f"{place}.repeat.steps", labels)
                return flow.RepeatStep(block, repeat.times, repeat.counter)
            case models.WhileStep(while_=loop):
                return self._while(loop, f"{place}.while", labels)
            case models.DuringStep(during=during):
                block = self._block(during.steps, f"{place}.during.steps", labels)
                return flow.DuringStep(block, during.duration, during.counter, self._run.clock)
            case models.ForeachStep(foreach=foreach):
                return self._foreach(foreach, f"{place}.foreach", labels)
            case models.RetryStep(retry=retry):
                return self._retry(retry, f"{place}.retry", labels)
            case models.IfStep(if_=decision):
                return self._if(decision, f"{place}.if", labels)
            case models.SwitchStep(switch=switch):
                return self._switch(switch, f"{place}.switch", labels)
            case models.RandomStep(random=random):
                return self._random(random, f"{place}.random", labels)
            case models.ParallelStep(parallel=parallel):
                branches = enumerate(parallel.branches)
                return flow.ParallelStep(
                    [self._block(branch, f"{place}.parallel.branches[{n}]", labels) for n, branch in branches]
                )
            case models.JsStep(js=code):
                return self._script(code, f"{place}.js", labels)
            case models.PythonStep(python=code):
                return self._script(code, f"{place}.python", labels)
            case models.RendezvousStep(rendezvous=rendezvous):
                return self._rendezvous(rendezvous, f"{place}.rendezvous")

    def _script(self, code: models.ScriptCode, place: str, labels: Labels) -> flow.Step:
        self._run.expressions.used.add(code.engine)
        tags = {**self._tags, **labels.tags}
        if code.call is not None:
            scripts = self._run.modules.having(code.call, f"{place}.call", code.engine)
            return flow.CallStep(code.call, scripts, tags)
        return flow.CodeStep(
            code.script or "", code.engine, tags, self._run.code_places.get(f"{place}.script")
        )

    def _block(self, steps: Sequence[PlanStep], path: str, labels: Labels) -> flow.Block:
        return flow.Block(self.steps(steps, path, labels))

    def _think(self, think_time: ThinkTime) -> flow.Step:
        return flow.ThinkTimeStep(think_time, self._run.clock)

    def _group(self, group: models.Group, place: str, labels: Labels) -> flow.Step:
        recorder, tags, clock = self._run.recorder, {**self._tags, **labels.tags}, self._run.clock
        name = self._run.texts.compile(group.name)
        if name.static is not None and labels.slot is None:
            inside = labels.in_group(name.static, None)
            series = recorder.rows(flow.GROUP_LAYOUT, {**tags, **inside.tags})
            return flow.GroupStep(self._block(group.steps, f"{place}.steps", inside), series, clock)
        slot = next(self._slots)
        return flow.TemplatedGroupStep(
            self._block(group.steps, f"{place}.steps", labels.in_group(group.name, slot)),
            value_at(f"{place}.name", name.render),
            slot=slot,
            outer=labels.group if labels.slot is None else labels.slot,
            open_series=lambda path: recorder.rows(flow.GROUP_LAYOUT, {**tags, "group": path}),
            clock=clock,
        )

    def _while(self, loop: models.While, place: str, labels: Labels) -> flow.Step:
        condition = self._condition(loop.condition, f"{place}.condition")
        return flow.WhileStep(
            self._block(loop.steps, f"{place}.steps", labels), condition, loop.max_iterations
        )

    def _foreach(self, foreach: models.Foreach, place: str, labels: Labels) -> flow.Step:
        at = f"{place}.items"
        items = value_at(self._shown(at), _told(at, lambda: compile_items(foreach.items, self._run.texts)))
        block = self._block(foreach.steps, f"{place}.steps", labels)
        return flow.ForeachStep(block, items, foreach.var, foreach.index)

    def _retry(self, retry: models.Retry, place: str, labels: Labels) -> flow.Step:
        until = None if retry.until is None else self._condition(retry.until, f"{place}.until")
        block = self._block(retry.steps, f"{place}.steps", labels)
        return flow.RetryStep(block, retry.times, until, retry.backoff, self._run.clock)

    def _if(self, decision: models.If, place: str, labels: Labels) -> flow.Step:
        return flow.IfStep(
            self._condition(decision.condition, f"{place}.condition"),
            self._block(decision.then, f"{place}.then", labels),
            self._block(decision.else_, f"{place}.else", labels),
        )

    def _switch(self, switch: models.Switch, place: str, labels: Labels) -> flow.Step:
        text = _told(f"{place}.value", lambda: self._run.texts.compile(switch.value))
        return flow.SwitchStep(
            _text_or_none(text.render),
            {key: self._block(steps, f"{place}.cases.{key}", labels) for key, steps in switch.cases.items()},
            self._block(switch.default, f"{place}.default", labels),
        )

    def _random(self, random: models.Random, place: str, labels: Labels) -> flow.Step:
        choices = random.choices
        blocks = [
            self._block(
                choice.steps, f"{place}.choices[{n}].steps", labels.in_branch(choice.name or f"branch-{n}")
            )
            for n, choice in enumerate(choices)
        ]
        match random.strategy:
            case "weighted":
                chosen = choose.weighted([choice.weight for choice in choices])
            case "uniform":
                chosen = choose.uniform(len(choices))
            case "round_robin":
                chosen = choose.round_robin(len(choices), self._run.instance)
        return flow.ChooseStep(chosen, blocks)

    def _rendezvous(self, rendezvous: models.Rendezvous, place: str) -> flow.Step:
        count_exception = exception_counter(self._run.recorder, self._tags)
        return flow.RendezvousStep(
            self._run.meetings,
            rendezvous.name,
            rendezvous.users,
            rendezvous.timeout,
            missed=lambda: count_exception("RendezvousTimeout", place),
        )

    def _condition(self, source: str, place: str) -> Value[bool]:
        compiled = _told(place, lambda: compile_condition(source, self._run.texts))
        return value_at(self._shown(place), compiled)

    def _shown(self, place: str) -> str:
        """A place of the plan as an exception in its code is told: the line in the file, where that is known."""
        code = self._run.code_places.get(place)
        return place if code is None else code.at(1)


def _told_of(step: PlanStep) -> tuple[str, str]:
    """A step's key in the plan, and what tells it from others of its kind."""
    ((name, field),) = type(step).model_fields.items()
    body = getattr(step, name)
    label = (body.name or without_user(body.url)) if isinstance(body, Request) else getattr(body, "name", "")
    return field.alias or name, label or ""


def _told(place: str, compile_it: Callable[[], _T]) -> _T:
    """What was compiled, or its problems with their place."""
    try:
        return compile_it()
    except PlanRefusedError as error:
        raise PlanRefusedError([f"{place}: {problem}" for problem in error.problems]) from error


def _text_or_none(render: Callable[[Scope], str]) -> Callable[[Scope], str | None]:
    """A text that is nothing where a reference in it has no value: no case fits it."""

    def value(scope: Scope) -> str | None:
        try:
            return render(scope)
        except RenderError:
            return None

    return value
