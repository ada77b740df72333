"""From an HTTP answer to boto3's shape, or to what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast
from xml.etree.ElementTree import ParseError, fromstring

import msgspec
from botocore.handlers import json_decode_policies
from botocore.model import OperationModel, Shape, StructureShape
from botocore.parsers import ResponseParserError

from nightaudit_auditor.collect.models import Service
from nightaudit_auditor.collect.wire import Answer
from nightaudit_auditor.snapshot import without_halves

_XML_WITH_KNOWN_ROOT = {"query", "ec2"}
_JSON = {"json", "rest-json"}
_REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id", "x-amz-id-2", "x-amz-cf-id")
_SURROGATE = re.compile(rb"(?:\\|%5c)ud[89a-f]", re.IGNORECASE)
"""JSON's escape of half of a surrogate pair; IAM's policy documents come URL-encoded."""
_BAD_PARSE = (
    ResponseParserError, ParseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ArithmeticError, OSError,
)  # fmt: skip
"""The last three come of moments that no calendar has; of RuntimeError is also what comes of too deep a nesting."""


class Malformed(Exception):  # noqa: N818 - named after what the answer is
    """The answer is none that the service could have given."""


class Refusal(msgspec.Struct, frozen=True):
    """An error that AWS answered. `region` is where S3 says that the bucket is, if it says so."""

    status: int
    code: str
    message: str
    region: str = ""


def read(service: Service, operation: OperationModel, answer: Answer) -> dict[str, Any] | Refusal:
    """The parsed answer without ResponseMetadata, or the error. Raises Malformed."""
    protocol = service.model.resolved_protocol
    head = answer.body[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        if answer.status >= 500:
            return Refusal(answer.status, str(answer.status), "the endpoint answered HTML")
        return foreign_refusal(answer, "HTML")
    status = answer.status
    # S3 may find out that something failed after it has sent the status line.
    if protocol == "rest-xml" and status == 200 and b"<error>" in head:
        status = 500
    if status < 301:
        _refuse_hollow(service, operation, answer)
    parsed = _parse(service, operation, answer, status)
    if status >= 301:
        refusal = _refusal(parsed, answer, status)
        return foreign_refusal(answer) if _is_foreign(refusal, answer) else refusal
    parsed.pop("ResponseMetadata", None)
    if protocol == "rest-xml":
        _refuse_foreign_xml(operation, answer.body, parsed)
    if service.model.service_name == "iam":
        json_decode_policies(parsed, operation)
    if operation.name == "GetBucketLocation":
        parsed["LocationConstraint"] = _location(answer.body)
    return without_halves(parsed) if _has_surrogate(answer.body) else parsed


def _parse(service: Service, operation: OperationModel, answer: Answer, status: int) -> dict[str, Any]:
    response = {"status_code": status, "headers": answer.headers, "body": answer.body, "context": {}}
    try:
        parsed = service.parser.parse(response, cast("Shape", operation.output_shape))  # None is allowed
    except _BAD_PARSE as error:
        if status >= 301:
            return {"Error": {"Code": str(status), "Message": f"an error answer that cannot be read: {_why(error)}"}}
        raise Malformed(f"the answer cannot be read: {_why(error)}") from error
    if not isinstance(parsed, dict):
        raise Malformed("the answer is no object")
    return dict(parsed)


def _why(error: Exception) -> str:
    # botocore's own holds the whole answer, secrets and all; what it was raised for says where it ceases to be XML.
    return str(error.__context__ or type(error).__name__) if isinstance(error, ResponseParserError) else str(error)


def _refuse_hollow(service: Service, operation: OperationModel, answer: Answer) -> None:
    # botocore reads an empty, foreign or broken body as an answer without members: "no instances" would then be a lie.
    members = _in_body(operation)
    if members and not answer.body.strip():
        raise Malformed("the answer is empty")
    if members and service.model.resolved_protocol in _JSON:
        try:
            found = _object(answer.body)
        except msgspec.DecodeError as error:
            raise Malformed(f"the answer cannot be read: {error}") from error
        if found and not found.keys() & members.keys():
            raise _foreign(operation, found)
    if (
        service.model.resolved_protocol in _XML_WITH_KNOWN_ROOT
        and f"<{operation.name}Response".encode() not in answer.body[:1024]
    ):
        raise Malformed(f"the answer is no {operation.name}Response")


def _refuse_foreign_xml(operation: OperationModel, body: bytes, parsed: dict[str, Any]) -> None:
    """The models do not say what the root of a rest-xml answer is called: what is not read tells."""
    shape = operation.output_shape
    payload = shape.serialization.get("payload") if isinstance(shape, StructureShape) else None
    if operation.name == "GetBucketPolicy":
        # The one answer whose body is text: nothing else would notice that it is cut off, or somebody else's.
        try:
            _object(parsed.get("Policy", ""))
        except msgspec.DecodeError as error:
            raise Malformed(f"the policy cannot be read: {error}") from error
        return
    read_ = parsed.get(payload) if payload else any(name in parsed for name in _in_body(operation).values())
    if _in_body(operation) and not read_:
        children = [element.tag.rpartition("}")[2] for element in fromstring(body)]  # noqa: S314 - see _location
        if children:
            raise _foreign(operation, children)


def _has_surrogate(body: bytes) -> bool:
    """Looks for the escapes' first characters before it looks for them: answers can be long, and hardly any has one."""
    return any(mark in body for mark in (b"\\u", b"%5C", b"%5c")) and _SURROGATE.search(body) is not None


def _object(text: str | bytes) -> Mapping[str, Any]:
    """The members of a JSON object. Raises msgspec.DecodeError; msgspec refuses half of a surrogate pair, which Python reads."""
    try:
        return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except RecursionError:
        raise msgspec.DecodeError("nested too deeply") from None
    except msgspec.DecodeError:
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise
        return found


@lru_cache(maxsize=512)
def _in_body(operation: OperationModel) -> Mapping[str, str]:
    """The names on the wire of the members that an answer has in its body → the members; those of the payload if it has one.

    Empty if the payload is text or bytes: then anything may be in it.
    """
    shape: Shape | None = operation.output_shape
    payload = shape.serialization.get("payload") if isinstance(shape, StructureShape) else None
    if isinstance(shape, StructureShape) and payload:
        shape = shape.members[payload]
        if not isinstance(shape, StructureShape):
            return {}
    members = shape.members if isinstance(shape, StructureShape) else {}
    return {
        member.serialization.get("name", name): name
        for name, member in members.items()
        if member.serialization.get("location") is None
    }


def _foreign(operation: OperationModel, found: Iterable[str]) -> Malformed:
    return Malformed(f"the answer is none to {operation.name}: it has only {', '.join(sorted(found))[:200]}")


def _refusal(parsed: dict[str, Any], answer: Answer, status: int) -> Refusal:
    error = parsed.get("Error", {})
    return Refusal(
        status=status,
        code=str(error.get("Code") or status),
        message=without_halves(str(error.get("Message") or "")),
        region=answer.headers.get("x-amz-bucket-region") or str(error.get("Region") or ""),
    )


def _is_foreign(refusal: Refusal, answer: Answer) -> bool:
    """A refusal without an error code of AWS's, and without the id that AWS gives each request: that all of its services do."""
    return 400 <= answer.status < 500 and refusal.code == str(answer.status) and not has_request_id(answer)


def has_request_id(answer: Answer) -> bool:
    """Whether it has a header with the id that AWS gives each request."""
    return any(name in answer.headers for name in _REQUEST_IDS)


def foreign_refusal(answer: Answer, what: str = "no error of AWS's") -> Refusal:
    """That it was not AWS who answered."""
    # Whatever the status says, it is not AWS that says it; and asking again would not make it AWS.
    message = f"the endpoint answered {what} (HTTP status {answer.status}): a proxy or a wrong endpoint URL?"
    return Refusal(0, "MalformedAnswer", message)


def _location(body: bytes) -> str | None:
    # The whole answer is one element whose text is the region: botocore's models cannot say so, boto3 does as here.
    return fromstring(body).text  # noqa: S314 - the parser that botocore has just used on the same bytes
