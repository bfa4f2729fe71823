"""Opening a conversation from a script: recorded as a request, and so is what happens in it later."""

from loadr_core.flow.further import FurtherSamples
from loadr_core.flow.request import RequestStep
from loadr_core.recording.recorder import CounterCell, Recorder
from loadr_core.spi.conversation import Recording
from loadr_core.spi.protocol import Response, Sample
from loadr_core.spi.scope import Scope


class OpeningStep(RequestStep):
    """Opens a conversation and records how that went."""

    __slots__ = ()

    async def run(self, scope: Scope) -> Response | None:
        """As a request; a conversation is told where to record."""
        response = await super().run(scope)
        if response is not None and response.connection is not None:
            response.connection.record_in(StepRecording(self.further, self._recorder, scope))
        return response


class StepRecording(Recording):
    """What happens in a conversation, under the tags of the step that has opened it.

    Args:
        further: records samples under these tags.
        recorder: where counters are opened.
        scope: the VU that talks.
    """

    __slots__ = ("_further", "_recorder", "_scope")

    def __init__(self, further: FurtherSamples, recorder: Recorder, scope: Scope) -> None:
        self._further = further
        self._recorder = recorder
        self._scope = scope

    def sample(self, sample: Sample) -> None:
        """Record it."""
        self._further.record(sample, {}, self._scope)

    def counter(self, metric: str, like: Sample) -> CounterCell:
        """The cell; the same one for the same tags."""
        return self._recorder.counter(metric, self._further.tags_of(like, {}))
