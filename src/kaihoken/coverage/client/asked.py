"""A call written once, and asked by both clients: the one that blocks answers it, the one of asyncio is awaited."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Generic, ParamSpec, Protocol, Self, TypeVar, overload

from kaihoken.coverage.client.calls import Call

P = ParamSpec("P")
T = TypeVar("T")


class Blocking(Protocol):
    """A client that waits for an answer."""

    def ask(self, call: Call[T]) -> T: ...


class Awaiting(Protocol):
    """A client that is awaited."""

    def ask(self, call: Call[T]) -> Awaitable[T]: ...


class Asked(Generic[P, T]):
    """A method of a client, made of the function that writes its call."""

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self.call = call
        self.__doc__ = call.__doc__

    @overload
    def __get__(self, hub: None, owner: type) -> Self: ...
    @overload
    def __get__(self, hub: Blocking, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, hub: Awaiting, owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, hub: Blocking | Awaiting | None, owner: type) -> object:
        if hub is None:
            return self
        asking = hub

        @wraps(self.call)
        def method(*args: P.args, **kwargs: P.kwargs) -> object:
            return asking.ask(self.call(*args, **kwargs))

        return method
