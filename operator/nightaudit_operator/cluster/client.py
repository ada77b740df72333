"""The Port over HTTP. Credentials, their renewal and TLS are the kubernetes library's; the JSON is msgspec's, which is many
times cheaper than the library's models when thousands of objects are listed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlencode

import kubernetes.client.rest
import kubernetes.config
import msgspec
import urllib3

from nightaudit_operator.api import names
from nightaudit_operator.cluster.port import ApiError
from nightaudit_operator.plan.metadata import Json

_ROOTS: Final = {
    "auditschedules": f"/apis/{names.API_VERSION}",
    "auditexceptions": f"/apis/{names.API_VERSION}",
    "auditruns": f"/apis/{names.API_VERSION}",
    "cronjobs": "/apis/batch/v1",
    "jobs": "/apis/batch/v1",
    "pods": "/api/v1",
    "configmaps": "/api/v1",
    "events": "/api/v1",
}
SELECTED: Final = frozenset({"cronjobs", "jobs", "pods", "configmaps"})
"""Kinds that others use too: only what carries the operator's managed-by label is listed and watched."""

_CHUNK = 500
_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"


class _ListMeta(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str = "0"
    continue_: str = msgspec.field(default="", name="continue")


class _List(msgspec.Struct, frozen=True):
    metadata: _ListMeta
    items: list[msgspec.Raw] | None = None


class _Failure(msgspec.Struct, frozen=True):
    reason: str = ""
    message: str = ""


class Client:
    """Talks to the API server that the Pod's ServiceAccount or the KUBECONFIG names. Blocking calls run in `threads`."""

    def __init__(self, threads: int = 8) -> None:
        try:
            kubernetes.config.load_incluster_config()  # type: ignore[no-untyped-call]
        except kubernetes.config.ConfigException:
            kubernetes.config.load_kube_config()  # type: ignore[no-untyped-call]
        self._configuration = kubernetes.client.Configuration.get_default_copy()
        self._configuration.connection_pool_maxsize = threads
        self._pool: urllib3.PoolManager = kubernetes.client.rest.RESTClientObject(self._configuration).pool_manager
        self._threads = ThreadPoolExecutor(threads, "api")

    async def pages(self, plural: str, namespace: str) -> AsyncIterator[tuple[list[bytes], int]]:
        query = {"limit": str(_CHUNK)}
        if plural in SELECTED:
            query["labelSelector"] = names.MANAGED_SELECTOR
        while True:
            page = msgspec.json.decode(await self._call("GET", _path(plural, namespace), query), type=_List)
            # Every page carries the version of the first: the list is consistent.
            yield [bytes(item) for item in page.items or ()], int(page.metadata.resource_version or 0)
            if not page.metadata.continue_:
                return
            query["continue"] = page.metadata.continue_

    async def get(self, plural: str, namespace: str, name: str) -> bytes | None:
        try:
            return await self._call("GET", _path(plural, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def create(self, plural: str, namespace: str, manifest: Json) -> bytes:
        return await self._call("POST", _path(plural, namespace), {"fieldManager": names.MANAGER}, manifest)

    async def apply(self, plural: str, namespace: str, name: str, manifest: Json) -> bytes:
        return await self._apply(_path(plural, namespace, name), manifest)

    async def apply_status(self, plural: str, namespace: str, name: str, manifest: Json) -> bytes:
        return await self._apply(f"{_path(plural, namespace, name)}/status", manifest)

    async def patch(self, plural: str, namespace: str, name: str, operations: list[Json]) -> bytes:
        query = {"fieldManager": names.MANAGER}
        return await self._call(
            "PATCH", _path(plural, namespace, name), query, operations, "application/json-patch+json"
        )

    async def delete(self, plural: str, namespace: str, name: str, uid: str) -> None:
        options: Json = {"preconditions": {"uid": uid}, "propagationPolicy": "Background"}
        try:
            await self._call("DELETE", _path(plural, namespace, name), None, options)
        except ApiError as error:
            # 409: the name now belongs to another object, so the one that was meant is gone.
            if error.status not in {404, 409}:
                raise

    async def _apply(self, path: str, manifest: Json) -> bytes:
        query = {"fieldManager": names.MANAGER, "force": "true"}
        return await self._call("PATCH", path, query, manifest, _APPLY)

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Json | list[Json] | None = None,
        content_type: str = _JSON,
    ) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, self._request, method, path, dict(query or {}), body, content_type
        )

    def _request(
        self, method: str, path: str, query: dict[str, str], body: Json | list[Json] | None, content_type: str
    ) -> bytes:
        url = f"{self._configuration.host}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": _JSON, "User-Agent": names.MANAGER}
        # Asking for the key renews a token that is about to expire.
        for key in ("BearerToken", "authorization"):
            token = self._configuration.get_api_key_with_prefix(key)
            if token:
                headers["Authorization"] = token
                break
        data = None
        if body is not None:
            headers["Content-Type"] = content_type
            data = msgspec.json.encode(body)
        try:
            # A write is never repeated blindly; the queue repeats the whole reconciliation.
            answer = self._pool.request(method, url, body=data, headers=headers, timeout=_TIMEOUT, retries=False)
        except urllib3.exceptions.HTTPError as error:
            raise ApiError(0, "Unreachable", f"the API server cannot be reached: {error}") from error
        if answer.status >= 400:
            raise _failure(answer.status, answer.data)
        return answer.data


def _path(plural: str, namespace: str, name: str = "") -> str:
    return f"{_ROOTS[plural]}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def _failure(status: int, data: bytes) -> ApiError:
    try:
        told = msgspec.json.decode(data, type=_Failure)
    except msgspec.DecodeError:
        return ApiError(status, "Unknown", data[:300].decode("utf-8", "replace"))
    return ApiError(status, told.reason, told.message)
