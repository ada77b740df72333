"""Calls to Slack's Web API, patient where Slack asks for patience, with every failure named."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from nightaudit_auditor.notify.model import Reason
from nightaudit_auditor.notify.slack.limits import Block

TIMEOUT_SECONDS = 10
PATIENCE_SECONDS = 120.0
"""How long one delivery waits in all because Slack said 429 or was briefly away."""

_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.5
_TOKEN_PREFIX = "xoxb-"  # noqa: S105 - Slack's mark of a bot token, not a token
_TOKEN_ERRORS = frozenset({
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type",
})  # fmt: skip
_PASSING_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_HINTS: Mapping[str, str] = {
    "channel_not_found": "check slack.channel; invite the app to a private channel",
    "not_in_channel": "invite the app to the channel (/invite), or give it the scope chat:write.public",
    "is_archived": "the channel is archived: choose another in slack.channel",
    "missing_scope": "give the app the scope and install it again",
    "restricted_action": "a workspace policy forbids the app to post here",
    "invalid_blocks": "the message was malformed: please report this",
    "msg_too_long": "the message was too long: please report this",
    "msg_blocks_too_long": "the message was too long: please report this",
}
_ERROR_NAME = re.compile(r"[a-z0-9_]{1,80}")


class Failure(Exception):  # noqa: N818 - what a delivery ends with
    """A call that did not succeed, and would not if it were made again now."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message


class Client:
    """Slack's Web API at `api_url` with one bot token.

    A message is sent again only if Slack cannot have taken it (refused connection, 429) or says that it failed
    (5xx): after a time-out it may well have been posted. The next run would rather tell news twice than lose it.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        patience_seconds: float = PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises Failure(InvalidToken) before anything is sent if `token` is not a bot token."""
        bare = token.strip()
        if not re.fullmatch(re.escape(_TOKEN_PREFIX) + r"[!-~]+", bare):
            raise Failure(
                "InvalidToken",
                "what the Secret holds is not a bot token (xoxb-…): nothing was sent",
            )
        if urlsplit(api_url).scheme not in {"http", "https"} or not urlsplit(api_url).netloc:
            raise Failure("Unreachable", f"the Slack API URL {api_url!r} is not an http(s) address")
        self._web = WebClient(
            token=bare,
            base_url=api_url if api_url.endswith("/") else f"{api_url}/",
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
        )
        self._host = urlsplit(api_url).netloc
        self._patience = patience_seconds
        self._sleep = sleep

    def post(self, channel: str, text: str, blocks: list[Block], thread: str | None = None) -> tuple[str, str]:
        """Post a message. Returns (channel id, ts). Raises Failure."""
        answer = self._call(
            lambda: self._web.chat_postMessage(
                channel=channel, text=text, blocks=blocks, thread_ts=thread, unfurl_links=False, unfurl_media=False
            )
        )
        posted, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(posted, str) or not isinstance(ts, str):
            raise self._not_slack("chat.postMessage gave no channel or ts")
        return posted, ts

    def attach(self, channel: str, thread: str, filename: str, text: str, comment: str) -> None:
        """Attach a text file to a thread of the channel with this id (files upload v2). Raises Failure."""
        data = text.encode()
        ticket = self._call(lambda: self._web.files_getUploadURLExternal(filename=filename, length=len(data)))
        url, file = ticket.get("upload_url"), ticket.get("file_id")
        if not isinstance(url, str) or not isinstance(file, str) or urlsplit(url).scheme not in {"http", "https"}:
            raise self._not_slack("files.getUploadURLExternal gave no upload_url or file_id")
        self._call(lambda: _upload(url, data))
        self._call(
            lambda: self._web.files_completeUploadExternal(
                files=[{"id": file, "title": filename}], channel_id=channel, thread_ts=thread, initial_comment=comment
            )
        )

    def _call(self, request: Callable[[], SlackResponse | None]) -> Mapping[str, Any]:
        failures = 0
        while True:
            try:
                response = request()
            except SlackApiError as error:
                wait = self._asked_to_wait(error.response.status_code, error.response.headers)
                if wait is None:
                    failures += 1
                    wait = self._after_refusal(error.response, failures)
            except urllib.error.HTTPError as error:
                wait = self._asked_to_wait(error.code, dict(error.headers.items()))
                if wait is None:
                    failures += 1
                    wait = self._after_status(error.code, f"HTTP {error.code}", failures)
            except (OSError, http.client.HTTPException) as error:
                failures += 1
                wait = self._after_no_answer(error, failures)
            except (SlackClientError, ValueError, LookupError, AttributeError, TypeError) as error:
                # What the SDK does with an answer that is not UTF-8, or JSON of another shape.
                raise self._not_slack(type(error).__name__) from error
            else:
                return response.data if response is not None and isinstance(response.data, dict) else {}
            self._patience -= wait
            self._sleep(wait)

    def _asked_to_wait(self, status: int, headers: Mapping[str, Any]) -> float | None:
        """The seconds that a 429 asks for, or None for another status. Raises Failure if that is too long."""
        if status != HTTPStatus.TOO_MANY_REQUESTS:
            return None
        asked = str({key.lower(): value for key, value in headers.items()}.get("retry-after", ""))
        seconds = max(float(asked), 1.0) if re.fullmatch(r"\d{1,6}(\.\d+)?", asked) else 1.0
        if seconds > self._patience:
            raise Failure(
                "RateLimited", f"Slack asks to wait {seconds:.0f} s, more than this delivery has left to wait"
            )
        return seconds

    def _after_refusal(self, response: SlackResponse, failures: int) -> float:
        """Seconds to wait before the next attempt. Raises Failure if there is to be none."""
        data = response.data if isinstance(response.data, dict) else {}
        name = str(data.get("error", ""))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or name in _PASSING_ERRORS:
            named = name if _ERROR_NAME.fullmatch(name) else f"HTTP {response.status_code}"
            return self._after_status(HTTPStatus.INTERNAL_SERVER_ERROR, named, failures)
        if not _ERROR_NAME.fullmatch(name):
            raise self._not_slack(f"HTTP {response.status_code}")
        if name in _TOKEN_ERRORS:
            raise Failure("InvalidToken", f"Slack refused the token: {name}; put a valid bot token into the Secret")
        needed = f" (needed: {data['needed']})" if isinstance(data.get("needed"), str) else ""
        details = data.get("response_metadata")
        said = details.get("messages") if isinstance(details, dict) else None
        more = f" [{'; '.join(str(each) for each in said[:3])}]"[:300] if isinstance(said, list) and said else ""
        hint = f": {_HINTS[name]}" if name in _HINTS else ""
        raise Failure("Rejected", f"Slack said {name}{needed}{hint}{more}")

    def _after_status(self, status: int, said: str, failures: int) -> float:
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Failure("Rejected", f"Slack refused the upload of the file: {said}")
        if failures == _ATTEMPTS:
            raise Failure("Unreachable", f"{self._host} failed {failures} times: {said}")
        return self._pause(failures)

    def _after_no_answer(self, error: Exception, failures: int) -> float:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        what = f"{self._host}: {type(cause).__name__}: {cause}"
        if isinstance(error, TimeoutError):
            raise Failure("Unreachable", f"{self._host} did not answer within {TIMEOUT_SECONDS} s") from error
        if failures == _ATTEMPTS:
            raise Failure("Unreachable", what[:300]) from error
        return self._pause(failures)

    def _pause(self, failures: int) -> float:
        return min(_FIRST_PAUSE_SECONDS * float(2 ** (failures - 1)), max(self._patience, 0.0))

    def _not_slack(self, what: str) -> Failure:
        return Failure("Unreachable", f"{self._host} did not answer as Slack's API does ({what})")


def _upload(url: str, data: bytes) -> None:
    """POST the bytes to the address that Slack gave, without the token. Raises OSError or HTTPException."""
    request = urllib.request.Request(  # noqa: S310 - the caller checked the scheme
        url, data=data, method="POST", headers={"Content-Type": "application/octet-stream"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
        pass
