"""Models without pydantic, for a process that only receives what another one has validated.

A model unpickles from the state of the pydantic model of its name, and is read, compared, hashed and copied as that
one. What describes how to validate is accepted and forgotten. Nothing here validates: there is no
`model_validate` and no constructor that takes values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple, NoReturn, Self, TypeVar, get_origin

_Type = TypeVar("_Type", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])

_REQUIRED: Final = object()


class _Field(NamedTuple):
    """What `Field` was told, until the class is made."""

    default: Any
    alias: str | None


@dataclass(frozen=True, slots=True)
class PlainField:
    """A field of a model.

    Attributes:
        annotation: its type, with everything that stands around it in `Annotated`.
        alias: its key in a plan, where that is not its name.
        metadata: always empty: it is in the annotation.
    """

    annotation: Any
    alias: str | None
    metadata: tuple[Any, ...] = ()


class _Fields:
    """The fields of a class and its bases; found when they are first asked for."""

    def __get__(self, instance: object, owner: "type[BaseModel]") -> dict[str, PlainField]:
        found: dict[str, PlainField] = {}
        for base in reversed(owner.__mro__):
            if base is not BaseModel and issubclass(base, BaseModel):
                for name, annotation in base.__annotations__.items():
                    origin: Any = get_origin(annotation)
                    if not name.startswith("__") and origin is not ClassVar:
                        found[name] = PlainField(annotation, base.plain_aliases.get(name))
        type.__setattr__(owner, "model_fields", found)
        return found


class BaseModel:
    """A model: immutable; its fields are attributes.

    Attributes:
        model_fields: the fields of the class by name.
        plain_aliases: the keys of fields that the class itself declares under another name.
    """

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__")

    __pydantic_extra__: dict[str, Any] | None
    __pydantic_fields_set__: set[str]

    model_fields: ClassVar[Any] = _Fields()
    plain_aliases: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        """Let defaults be found on the class, and fields without a default nowhere."""
        fields = {name: value for name, value in vars(cls).items() if isinstance(value, _Field)}
        for name, field in fields.items():
            if field.default is _REQUIRED:
                delattr(cls, name)
            else:
                setattr(cls, name, field.default)
        cls.plain_aliases = {name: field.alias for name, field in fields.items() if field.alias is not None}
        cls.model_fields = _Fields()

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Make a model of values that need no validation; a field that is not given has its default."""
        made = cls.__new__(cls)
        defaults = {name: getattr(cls, name) for name in cls.model_fields if hasattr(cls, name)}
        made.__setstate__(
            {
                "__dict__": {**defaults, **values},
                "__pydantic_extra__": None,
                "__pydantic_fields_set__": set(values if _fields_set is None else _fields_set),
            }
        )
        made.model_post_init(None)
        return made

    def model_post_init(self, context: Any, /) -> None:
        """Called when a model has been constructed."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """A shallow copy with some fields changed."""
        given = dict(update or {})
        copied = type(self).__new__(type(self))
        copied.__setstate__(
            {
                "__dict__": {**self.__dict__, **given},
                "__pydantic_extra__": self.__pydantic_extra__,
                "__pydantic_fields_set__": self.__pydantic_fields_set__ | given.keys(),
            }
        )
        return copied

    @property
    def model_extra(self) -> dict[str, Any] | None:
        """Keys beyond the fields."""
        return self.__pydantic_extra__

    @property
    def model_fields_set(self) -> set[str]:
        """The fields that were written."""
        return self.__pydantic_fields_set__

    def __getstate__(self) -> dict[Any, Any]:
        return {
            "__dict__": self.__dict__,
            "__pydantic_extra__": self.__pydantic_extra__,
            "__pydantic_fields_set__": self.__pydantic_fields_set__,
            "__pydantic_private__": None,
        }

    def __setstate__(self, state: dict[Any, Any]) -> None:
        for name in ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__"):
            object.__setattr__(self, name, state[name])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} stays what it is")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__dict__ == other.__dict__ and self.__pydantic_extra__ == other.__pydantic_extra__

    def __hash__(self) -> int:
        # The order of the fields tells where a model comes from, and equal ones have equal hashes.
        return hash((type(self), frozenset(self.__dict__.items())))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({fields})"


def Field(  # noqa: N802 - pydantic's name
    default: Any = _REQUIRED,
    *,
    default_factory: Callable[[], Any] | None = None,
    alias: str | None = None,
    **_about: Any,
) -> Any:
    """A field's default and alias; all else is forgotten."""
    return _Field(default if default_factory is None else default_factory(), alias)


def ConfigDict(**config: Any) -> dict[str, Any]:  # noqa: N802 - pydantic's name
    """The configuration, which nobody reads."""
    return config


def model_validator(*, mode: str) -> Callable[[_Function], _Function]:
    """Leave a validator a method that nobody calls."""
    del mode

    def leave(function: _Function) -> _Function:
        return function

    return leave


class _Forgotten:
    """Something that says how to validate, to serialize or to describe."""

    __slots__ = ()

    def __init__(self, *_about: Any, **_more: Any) -> None:
        """Forget it."""


AfterValidator = BeforeValidator = Discriminator = PlainSerializer = Strict = Tag = WithJsonSchema = (
    _Forgotten
)


class InstanceOf:
    """`InstanceOf[T]` is `T`."""

    def __class_getitem__(cls, wanted: _Type) -> _Type:
        return wanted
