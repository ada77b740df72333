"""An operation and its parameters as an HTTP request, before it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from botocore.awsrequest import prepare_request_dict
from botocore.handlers import remove_accid_host_prefix_from_model, remove_bucket_from_url_paths_from_model
from botocore.model import OperationModel

from nightaudit_auditor.collect.models import Service
from nightaudit_auditor.collect.sigv4 import Unsigned

_HOST = "~"  # stands where the host will; no prefix has one
_MOST = 1024
"""Requests that are remembered: most are the same in every region and account but for the host."""


class _Serialized(msgspec.Struct, frozen=True):
    """A request to whatever host; `prefix` is put before its name."""

    method: str
    prefix: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    digest: str


class Serializations:
    """Writes requests, and remembers them for other regions and accounts."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str, bytes], _Serialized] = {}

    def make(self, service: Service, op: OperationModel, parameters: dict[str, Any], base: str) -> Unsigned:
        """The request at the endpoint `base`."""
        scheme, host, path, _, _ = urlsplit(base)
        key = (service.model.service_name, op.name, path, msgspec.json.encode(parameters))
        if key not in self._made:
            if len(self._made) >= _MOST:
                # There is no end of resources that are asked about, and each is asked about once.
                self._made.clear()
            self._made[key] = _serialize(service, op, parameters, path)
        made = self._made[key]
        return Unsigned(
            made.method, scheme, made.prefix + host, made.path, made.query, made.headers, made.body, made.digest
        )


def _serialize(service: Service, op: OperationModel, parameters: dict[str, Any], path: str) -> _Serialized:
    # The endpoint rules put bucket and account into the host; botocore's clients take them out of the model likewise.
    if service.model.service_name == "s3":
        remove_bucket_from_url_paths_from_model(parameters, op, {})
    elif service.model.service_name == "s3control":
        remove_accid_host_prefix_from_model(parameters, op, {})
    request: dict[str, Any] = dict(service.serializer.serialize_to_request(parameters, op))
    prepare_request_dict(request, endpoint_url=f"https://{_HOST}{path}")
    body = request["body"]
    if isinstance(body, dict):
        body = urlencode(list(body.items()), doseq=True)
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    headers = {str(key): value if isinstance(value, str) else str(value) for key, value in request["headers"].items()}
    if service.model.service_name == "glacier":  # it refuses who does not say which version of it he speaks
        headers["x-amz-glacier-version"] = str(service.model.api_version)
    url = urlsplit(str(request["url"]))
    prefix = url.netloc.removesuffix(_HOST)
    return _Serialized(
        str(request["method"]), prefix, url.path, url.query, headers, content, sha256(content).hexdigest()
    )
