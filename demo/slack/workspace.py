"""What a workspace remembers: channels, messages, files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

TEAM = "T0DEMOTEAM"
BOT_USER = "U0NIGHTAUDIT"
BOT = "B0NIGHTAUDIT"
BOT_NAME = "Night Audit"


class Channel(msgspec.Struct, frozen=True):
    """A channel; a bot may post where it `is_member`."""

    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False
    topic: str = ""


class File(msgspec.Struct):
    """An uploaded file; `content` is None until its bytes arrived."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None


class Message(msgspec.Struct):
    """A message; `ts` is its id within the channel, `thread_ts` that of its parent (or its own, if it has replies)."""

    channel: str
    ts: str
    text: str = ""
    blocks: list[dict[str, Any]] = []
    thread_ts: str | None = None
    files: list[str] = []
    username: str = BOT_NAME

    @property
    def is_reply(self) -> bool:
        """Whether it sits in somebody else's thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts


CHANNELS = (
    Channel("C0GENERAL00", "general", topic="Everybody"),
    Channel("C0SECALERTS", "security-alerts", topic="What changed in the AWS accounts overnight"),
    Channel("C0PLATFORM0", "platform", topic="Those who own the accounts"),
    Channel("C0FINANCE00", "finance", is_member=False, topic="The bot was never invited here"),
    Channel("C0OLDALERTS", "old-alerts", is_archived=True, topic="Closed"),
)


class _State(msgspec.Struct):
    messages: list[Message] = []
    files: dict[str, File] = {}
    last_ts: float = 0.0
    next_file: int = 1


class Workspace:
    """The state, in memory, and in a file if one is named (written after every change)."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._state = _State()
        if file is not None and file.exists():
            self._state = msgspec.json.decode(file.read_bytes(), type=_State)
        self.version = 0

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages of all channels, oldest first."""
        return tuple(self._state.messages)

    def channel(self, name_or_id: str) -> Channel | None:
        """A channel by id, by name, or by #name."""
        name = name_or_id.removeprefix("#")
        return next((one for one in CHANNELS if name_or_id == one.id or name == one.name), None)

    def in_channel(self, channel: str) -> list[Message]:
        """The messages of a channel that are not replies, oldest first."""
        return [one for one in self._state.messages if one.channel == channel and not one.is_reply]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A message and its replies, oldest first; empty if there is no such message."""
        found = [one for one in self._state.messages if one.channel == channel]
        parent = [one for one in found if one.ts == ts and not one.is_reply]
        return parent + [one for one in found if one.is_reply and one.thread_ts == ts] if parent else []

    def post(self, message: Message) -> Message:
        """Add a message, giving it its `ts`."""
        self._state.last_ts = max(round(time.time(), 6), round(self._state.last_ts + 0.000001, 6))
        message.ts = f"{self._state.last_ts:.6f}"
        self._state.messages.append(message)
        if message.thread_ts is not None:
            self.thread(message.channel, message.thread_ts)[0].thread_ts = message.thread_ts
        self._changed()
        return message

    def new_file(self, name: str, length: int) -> File:
        """Announce a file; its bytes come later."""
        file = File(id=f"F{self._state.next_file:09d}", name=name, length=length, title=name)
        self._state.next_file += 1
        self._state.files[file.id] = file
        return file

    def file(self, identifier: str) -> File | None:
        """A file by its id."""
        return self._state.files.get(identifier)

    def reset(self) -> None:
        """Forget all messages and files."""
        self._state = _State()
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        if self._file is not None:
            new = self._file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(self._state))
            new.replace(self._file)
