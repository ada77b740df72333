"""AWS Signature Version 4, with the signing key derived once per day, region and service.

Source: "Create a signed AWS API request" (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
botocore's signer derives the key anew for every call; the tests hold this one against it.
"""

from __future__ import annotations

import hmac
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


def sign(
    method: str, url: str, headers: dict[str, str], body: bytes, *, keys: Keys, service: str, region: str, now: datetime
) -> dict[str, str]:
    """The headers to send: those given (all of them signed) and the signature's own. `now` is UTC, `url` is encoded.

    S3 (`service` s3) signs the path as it is sent and wants the body's hash as a header; all others normalise and encode it again.
    """
    parts = urlsplit(url)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    payload = sha256(body).hexdigest()
    signed = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    signed["host"] = _host(parts.scheme, parts.hostname or "", parts.port)
    signed["x-amz-date"] = stamp
    if keys.token:
        signed["x-amz-security-token"] = keys.token
    is_s3 = service in {"s3", "s3express", "s3-outposts"}
    if is_s3:
        signed["x-amz-content-sha256"] = payload
    names = sorted(signed)
    path = (parts.path or "/") if is_s3 else quote(normalize_url_path(parts.path), safe="/~")
    canonical = "\n".join(
        (method, path, _query(parts.query), *(f"{name}:{signed[name]}" for name in names), "", ";".join(names), payload)
    )
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(keys.secret_key, stamp[:8], region, service)
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    own: dict[str, str] = {name: signed[name] for name in _OWN_HEADERS if name in signed}
    authorization = (
        f"{_ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return {**headers, **own, "Authorization": authorization}


def _host(scheme: str, hostname: str, port: int | None) -> str:
    name = f"[{hostname}]" if ":" in hostname else hostname
    return name if port is None or port == _DEFAULT_PORTS.get(scheme) else f"{name}:{port}"


def _query(query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    return "&".join(f"{name}={value}" for name, _, value in sorted(pairs))


@lru_cache(maxsize=4096)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
