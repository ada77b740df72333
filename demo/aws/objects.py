"""Objects of the S3 server for a browser, which cannot sign requests: the demo's stand-in for a console's link."""

from __future__ import annotations

from urllib.parse import quote

import aiohttp
from aiohttp import web
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from yarl import URL

from demo.aws import facts

_PASSED = ("Content-Type", "Content-Encoding", "Content-Length", "ETag", "Last-Modified")
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".csv": "text/csv; charset=utf-8"}


async def show(session: aiohttp.ClientSession, s3: URL, bucket: str, key: str) -> web.Response:
    """GET an object with the auditor's own credentials. Answers what the S3 server answers."""
    url = f"{str(s3).rstrip('/')}/{quote(bucket)}/{quote(key)}"
    signed = AWSRequest("GET", url)
    credentials = Credentials(facts.ACCESS_KEY, facts.SECRET_KEY)
    S3SigV4Auth(credentials, "s3", facts.HOME_REGION).add_auth(signed)
    try:
        async with session.get(URL(url, encoded=True), headers=dict(signed.headers)) as answer:
            headers = {name: answer.headers[name] for name in _PASSED if name in answer.headers}
            for suffix, content_type in _TYPES.items():
                if answer.status == 200 and key.endswith(suffix):
                    headers["Content-Type"] = content_type
            return web.Response(status=answer.status, headers=headers, body=await answer.read())
    except (aiohttp.ClientConnectionError, TimeoutError) as error:
        raise web.HTTPBadGateway(text=f"the S3 server at {s3} does not answer: {error}") from error
