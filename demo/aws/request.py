"""What a request to AWS asks for, read from its signature and form before any service sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from demo.aws.errors import Protocol

_CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/]*)/(?P<service>[^/]+)/aws4_request"
)
_REST_XML = frozenset({"route53", "cloudfront"})
_S3_CONTROL_PATH = "/v20180820/"
_RPC_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")


@dataclass(frozen=True)
class Asked:
    """One request: who signed it, for which service and region, and which operation it names.

    `service` is what the request is signed for, but S3 Control has its own name. `operation` is empty for REST services, whose
    operation is in method and path. `form` holds a query protocol's parameters.
    """

    access_key: str
    service: str
    region: str
    protocol: Protocol
    operation: str
    form: Mapping[str, str]
    bucket: str = ""
    key: str = ""


def asked(headers: Mapping[str, str], raw_path: str, body: bytes) -> Asked | None:
    """Read a SigV4-signed request; None if it is not signed with an Authorization header."""
    found = _CREDENTIAL.search(headers.get("Authorization", ""))
    if not found:
        return None
    service = found["service"].lower()
    path, _, query = raw_path.partition("?")
    form: dict[str, str] = {}
    operation = bucket = key = ""
    if target := headers.get("X-Amz-Target"):
        protocol, operation = Protocol.JSON, target.rpartition(".")[2]
    elif found_rpc := _RPC_PATH.fullmatch(path):
        protocol, operation = Protocol.CBOR, found_rpc["operation"]
    elif service == "s3" and path.startswith(_S3_CONTROL_PATH):
        protocol, service = Protocol.REST_XML, "s3control"
    elif service == "s3":
        protocol = Protocol.S3
        bucket, _, key = unquote(path).lstrip("/").partition("/")
    elif service in _REST_XML:
        protocol = Protocol.REST_XML
    elif "x-www-form-urlencoded" in headers.get("Content-Type", "") or "Action=" in query:
        form = {name: values[0] for name, values in parse_qs(body.decode() or query, keep_blank_values=True).items()}
        operation = form.get("Action", "")
        protocol = Protocol.EC2 if service == "ec2" else Protocol.QUERY
    else:
        protocol = Protocol.REST_JSON
    return Asked(found["key"], service, found["region"], protocol, operation, form, bucket, key)
