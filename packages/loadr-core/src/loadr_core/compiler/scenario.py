"""From a plan's scenario to a `ScenarioProgram`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loadr_config.diagnostics import CodePlace
from loadr_config.models import (
    Body,
    FileBody,
    FormBody,
    JsonBody,
    MultipartBody,
    OpenScenario,
    Request,
    Scenario,
    Step,
    TestPlan,
    ThinkTime,
)
from loadr_config.urls import without_user
from loadr_core import flow
from loadr_core.compiler.credentials import authorization, challenged
from loadr_core.compiler.json_bodies import graphql_payload, json_payload
from loadr_core.compiler.labels import Labels
from loadr_core.compiler.modules import FindEngine, ScriptModules
from loadr_core.compiler.multipart import multipart_payload
from loadr_core.compiler.payloads import file_payload, form_payload, text_payload
from loadr_core.compiler.program import ITERATION_LAYOUT, OnceProgram, ScenarioProgram, exception_counter
from loadr_core.compiler.responses import ResponseCompiler
from loadr_core.compiler.starts import starts_of
from loadr_core.compiler.steps import StepCompiler
from loadr_core.data import DataSources
from loadr_core.errors import PlanRefusedError
from loadr_core.flow.hooks import HookedCompiled, HookedJudge, Hooks
from loadr_core.flow.throttle import Throttle
from loadr_core.meetings import Meetings
from loadr_core.numbering import VuNumbers
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording.recorder import Recorder
from loadr_core.scripting import ScenarioScripts, ScriptMetrics, ScriptRequests
from loadr_core.scripting.requests import Protocols
from loadr_core.setup_data import OncePart
from loadr_core.spi.clock import Clock
from loadr_core.spi.protocol import (
    CompiledRequest,
    CompileError,
    HandlerContext,
    ProtocolHandler,
    RequestSpec,
)
from loadr_core.spi.standing import NO_RUN, Standing
from loadr_core.spi.text import Payload, Text
from loadr_core.spi.wire import WireTap
from loadr_core.templating.defaults import ResolvedDefaults, fixed_texts
from loadr_core.templating.scripts import ScriptExpressions, mentions_response
from loadr_core.templating.texts import TextCompiler
from loadr_core.templating.values import compile_value
from loadr_core.tracing.trace import Trace


class PlanCompiler:
    """Compiles the scenarios of a plan for one worker.

    Args:
        plan: the validated plan.
        texts: compiles its templates.
        recorder: where the series are opened.
        clock: time for steps and protocols.
        protocols: where protocol handlers are found.
        folder: relative paths start here.
        data: the plan's data sources.
        meetings: where users of the whole run wait for each other.
        instance: the number of this worker among all, from 0.
        instances: how many workers there are.
        environment: `${env.X}`, for scripts.
        find_engine: finds the engines of the plan's scripts; those that are installed when it is `None`.
        trace: is told what every step does, or `None`.
        tap: is shown every exchange of a protocol, or `None`.
        mark_failed: is told why a script wants the run to count as failed.
        standing: knows where the run stands, for scripts.
        code_places: where the plan's code stands in its file, by its path in the plan.

    Attributes:
        variables: what every VU has from its start on; fill it before the first VU is made.
    """

    def __init__(
        self,
        plan: TestPlan,
        texts: TextCompiler,
        recorder: Recorder,
        clock: Clock,
        protocols: ProtocolRegistry,
        folder: Path,
        data: DataSources,
        meetings: Meetings,
        instance: int = 0,
        *,
        instances: int = 1,
        environment: Mapping[str, str] | None = None,
        find_engine: FindEngine | None = None,
        trace: Trace | None = None,
        tap: WireTap | None = None,
        mark_failed: Callable[[str], None] = lambda _reason: None,
        standing: Standing | None = None,
        code_places: Mapping[str, CodePlace] | None = None,
    ) -> None:
        self.plan = plan
        self.trace = trace
        self._tap = tap
        self._mark_failed = mark_failed
        self._standing = standing or NO_RUN
        self.code_places = code_places or {}
        self.texts = texts
        self.recorder = recorder
        self.clock = clock
        self.meetings = meetings
        self.instance = instance
        self.data = data
        self.expressions = texts.scripts = ScriptExpressions(plan.expression_engine)
        self.remembers_responses = mentions_response((plan.scenarios, plan.setup, plan.teardown))
        self.defaults = ResolvedDefaults(plan.defaults.http, texts)
        self.responses = ResponseCompiler(plan, texts.compile, recorder, folder, self.expressions, trace)
        self._used_by_defaults = frozenset(self.expressions.used)
        self.variables: dict[str, Any] = {}
        self._protocols = protocols
        self.folder = folder
        self.modules = ScriptModules(
            plan,
            folder,
            clock,
            environment or {},
            find_engine,
            instance,
            instances,
            code_places=self.code_places,
            secrets=texts.secrets,
        )
        self.script_metrics = ScriptMetrics(recorder, clock, plan.metrics)
        self._handlers: dict[str, ProtocolHandler] = {}

    def handler(self, protocol: str) -> ProtocolHandler:
        """The worker's one handler of a protocol; of several, where one class serves them.

        Raises:
            ExtensionError: the protocol is not installed or broken.
        """
        handler = self._handlers.get(protocol)
        if handler is None:
            config = self.plan.plugin_config(protocol)
            context = HandlerContext(self.clock, self.defaults.http, self.folder, config, self._tap)
            made = self._protocols.load(protocol)
            # One class under several names is one handler, so that its protocols share connections.
            shared = (known for known in self._handlers.values() if type(known) is made)
            handler = self._handlers[protocol] = next(shared, None) or made(context)
        return handler

    def protocol_of(self, request: Request) -> str:
        """The protocol of a request: named, or told by its block or by its URL's scheme."""
        return self._protocols.protocol_of(request, self.defaults.http.base_url)

    def compile(self, name: str, vus: VuNumbers, throttle: Throttle | None = None) -> ScenarioProgram:
        """Compile one scenario.

        Args:
            name: the scenario.
            vus: the numbers of its VUs.
            throttle: lets its requests through.

        Raises:
            PlanRefusedError: with the place in the plan.
        """
        scenario = self.plan.scenarios[name]
        tags = {**fixed_texts(scenario.tags, self.texts, f"scenarios.{name}.tags"), "scenario": name}
        flow_compiler = _FlowCompiler(
            self,
            tags,
            scenario.think_time or self.plan.defaults.think_time,
            throttle,
            on_schedule=isinstance(scenario, OpenScenario),
        )
        self.expressions.used = set(self._used_by_defaults)
        steps = flow_compiler.steps(scenario.flow, f"scenarios.{name}.flow", Labels())
        calls = self._calls(scenario, f"scenarios.{name}", tags)
        return ScenarioProgram(
            name=name,
            config=scenario,
            vus=vus,
            steps=(*steps, calls["exec"]) if "exec" in calls else steps,
            handlers=flow_compiler.handlers,
            data=self.data,
            iterations=self.recorder.rows(ITERATION_LAYOUT, tags),
            interrupted=self.recorder.counter("interrupted_iterations", tags),
            exception=exception_counter(self.recorder, tags),
            starts=starts_of(scenario, self.recorder, tags),
            scripts=self._scenario_scripts(tags, throttle, flow_compiler, scenario.executor),
            on_start=calls.get("on_start"),
            on_stop=calls.get("on_stop"),
            variables=self.variables,
        )

    async def close(self) -> None:
        """Let go of what all VUs share."""
        for handler in dict.fromkeys(self._handlers.values()):
            await handler.close()
        await self.modules.close()

    def _calls(self, scenario: Scenario, path: str, tags: Mapping[str, str]) -> dict[str, flow.Step]:
        """The functions that a scenario names, by key; notes whose they are."""
        named = {key: getattr(scenario, key) for key in ("exec", "on_start", "on_stop")}
        calls: dict[str, flow.Step] = {}
        for key, function in named.items():
            if function is not None:
                scripts = self.modules.having(function, f"{path}.{key}")
                self.expressions.used.add(scripts.name)
                calls[key] = flow.CallStep(function, scripts, tags)
        if self.trace is None:
            return calls
        return {
            key: self.trace.step(call, f"{path}.{key}", key, named[key] or "") for key, call in calls.items()
        }

    def _scenario_scripts(
        self,
        tags: Mapping[str, str],
        throttle: Throttle | None,
        flow_compiler: "_FlowCompiler",
        executor: str = "",
    ) -> tuple[ScenarioScripts, ...]:
        """What a VU needs to have its scripts, of the engines that were noted as used."""
        if not self.expressions.used:
            return ()
        protocols = Protocols(self.protocol_of, self.handler, self.defaults.http, self.defaults.headers)
        requests = ScriptRequests(
            protocols,
            self.recorder,
            throttle,
            flow_compiler.handlers,
            on_schedule=flow_compiler.on_schedule,
            wrap=None if self.trace is None else self.trace.request,
        )
        tell = None if self.trace is None else self.trace.script_check
        # The requests of all engines are one object: a VU's sessions stand in one order.
        return tuple(
            ScenarioScripts(
                self.modules.of(engine),
                self.clock,
                self.recorder,
                tags,
                requests,
                self.script_metrics,
                self._mark_failed,
                tell,
                executor,
                self._standing,
            )
            for engine in sorted(self.expressions.used)
        )

    def compile_once(self, part: OncePart) -> OnceProgram:
        """Compile a part that belongs to no scenario; its samples carry a group, as k6's do.

        Raises:
            PlanRefusedError: with the place in the plan.
        """
        flow_compiler = _FlowCompiler(self, {}, None)
        steps: tuple[Step, ...] = getattr(self.plan, part)
        labels = Labels().in_group(part, None)
        self.expressions.used = set(self._used_by_defaults) if steps else set()
        compiled = flow_compiler.steps(steps, part, labels)
        modules = self.modules.exporting(part)
        self.expressions.used.update(module.name for module in modules)
        calls = tuple(flow.OnceCallStep(part, module, labels.tags) for module in modules)
        # What setup's steps have made is there for the script, and what the script has made is still
        # there for it when teardown's steps clean up.
        both = (*compiled, *calls) if part == "setup" else (*reversed(calls), *compiled)
        scripts = self._scenario_scripts(labels.tags, None, flow_compiler)
        return OnceProgram(part, both, flow_compiler.handlers, self.data, scripts)


class _FlowCompiler:
    """The state of compiling one flow: its tags, and the protocols that it uses."""

    def __init__(
        self,
        run: PlanCompiler,
        tags: Mapping[str, str],
        think_time: ThinkTime | None,
        throttle: Throttle | None = None,
        *,
        on_schedule: bool = False,
    ) -> None:
        self._run = run
        self._tags = tags
        self._think_time = think_time
        self._throttle = throttle
        self.on_schedule = on_schedule
        self._sessions: list[ProtocolHandler] = []

    @property
    def handlers(self) -> tuple[ProtocolHandler, ...]:
        """The protocols that the steps compiled so far use."""
        return tuple(self._sessions)

    def steps(self, steps: Sequence[Step], path: str, labels: Labels) -> tuple[flow.Step, ...]:
        """Compile the steps of the flow, which stand at a path of the plan."""
        compiler = StepCompiler(self._run, self._tags, self._think_time, self._throttle, self._request)
        return compiler.steps(steps, path, labels)

    def _request(self, request: Request, place: str, labels: Labels) -> flow.Step:
        try:
            return self._compile_request(request, labels)
        except PlanRefusedError as error:
            raise PlanRefusedError([f"{place}: {problem}" for problem in error.problems]) from error
        except CompileError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise PlanRefusedError([f"{place}: {error.message}{hint}"]) from error

    def _compile_request(self, request: Request, labels: Labels) -> flow.Step:
        text = self._run.texts.compile
        handler = self._run.handler(self._run.protocol_of(request))
        name = text(request.name or without_user(request.url))
        program = self._run.responses.compile(request, name.source, self._tags, labels)
        keeps_body = program.keeps_body or self._run.remembers_responses
        hooks = self._hooks(labels)
        spec = self._spec(request, name, keeps_body=keeps_body or bool(hooks and hooks.after))

        def compile_spec(spec: RequestSpec) -> CompiledRequest:
            made, trace = handler.compile(spec), self._run.trace
            return made if trace is None else trace.request(made, name.source)

        if hooks is None:
            compiled = compile_spec(spec)
        else:
            defaults = self._run.defaults.http
            compiled = HookedCompiled(spec, compile_spec, hooks, defaults.base_url, defaults.headers)
        tags, templated = self._request_tags(request, name, labels)
        return flow.RequestStep(
            compiled,
            self._session(handler),
            name=name.source,
            tags=tags,
            templated_tags=templated,
            checks=program.checks,
            judge=program.judge if hooks is None else HookedJudge(program.judge, self._run.recorder),
            recorder=self._run.recorder,
            on_schedule=self.on_schedule,
            remembers=self._run.remembers_responses,
        )

    def _hooks(self, labels: Labels) -> Hooks | None:
        """The hooks around each request; notes whose they are."""
        having = {
            scripts.name: scripts.module.hooks for scripts in self._run.modules.all() if scripts.module.hooks
        }
        if not having:
            return None
        self._run.expressions.used.update(having)
        before = tuple(name for name, hooks in having.items() if "before_request" in hooks)
        after = tuple(name for name, hooks in having.items() if "after_request" in hooks)
        tell = None if self._run.trace is None else self._run.trace.hook_failed
        return Hooks(before, after, {**self._tags, **labels.tags}, tell)

    def _spec(self, request: Request, name: Text, *, keeps_body: bool) -> RequestSpec:
        text = self._run.texts.compile
        defaults = self._run.defaults
        return RequestSpec(
            name=name,
            method=request.method,
            url=text(request.url),
            params=tuple((key, text(value)) for key, value in request.params.items()),
            headers=self._headers(request),
            body=self._body(request),
            block=request.block,
            timeout=defaults.http.timeout if request.timeout is None else request.timeout,
            expected_statuses=request.expected_statuses or defaults.http.expected_statuses,
            keeps_body=keeps_body,
            follow_redirects=(
                defaults.http.follow_redirects
                if request.follow_redirects is None
                else request.follow_redirects
            ),
            credentials=challenged(request.auth or defaults.http.auth, text),
            embedded=request.embedded or defaults.http.embedded,
            compile_text=text,
            compile_value=lambda value: compile_value(value, text, typed_leaves=True),
        )

    def _headers(self, request: Request) -> tuple[tuple[str, Text], ...]:
        """The request's own fields, templated ones of the defaults, and Authorization where `auth` makes one."""
        text = self._run.texts.compile
        defaults = self._run.defaults
        own = {key: text(value) for key, value in request.headers.items()}
        # What is nearer to the request counts: its field, its `auth`, the defaults' field, their `auth`.
        known = {name.lower() for name in own}
        if request.auth is None:
            known |= {name.lower() for name in (*defaults.http.headers, *defaults.templated_headers)}
        if "authorization" not in known:
            value = authorization(request.auth or defaults.http.auth, text)
            if value is not None:
                own["Authorization"] = value
        return defaults.headers(own)

    def _body(self, request: Request) -> Payload | None:
        if request.graphql is None:
            return self._payload(request.body)
        if request.body is not None:
            raise CompileError("a GraphQL request has no body of its own", "take out body or graphql")
        return graphql_payload(request.graphql, self._run.texts.compile)

    def _payload(self, body: Body | None) -> Payload | None:
        text = self._run.texts.compile
        match body:
            case None:
                return None
            case str():
                return text_payload(text(body))
            case JsonBody(json_=document):
                return json_payload(document, text)
            case FormBody(form=fields):
                return form_payload(fields, text)
            case FileBody(file=name):
                return file_payload(self._run.folder / name)
            case MultipartBody(multipart=parts):
                return multipart_payload(parts, text, self._run.folder)

    def _request_tags(
        self, request: Request, name: Text, labels: Labels
    ) -> tuple[Mapping[str, str], dict[str, Text]]:
        texts = {key: self._run.texts.compile(value) for key, value in request.tags.items()}
        # An unnamed request is known by its URL's template, a named one by its rendered name.
        if request.name is None:
            name = Text.fixed(name.source)
        texts["name"] = name
        texts |= labels.templated_tags
        fixed = {key: text.static for key, text in texts.items() if text.static is not None}
        templated = {key: text for key, text in texts.items() if text.static is None}
        return {**self._tags, **fixed, **labels.tags}, templated

    def _session(self, handler: ProtocolHandler) -> int:
        if handler not in self._sessions:
            self._sessions.append(handler)
        return self._sessions.index(handler)
