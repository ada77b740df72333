"""AWS Signature Version 4, with the signing key derived once per day, region and service.

Source: "Create a signed AWS API request" (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
botocore's signer derives the key anew for every call; the tests hold this one against it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, urlsplit

import msgspec
from botocore.utils import normalize_url_path

_ALGORITHM = "AWS4-HMAC-SHA256"
_OWN_HEADERS: tuple[str, ...] = ("x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Keys(msgspec.Struct, frozen=True):
    """Credentials at one moment; `token` is empty for long-lived keys. Its representation shows no secret."""

    access_key: str
    secret_key: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Keys({self.access_key})"


class Unsigned(msgspec.Struct, frozen=True):
    """A request as it will be sent: `host` as in its URL, `path` and `query` encoded; `digest` is the body's SHA-256 in hex."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    digest: str

    @property
    def url(self) -> str:
        """Where it goes to."""
        return f"{self.scheme}://{self.host}{self.path}{'?' if self.query else ''}{self.query}"


def sign(request: Unsigned, *, keys: Keys, service: str, region: str, now: datetime) -> dict[str, str]:
    """The headers to send: the request's (all of them signed) and the signature's own. `now` is UTC.

    S3 (`service` s3) signs the path as it is sent and wants the body's hash as a header; all others normalise and encode it again.
    """
    stamp = _stamp(now.replace(microsecond=0))
    signed = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    signed["host"] = _host(request.scheme, request.host)
    signed["x-amz-date"] = stamp
    if keys.token:
        signed["x-amz-security-token"] = keys.token
    is_s3 = service in {"s3", "s3express", "s3-outposts"}
    if is_s3:
        signed["x-amz-content-sha256"] = request.digest
    names = sorted(signed)
    path = (request.path or "/") if is_s3 else _normalised(request.path)
    names_signed = ";".join(names)
    lines = [f"{name}:{signed[name]}" for name in names]
    canonical = "\n".join((request.method, path, _query(request.query), *lines, "", names_signed, request.digest))
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(keys.secret_key, stamp[:8], region, service)
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    own: dict[str, str] = {name: signed[name] for name in _OWN_HEADERS if name in signed}
    authorization = (
        f"{_ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={names_signed}, Signature={signature}"
    )
    return {**request.headers, **own, "Authorization": authorization}


@lru_cache(maxsize=2)
def _stamp(second: datetime) -> str:
    return second.strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=4096)
def _host(scheme: str, host: str) -> str:
    parts = urlsplit(f"{scheme}://{host}")
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{name}:{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(scheme)} else f"{name}"


@lru_cache(maxsize=256)
def _normalised(path: str) -> str:
    return quote(normalize_url_path(path), safe="/~")


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return "&".join(f"{name}={value}" for name, _, value in sorted(pairs))


@lru_cache(maxsize=4096)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    return _derived(_regional_key(secret, date, region), service, "aws4_request")


@lru_cache(maxsize=512)
def _regional_key(secret: str, date: str, region: str) -> bytes:
    return _derived(f"AWS4{secret}".encode(), date, region)


def _derived(key: bytes, *parts: str) -> bytes:
    for part in parts:
        key = hmac.digest(key, part.encode(), "sha256")
    return key
