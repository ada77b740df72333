"""Errors as AWS words and wraps them, for each of its protocols."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

REQUEST_ID = "00000000-0000-4000-8000-00000000dead"


class Protocol(StrEnum):
    """The wire formats that botocore's service models name."""

    EC2 = "ec2"
    QUERY = "query"
    JSON = "json"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    S3 = "s3"
    CBOR = "smithy-rpc-v2-cbor"


@dataclass(frozen=True)
class Refused:
    """An HTTP answer that refuses a request."""

    status: int
    headers: dict[str, str]
    body: bytes


def _xml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def refused(protocol: Protocol, code: str, message: str, status: int = 400) -> Refused:
    """The answer with which a service of this protocol refuses."""
    said = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    xml_headers = {"Content-Type": "text/xml", "x-amzn-RequestId": REQUEST_ID}
    match protocol:
        case Protocol.EC2:
            body = f"<Response><Errors><Error>{said}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
            return Refused(status, xml_headers, _xml(body))
        case Protocol.QUERY | Protocol.REST_XML:
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type>{said}</Error>"
                f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
            )
            return Refused(status, xml_headers, _xml(body))
        case Protocol.S3:
            body = f"<Error>{said}<RequestId>{REQUEST_ID}</RequestId><HostId>demo</HostId></Error>"
            headers = {"Content-Type": "application/xml", "x-amz-request-id": REQUEST_ID}
            return Refused(status, headers, _xml(body))
        case Protocol.JSON | Protocol.REST_JSON:
            answer = json.dumps({"__type": code, "message": message, "Message": message}).encode()
            headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": REQUEST_ID}
            return Refused(status, {**headers, "x-amzn-ErrorType": code}, answer)
        case Protocol.CBOR:
            headers = {
                "Content-Type": "application/cbor",
                "smithy-protocol": "rpc-v2-cbor",
                "x-amzn-RequestId": REQUEST_ID,
            }
            return Refused(status, headers, _cbor({"__type": code, "message": message}))


def _cbor(texts: dict[str, str]) -> bytes:
    """A map of texts (RFC 8949, section 3): a head of the major type and the length, then the bytes."""
    encoded = [text.encode() for pair in texts.items() for text in pair]
    return bytes([0xA0 | len(texts)]) + b"".join(b"\x79" + len(text).to_bytes(2, "big") + text for text in encoded)


def access_denied(protocol: Protocol, message: str) -> Refused:
    """Access denied, with the code and status that services of this protocol use."""
    match protocol:
        case Protocol.EC2:
            said = f"You are not authorized to perform this operation. {message}"
            return refused(protocol, "UnauthorizedOperation", said, 403)
        case Protocol.JSON | Protocol.CBOR:
            return refused(protocol, "AccessDeniedException", message, 400)
        case Protocol.REST_JSON:
            return refused(protocol, "AccessDeniedException", message, 403)
        case _:
            return refused(protocol, "AccessDenied", message, 403)


def not_implemented(protocol: Protocol, action: str) -> Refused:
    """One plain 400 for what the stand-in lacks: an HTTP 500 would make every client try again and again."""
    code = "InvalidAction" if protocol in (Protocol.EC2, Protocol.QUERY) else "UnknownOperationException"
    return refused(protocol, code, f"The demo's AWS does not implement {action}.", 400)
