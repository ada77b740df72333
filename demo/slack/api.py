"""The Web API's methods over a workspace: parameters in, Slack's answer out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from demo.slack import blocks as block_kit
from demo.slack.workspace import BOT, BOT_NAME, BOT_USER, CHANNELS, TEAM, Channel, Message, Workspace

LARGEST_FILE = 1024**3
Parameters = Mapping[str, Any]
Answer = dict[str, Any]


class SlackError(Exception):
    """A refusal by its Slack name, with what goes into response_metadata.messages."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []

    def answer(self) -> Answer:
        """The body that Slack sends, with HTTP status 200."""
        body: Answer = {"ok": False, "error": self.error}
        if self.messages:
            body |= {"errors": self.messages, "response_metadata": {"messages": self.messages}}
        return body


class Api:
    """One method of this class per Web API method; `base` is the server's own address, for upload URLs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.methods: dict[str, Callable[[Parameters, str], Answer]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "conversations.list": self._list,
            "conversations.info": self._info,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete_upload,
        }

    def call(self, method: str, parameters: Parameters, base: str) -> Answer:
        """Raises SlackError for whatever Slack would refuse."""
        function = self.methods.get(method)
        if function is None:
            raise SlackError("unknown_method")
        return {"ok": True, **function(parameters, base)}

    def _auth_test(self, _: Parameters, base: str) -> Answer:
        return {
            "url": f"{base}/", "team": "Demo", "user": "nightaudit", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT,
        }  # fmt: skip

    def _channel(self, parameters: Parameters, name: str = "channel") -> Channel:
        channel = self._workspace.channel(str(parameters.get(name) or ""))
        if channel is None:
            raise SlackError("channel_not_found")
        return channel

    def _writable(self, parameters: Parameters, name: str = "channel") -> Channel:
        channel = self._channel(parameters, name)
        if channel.is_archived:
            raise SlackError("is_archived")
        if not channel.is_member:
            raise SlackError("not_in_channel")
        return channel

    def _post(self, parameters: Parameters, _: str) -> Answer:
        channel = self._writable(parameters)
        text = str(parameters.get("text") or "")
        blocks = _blocks(parameters.get("blocks"))
        if not text and not blocks and not parameters.get("attachments"):
            raise SlackError("no_text")
        if len(text) > block_kit.LONGEST_TEXT:
            raise SlackError("msg_too_long")
        if found := block_kit.problems(blocks):
            raise SlackError("invalid_blocks", found)
        thread_ts = self._thread(channel, parameters.get("thread_ts"))
        username = str(parameters.get("username") or BOT_NAME)
        posted = self._workspace.post(
            Message(channel=channel.id, ts="", text=text, blocks=blocks, thread_ts=thread_ts, username=username)
        )
        return {"channel": channel.id, "ts": posted.ts, "message": _shown(posted)}

    def _thread(self, channel: Channel, thread_ts: object) -> str | None:
        if not thread_ts:
            return None
        if not self._workspace.thread(channel.id, str(thread_ts)):
            raise SlackError("thread_not_found")
        return str(thread_ts)

    def _list(self, parameters: Parameters, _: str) -> Answer:
        hide_archived = str(parameters.get("exclude_archived", "")).lower() in ("1", "true")
        shown = [_described(one) for one in CHANNELS if not (hide_archived and one.is_archived)]
        limit = _number(parameters, "limit", 100, 1, 1000)
        start = _number({"cursor": parameters.get("cursor") or 0}, "cursor", 0, 0, len(shown))
        following = start + limit
        cursor = str(following) if following < len(shown) else ""
        return {"channels": shown[start:following], "response_metadata": {"next_cursor": cursor}}

    def _info(self, parameters: Parameters, _: str) -> Answer:
        return {"channel": _described(self._channel(parameters))}

    def _history(self, parameters: Parameters, _: str) -> Answer:
        messages = self._workspace.in_channel(self._channel(parameters).id)
        newest = list(reversed(messages))[: _number(parameters, "limit", 100, 1, 999)]
        return {"messages": [self._with_replies(one) for one in newest], "has_more": len(newest) < len(messages)}

    def _replies(self, parameters: Parameters, _: str) -> Answer:
        thread = self._workspace.thread(self._channel(parameters).id, str(parameters.get("ts") or ""))
        if not thread:
            raise SlackError("thread_not_found")
        return {"messages": [self._with_replies(thread[0]), *map(_shown, thread[1:])], "has_more": False}

    def _with_replies(self, message: Message) -> Answer:
        replies = len(self._workspace.thread(message.channel, message.ts)) - 1
        return _shown(message) | ({"reply_count": replies} if replies else {})

    def _upload_url(self, parameters: Parameters, base: str) -> Answer:
        name = str(parameters.get("filename") or "")
        if not name:
            raise SlackError("invalid_arguments", ["[ERROR] missing required field: filename"])
        length = _number(parameters, "length", 0, 1, LARGEST_FILE)
        file = self._workspace.new_file(name, length)
        return {"upload_url": f"{base}/upload/v1/{file.id}", "file_id": file.id}

    def _complete_upload(self, parameters: Parameters, base: str) -> Answer:
        asked = _json(parameters.get("files"), "invalid_arguments")
        if not isinstance(asked, list) or not asked:
            raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
        files = []
        for one in asked:
            file = self._workspace.file(str(one.get("id"))) if isinstance(one, dict) else None
            if file is None or file.content is None:
                raise SlackError("file_not_found")
            file.title = str(one.get("title") or file.name)
            files.append(file)
        if parameters.get("channel_id"):
            channel = self._writable(parameters, "channel_id")
            thread_ts = self._thread(channel, parameters.get("thread_ts"))
            text = str(parameters.get("initial_comment") or "")
            message = Message(channel.id, "", text, thread_ts=thread_ts, files=[file.id for file in files])
            self._workspace.post(message)
        return {
            "files": [
                {"id": file.id, "title": file.title, "name": file.name, "permalink": f"{base}/files/{file.id}"}
                for file in files
            ]
        }


def _json(value: Any, error: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as wrong:
        raise SlackError(error) from wrong


def _blocks(value: Any) -> list[Any]:
    blocks = _json(value, "invalid_blocks_format")
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    return blocks


def _number(parameters: Parameters, name: str, default: int, least: int, most: int) -> int:
    try:
        number = int(parameters.get(name) or default)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise SlackError("invalid_arguments", [f"[ERROR] must be between {least} and {most} [json-pointer:/{name}]"])
    return number


def _described(channel: Channel) -> Answer:
    return {
        "id": channel.id, "name": channel.name, "is_channel": True, "is_member": channel.is_member,
        "is_archived": channel.is_archived, "is_private": False, "topic": {"value": channel.topic},
    }  # fmt: skip


def _shown(message: Message) -> Answer:
    shown: Answer = {
        "type": "message", "user": BOT_USER, "bot_id": BOT, "username": message.username,
        "ts": message.ts, "text": message.text, "blocks": message.blocks,
    }  # fmt: skip
    if message.thread_ts is not None:
        shown["thread_ts"] = message.thread_ts
    if message.files:
        shown["files"] = [{"id": one} for one in message.files]
    return shown
