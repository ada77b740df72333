"""What a request to AWS asks for: operation, account, region and parameters, read from botocore's models."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

from nightaudit_auditor.collect.entries import Catalogue, Entry

FLOWS: dict[str, tuple[str, ...]] = {
    "credential_report": ("GenerateCredentialReport", "GetCredentialReport"),
    "service_last_accessed": ("GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"),
}
"""The operations that an entry's flow consists of, in their order."""
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/")
_OF_THE_MOMENT = {"authorization", "x-amz-date", "x-amz-security-token", "host"}
"""Headers that say nothing of what is asked for."""
_ROLE_KEY = re.compile(r"ROLE(\d{12})")


@dataclass(frozen=True)
class Asked:
    """One request. `account` is empty for the run's own credentials; `parameters` are in boto3's shape."""

    service: str
    operation: str
    protocol: str
    account: str
    region: str
    parameters: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What tells two requests apart, whoever signed them."""
        parameters = json.dumps(dict(self.parameters), sort_keys=True, default=str)
        return f"{self.service}.{self.operation} {self.region} {parameters}"


def role_key(account: str) -> str:
    """The access key id that the stand-in gives to sessions in `account`; `read` finds the account in it."""
    return f"ROLE{account}"


def read(service: str, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """Read a signed request to `service`. Raises werkzeug's NotFound if it is none of the service's operations."""
    found = _CREDENTIAL.search(headers.get("Authorization", ""))
    key, region = found.groups() if found else ("", "")
    session = _ROLE_KEY.fullmatch(key)
    lasting = tuple(sorted((name, value) for name, value in headers.items() if name.lower() not in _OF_THE_MOMENT))
    path = urlunsplit(("", "", *urlsplit(url)[2:]))
    operation, protocol, parameters = _parsed(service, method, path, lasting, body)
    return Asked(service, operation, protocol, session[1] if session else "", region, parameters)


@cache
def _parsed(
    service: str, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> tuple[str, str, Mapping[str, Any]]:
    """Operation, protocol and parameters. Every night asks the same, whoever signs it and wherever its AWS listens."""
    request = Request.from_primitives(method, f"http://localhost{path}", dict(headers), body)
    model = get_service_model(service)
    operation, labels = get_service_router(service).match(request)
    protocol = determine_request_protocol(model, request.content_type)
    values = {"method": method, "values": request.values, "headers": request.headers, "body": request.data,
              "url_path": request.path, "url_params": labels}  # fmt: skip
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(values)
    given = {name: value for name, value in parsed.items() if value not in (None, [], {})}
    return str(operation.name), protocol, MappingProxyType(given)


def operations_of(entry: Entry) -> tuple[str, ...]:
    """The operations that are called for an entry of the catalogue, in AWS's spelling and in their order."""
    return FLOWS[entry.flow] if entry.flow else (entry.operation,)


def twins(catalogue: Catalogue) -> dict[str, str]:
    """Entries whose requests nobody can tell from those of an earlier entry → that entry."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for entry in catalogue.entries.values():
        looks = f"{entry.service} {operations_of(entry)} {entry.constants} {sorted(map(str, entry.for_each))}"
        if first.setdefault(looks, entry.id) != entry.id:
            found[entry.id] = first[looks]
    return found


def entry_of(catalogue: Catalogue, asked: Asked) -> Entry | None:
    """The entry that a request was made for: of those with its operation, the one whose constants it shows most of."""
    made = [
        entry
        for entry in catalogue.entries.values()
        if entry.service == asked.service
        and asked.operation in operations_of(entry)
        and all(_same(asked.parameters.get(name), value) for name, value in entry.constants.items() if not entry.flow)
    ]
    return max(made, key=lambda entry: len(entry.constants), default=None)


def flat(parameters: Mapping[str, Any]) -> str:
    """Parameters such that the same ones look the same, before they are sent and as they arrive: query strings have no types."""
    plain = {
        name: value if isinstance(value, list | dict) else str(value).lower() for name, value in parameters.items()
    }
    return json.dumps(plain, sort_keys=True, default=str).lower()


def _same(sent: Any, constant: Any) -> bool:
    # Query strings have no types.
    return bool(sent == constant) or str(sent).lower() == str(constant).lower()
