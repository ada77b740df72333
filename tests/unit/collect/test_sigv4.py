"""The signer gives what botocore's signer gives."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from unittest.mock import patch
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.sigv4 import Keys, Unsigned, sign

NOW = datetime(2026, 11, 23, 3, 17, 1, tzinfo=UTC)
SAFE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


def _unsigned(method: str, url: str, headers: dict[str, str], body: bytes) -> Unsigned:
    scheme, host, path, query, _ = urlsplit(url)
    return Unsigned(method, scheme, host, path, query, headers, body, sha256(body).hexdigest())


def _botocore(method: str, url: str, headers: dict[str, str], body: bytes, keys: Keys, service: str) -> str:
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    credentials = Credentials(keys.access_key, keys.secret_key, keys.token or None)
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, "eu-central-1")
    with patch("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None)):
        # S3's signer consults a client's configuration for whether to hash the body over TLS: over HTTP it always does.
        signer.add_auth(request)
    return str(request.headers["Authorization"])


@settings(deadline=None)
@given(
    service=st.sampled_from(["ec2", "s3", "lambda"]),
    method=st.sampled_from(["GET", "POST"]),
    path=st.lists(SAFE, max_size=3),
    query=st.dictionaries(SAFE, SAFE, max_size=3),
    header=SAFE.map(quote),
    body=st.binary(max_size=20),
    token=st.sampled_from(["", "session-token"]),
    host=st.sampled_from(["ec2.eu-central-1.amazonaws.com", "127.0.0.1:5000", "localhost:80", "[::1]:5000"]),
)
def test_the_signature_is_botocores(
    service: str, method: str, path: list[str], query: dict[str, str], header: str, body: bytes, token: str, host: str
) -> None:
    encoded = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in query.items())
    url = f"http://{host}/{'/'.join(quote(part, safe='') for part in path)}{'?' + encoded if encoded else ''}"
    headers = {"X-Amz-Target": f"Service.{header}", "Content-Type": "application/x-amz-json-1.1"}
    keys = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI", token)
    unsigned = _unsigned(method, url, headers, body)
    assert unsigned.url == url
    signed = sign(unsigned, keys=keys, service=service, region="eu-central-1", now=NOW)
    assert signed["Authorization"] == _botocore(method, url, headers, body, keys, service)


def test_the_headers_given_are_sent_as_they_were() -> None:
    unsigned = _unsigned("GET", "https://h/", {"Accept": " a  b "}, b"")
    signed = sign(unsigned, keys=Keys("A", "S", "T"), service="s3", region="r", now=NOW)
    assert signed["Accept"] == " a  b "
    assert signed["x-amz-security-token"] == "T"
    assert signed["x-amz-date"] == "20261123T031701Z"
    assert signed["x-amz-content-sha256"].startswith("e3b0c442")


@pytest.mark.parametrize("secret", ["very-secret", "session"])
def test_keys_do_not_show_their_secrets(secret: str) -> None:
    assert secret not in repr(Keys("AKID", "very-secret", "session"))
