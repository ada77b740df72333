"""The one endpoint of the demo's AWS: the auditor's own bucket goes to the S3 server, everything else to moto.

The auditor is told one AWS_ENDPOINT_URL, as any program is. Its bucket lives on a real S3 server, under the auditor's
own access key; requests are passed on with their Host header and path untouched, so that the signature that boto3
made is verified there. Only the bucket's Block Public Access, which that server lacks, is kept in moto's bucket of
the same name, which is also what an audit of the management account sees.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from demo.aws import errors, facts, objects
from demo.aws.moto_app import Answer
from demo.aws.organization import Organization
from demo.aws.request import Asked, asked

LARGEST_BODY = 512 * 1024 * 1024
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "te", "trailers", "transfer-encoding", "upgrade", "expect", "proxy-authorization"}
)
_S3_TIMEOUT = aiohttp.ClientTimeout(total=300, connect=5)


class Front:
    """The aiohttp application's state: moto behind one worker thread, and a connection pool to the S3 server."""

    def __init__(self, organization: Organization, s3: URL | None) -> None:
        self._organization = organization
        self._s3 = s3
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
        self._session: aiohttp.ClientSession | None = None
        self.latency: dict[str, float] = {}
        """Seconds by which the answers of an AWS service are late, for tests of deadlines."""

    async def session(self, _: web.Application) -> Any:
        """Own the connection pool while the application runs."""
        self._session = aiohttp.ClientSession(timeout=_S3_TIMEOUT, auto_decompress=False)
        yield
        await self._session.close()
        self._worker.shutdown()

    async def in_worker(self, call: Any, *arguments: Any) -> Any:
        """Run something that touches moto's state in moto's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, call, *arguments)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to AWS."""
        body = await request.read()
        ask = asked(request.headers, request.raw_path, body)
        if ask is None and request.method == "HEAD":
            return _response(await self.in_worker(self._organization.existence, request.raw_path), request.method)
        if ask is None:
            said = "Request is missing Authentication Token"
            return _refusal(errors.refused(errors.Protocol.REST_XML, "MissingAuthenticationToken", said, 403))
        await asyncio.sleep(self.latency.get(ask.service, 0))
        if self._s3 is not None and _for_s3(ask, request):
            return await self._pass_to_s3(self._s3, request, body)
        answer = await self.in_worker(
            self._organization.answer, ask, request.method, request.raw_path, dict(request.headers), body
        )
        return _response(answer, request.method)

    async def show_object(self, request: web.Request) -> web.Response:
        """GET /demo/objects/<bucket>/<key>: an object of the S3 server, for a browser."""
        if self._s3 is None or self._session is None:
            raise web.HTTPNotFound(text="this server was started without --s3")
        return await objects.show(self._session, self._s3, request.match_info["bucket"], request.match_info["key"])

    async def _pass_to_s3(self, s3: URL, request: web.Request, body: bytes) -> web.StreamResponse:
        if self._session is None:
            raise RuntimeError("the front serves requests only inside its application")
        url = URL(f"{str(s3).rstrip('/')}{request.raw_path}", encoded=True)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP]
        try:
            answer = await self._session.request(
                request.method, url, headers=headers, data=body or None, allow_redirects=False,
                skip_auto_headers=("User-Agent", "Content-Type", "Accept", "Accept-Encoding"),
            )  # fmt: skip
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            said = f"The S3 server at {s3} does not answer: {error}"
            return _refusal(errors.refused(errors.Protocol.S3, "ServiceUnavailable", said, 503))
        async with answer:
            passed = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
            response = web.StreamResponse(status=answer.status, headers=passed)
            await response.prepare(request)
            if request.method != "HEAD":
                async for chunk in answer.content.iter_chunked(1 << 16):
                    await response.write(chunk)
            await response.write_eof()
            return response


def _for_s3(ask: Asked, request: web.Request) -> bool:
    return (
        ask.protocol is errors.Protocol.S3
        and ask.bucket == facts.AUDIT_BUCKET
        and ask.access_key == facts.ACCESS_KEY
        and "publicAccessBlock" not in request.query
    )


def _refusal(refused: errors.Refused) -> web.Response:
    return web.Response(status=refused.status, headers=refused.headers, body=refused.body)


def _response(answer: Answer, method: str) -> web.Response:
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _HOP_BY_HOP]
    if method == "HEAD":
        return web.Response(status=answer.status, headers=headers)
    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return web.Response(status=answer.status, headers=headers, body=answer.body)
