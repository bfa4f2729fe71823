"""What the members of a run need before its start."""

import logging
from collections.abc import Mapping
from typing import Final

from loadr_config.thresholds import parse_selector
from loadr_core.coordinator.observing import ObservationRequest, observation_request
from loadr_core.coordinator.outputs import output_request
from loadr_core.coordinator.request import OutputRequest, RunRequest
from loadr_core.engine_config import EngineConfig
from loadr_core.fleet import most_requests_in_a_second
from loadr_core.plugins import ProtocolRegistry
from loadr_core.segments import Segment
from loadr_core.spi.script import SCRIPT_LOG
from loadr_core.templating import TextCompiler, fixed_texts, resolve_variables
from loadr_core.worker.messages import Prepare

_FEW_REQUESTS: Final = 2_000.0
"""Requests per second and worker up to which it does without NumPy: folding them takes 2 ms at once, as long as
4,096 with it."""


class Preparation:
    """Resolves once what is the same for all members; gives each its part.

    Args:
        request: what to run.
        secrets: the plan's secrets, resolved.

    Raises:
        PlanRefusedError: a variable or a tag is not known before the run.
    """

    def __init__(self, request: RunRequest, secrets: Mapping[str, str]) -> None:
        plan = request.plan
        self._request = request
        self._secrets = secrets
        self._variables = resolve_variables(plan.variables, request.environment)
        self._texts = TextCompiler(self._variables, request.environment, secrets)
        self._base_tags = {**fixed_texts(plan.defaults.tags, self._texts, "defaults.tags"), **request.tags}
        self._protocols = ProtocolRegistry.installed()
        self._most_requests = most_requests_in_a_second(plan)
        self._dropped_tags = plan.defaults.dropped_tags
        selectors = [threshold.selector for threshold in plan.thresholds]
        selectors += [parse_selector(text)[1] for text in request.submetrics]
        self._kept_tags = tuple(pair for selector in selectors for pair in selector)

    def outputs(self) -> list[OutputRequest]:
        """The outputs of the plan, their templates filled in, and those that were asked for beside it.

        Raises:
            PlanRefusedError: a template has no value before the run.
        """
        entries = enumerate(self._request.plan.outputs)
        own = [output_request(entry, self._texts, f"outputs[{index}]") for index, entry in entries]
        return [*own, *self._request.outputs]

    def observations(self) -> list[ObservationRequest]:
        """The plan's observed metrics, their templates filled in. Raises as `outputs`."""
        return [
            observation_request(entry, self._texts, f"observe[{index}]")
            for index, entry in enumerate(self._request.plan.observe)
        ]

    def part(self, segment: Segment, *, keep_raw: bool) -> Prepare:
        """What one member needs.

        Args:
            segment: its part of the run.
            keep_raw: whether an output wants samples.
        """
        config = EngineConfig(
            plan=self._request.plan,
            folder=self._request.folder,
            seed=self._request.seed,
            segment=segment,
            environment=self._request.environment,
            variables=self._variables,
            secrets=self._secrets,
            wire=self._request.wire,
            code_places=self._request.code_places,
        )
        in_bulk = self._most_requests > _FEW_REQUESTS * segment.count
        return Prepare(
            config,
            self._base_tags,
            self._kept_tags,
            keep_raw,
            in_bulk,
            self._dropped_tags,
            self._protocols,
            logging.getLogger(SCRIPT_LOG).getEffectiveLevel(),
        )
