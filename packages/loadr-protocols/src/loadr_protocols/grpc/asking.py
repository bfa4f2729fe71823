"""The methods of a server's services, asked over a script's channel: the service `ServerReflection`."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from loadr_core.spi import CallEnd, ServiceError
from loadr_protocols.grpc.calling import StreamedCall
from loadr_protocols.grpc.descriptors import Method, methods_of
from loadr_protocols.grpc.reflection import VERSIONS, ReflectionError, take_files
from loadr_protocols.grpc.status import Code, rpc_error

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import FileDescriptorProto

    from loadr_protocols.grpc.channel import Channel


class _Ended(Exception):
    """The call has ended before all was answered."""

    def __init__(self, end: CallEnd) -> None:
        super().__init__(end.reason)
        self.end = end


async def ask_methods(channel: "Channel", metadata: Mapping[str, str], deadline: float) -> tuple[Method, ...]:
    """Ask for the methods of all services.

    Args:
        channel: leads to the server.
        metadata: goes along.
        deadline: a moment of the clock.

    Raises:
        ServiceError: the server does not tell them; the message says what it said.
    """
    end = CallEnd(Code.UNIMPLEMENTED, "")
    for version in VERSIONS:
        asking = _Asking(channel, deadline)
        try:
            return await asking.methods(f"/{version}.ServerReflection/ServerReflectionInfo", metadata)
        except _Ended as ended:
            end = ended.end
            if end.status != Code.UNIMPLEMENTED:
                break
        except ReflectionError as error:
            raise ServiceError(str(error)) from error
        finally:
            asking.close()
    raise ServiceError(f"can't list services: {rpc_error(end)}")


class _Asking:
    """Questions and answers on one call."""

    def __init__(self, channel: "Channel", deadline: float) -> None:
        self._channel = channel
        self._news = asyncio.Event()
        self._call = StreamedCall(deadline, channel.limit, self._news.set)

    async def methods(self, path: str, metadata: Mapping[str, str]) -> tuple[Method, ...]:
        """The methods of all services. Raises `_Ended`, `ReflectionError`, `ServiceError`."""
        from google.protobuf.descriptor_pb2 import FileDescriptorSet  # noqa: PLC0415 - only where it is asked

        await self._channel.begin(self._call, self._channel.fields(path, None, metadata), None)
        (listed,) = await self._ask({"list_services": "*"})
        names = [item.name for item in listed.list_services_response.service]
        found: dict[str, FileDescriptorProto] = {}
        answers = await self._ask(*({"file_containing_symbol": name} for name in names))
        for name, answer in zip(names, answers, strict=True):
            try:
                take_files([answer], found)
            except ReflectionError as error:
                raise ReflectionError(f'can\'t get method on service "{name}": {error}') from error
        while missing := {name for file in found.values() for name in file.dependency} - found.keys():
            take_files(await self._ask(*({"file_by_filename": name} for name in sorted(missing))), found)
        return methods_of(FileDescriptorSet(file=found.values()).SerializeToString())

    async def _ask(self, *questions: Mapping[str, str]) -> Iterable[Any]:
        """Ask all at once; the answers come in their order."""
        from grpc_reflection.v1alpha import reflection_pb2 as messages  # noqa: PLC0415 - as above

        call = self._call
        for question in questions:
            self._channel.send(call, messages.ServerReflectionRequest(**question).SerializeToString())
        while len(call.messages) < len(questions):
            if call.end is not None:
                raise _Ended(call.end)
            self._news.clear()
            await self._news.wait()
        return [messages.ServerReflectionResponse.FromString(call.messages.popleft()) for _ in questions]

    def close(self) -> None:
        """Ask no more."""
        self._channel.drop(self._call)
