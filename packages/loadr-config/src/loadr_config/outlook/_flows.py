"""One pass through a flow: how many requests it sends, and for how long it waits at least.

================  ==============================================  =================================
step              requests                                        shortest wait
================  ==============================================  =================================
request           1                                               the think time after it
think_time        0                                               its least
group             the sum of its steps                            the sum of its steps
repeat            ``times`` passes                                ``times`` passes
foreach           a pass an item; any number for a template       the same; 0 for a template
while             0 to ``max_iterations`` passes                  0
if                one of its branches                             the shorter branch
random, switch    one of its branches                             the shortest branch
during            any number                                      its duration
retry             1 to ``times`` passes                           one pass
parallel          the sum of its branches                         the longest branch
js                any number: a script may send requests          0
rendezvous        0                                               0
================  ==============================================  =================================

An iteration that is aborted ends earlier: the bounds hold for those that run to their end.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from loadr_config.models import (
    ConstantThinkTime,
    DuringStep,
    ForeachStep,
    GroupStep,
    IfStep,
    JsStep,
    ParallelStep,
    PythonStep,
    RandomStep,
    RepeatStep,
    RequestStep,
    RetryStep,
    Step,
    SwitchStep,
    ThinkTime,
    ThinkTimeStep,
    UniformThinkTime,
    WhileStep,
)
from loadr_config.outlook._counts import Count, bounded

NONE = Count(0, 0)
ANY = Count(0, None)


def requests_of(steps: Sequence[Step]) -> Count:
    """Count the requests of one pass through steps; redirects and what a page embeds are not counted."""
    return sum(map(_requests, steps), start=NONE)


def _requests(step: Step) -> Count:
    match step:
        case RequestStep():
            return Count(1, 1)
        case GroupStep(group=group):
            return requests_of(group.steps)
        case RepeatStep(repeat=repeat):
            return Count.exactly(repeat.times) * requests_of(repeat.steps)
        case ForeachStep(foreach=foreach):
            items = foreach.items
            turns = Count.exactly(len(items)) if isinstance(items, list) else ANY
            return turns * requests_of(foreach.steps)
        case WhileStep(while_=loop):
            return Count(0, bounded(loop.max_iterations)) * requests_of(loop.steps)
        case RetryStep(retry=retry):
            return Count(1, bounded(retry.times)) * requests_of(retry.steps)
        case DuringStep(during=during):
            return ANY * requests_of(during.steps)
        case ParallelStep(parallel=parallel):
            return sum(map(requests_of, parallel.branches), start=NONE)
        case JsStep() | PythonStep():
            return ANY
        case IfStep() | RandomStep() | SwitchStep():
            return reduce(Count.__or__, map(requests_of, _branches(step)))
        case _:
            return NONE


def shortest_pause(steps: Sequence[Step], think_time: ThinkTime | None) -> float:
    """Add up the shortest waits of one pass through steps.

    Args:
        steps: The steps.
        think_time: The wait after every request.

    Returns:
        Seconds.
    """
    return sum(_pause(step, think_time) for step in steps)


def _pause(step: Step, think_time: ThinkTime | None) -> float:
    match step:
        case RequestStep():
            return _least(think_time)
        case ThinkTimeStep(think_time=own):
            return _least(own)
        case GroupStep(group=group):
            return shortest_pause(group.steps, think_time)
        case RepeatStep(repeat=repeat):
            return bounded(repeat.times) * shortest_pause(repeat.steps, think_time)
        case ForeachStep(foreach=foreach):
            turns = len(foreach.items) if isinstance(foreach.items, list) else 0
            return turns * shortest_pause(foreach.steps, think_time)
        case RetryStep(retry=retry):
            return shortest_pause(retry.steps, think_time)
        case DuringStep(during=during):
            return during.duration
        case ParallelStep(parallel=parallel):
            return max(shortest_pause(branch, think_time) for branch in parallel.branches)
        case IfStep() | RandomStep() | SwitchStep():
            return min(shortest_pause(branch, think_time) for branch in _branches(step))
        case _:
            return 0.0


def _branches(step: IfStep | RandomStep | SwitchStep) -> Iterable[Sequence[Step]]:
    match step:
        case IfStep(if_=decision):
            return (decision.then, decision.else_)
        case RandomStep(random=random):
            return [choice.steps for choice in random.choices]
        case SwitchStep(switch=switch):
            return [*switch.cases.values(), switch.default]


def _least(think_time: ThinkTime | None) -> float:
    match think_time:
        case ConstantThinkTime(duration=duration):
            return duration
        case UniformThinkTime(min=least):
            return least
        case _:
            return 0.0
