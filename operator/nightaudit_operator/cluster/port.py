"""What the operator asks of the API server, so that tests can stand in for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from nightaudit_operator.plan.metadata import Json


class ApiError(Exception):
    """The API server refused, or could not be reached (status 0). `message` is the server's own."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}" if status else message)
        self.status = status
        self.reason = reason
        self.message = message


class Port(Protocol):
    """Objects go in as manifests and come out as JSON. Every method may raise ApiError."""

    def pages(self, plural: str, namespace: str) -> AsyncIterator[tuple[list[bytes], int]]:
        """All objects that the operator may care about, some hundreds at a time, and the resource version of the list."""

    async def get(self, plural: str, namespace: str, name: str) -> bytes | None:
        """The object, or None."""

    async def create(self, plural: str, namespace: str, manifest: Json) -> bytes:
        """The created object; status 409 if there is one of that name."""

    async def apply(self, plural: str, namespace: str, name: str, manifest: Json) -> bytes:
        """The object after a forced server-side apply."""

    async def apply_status(self, plural: str, namespace: str, name: str, manifest: Json) -> bytes:
        """The object after a forced server-side apply of its status."""

    async def patch(self, plural: str, namespace: str, name: str, operations: list[Json]) -> bytes:
        """The object after a JSON patch (RFC 6902); status 422 if one of its tests fails."""

    async def delete(self, plural: str, namespace: str, name: str, uid: str) -> None:
        """Delete the object with this UID in the background; done if it is gone already."""
