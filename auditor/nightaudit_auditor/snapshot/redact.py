"""Replace secrets in an answer before it is written: the detector's name and a keyed digest stay, the value does not."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from nightaudit_auditor.snapshot.detectors import detect, pair_name, with_key_id
from nightaudit_auditor.snapshot.scripts import Found, secrets_in
from nightaudit_auditor.snapshot.templates import secrets_in_template
from nightaudit_auditor.snapshot.unpack import LIMIT, UnpackError

Examine = Callable[[str], tuple[Found, ...]]
_Look = Callable[[str], dict[str, Any]]

EXAMINED: dict[str, Examine] = {"|script": secrets_in, "|template": secrets_in_template}
"""What may stand behind a path: its value is base64 user data, which is unpacked and examined line by line, or a template of
CloudFormation, which is examined value by value."""

_ARN = re.compile(r"arn:aws[a-z-]{0,32}:[a-z0-9-]{1,64}:[a-z0-9-]{0,64}:(?:\d{12})?:[\w/:.-]{1,256}", re.ASCII)


class Redactor:
    """Redacts with a key that lives as long as the run and is stored nowhere.

    The digest shows that two places hold the same secret within one run; without the key nobody can test guesses against it.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def digest(self, value: str) -> str:
        """HMAC-SHA256 of the value under the run's key, as 64 hex digits."""
        return hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def redact(
        self, answer: dict[str, Any], paths: Iterable[str], ended: Callable[[], bool] = lambda: False
    ) -> dict[str, Any]:
        """A copy of `answer` in which every string at `paths` is a `{"redacted", "detector", "digest"}`, with the `arn` if it was
        one: that names a thing, and is no secret.

        A path is made of member names joined by dots, `[]` after a list and `*` for every value of a map:
        `Functions[].Environment.Variables.*`. Of a list of pairs (`environment[].value`) a value goes by what its pair is called.
        Where `|script` or `|template` follows, there are also `secrets`, one {"name", "detector", "digest"} for each secret in the
        text. What could not be examined, or is too long to be, has `unexamined`, which says why; so has every text that would be
        unpacked once `ended` says that there is no time left.
        """
        redacted: Any = answer
        for path in paths:
            plain, mark = marked(path)
            look = partial(self._examined, EXAMINED[mark], ended) if mark else None
            redacted = self._walk(redacted, _steps(plain), name="", siblings={}, look=look)
        if not isinstance(redacted, dict):  # a path has at least one member, so a dict stays a dict
            raise TypeError("an answer is an object")
        return redacted

    def unpacks(self, answer: dict[str, Any], paths: Iterable[str]) -> bool:
        """Whether `answer` holds a text at a path with a mark: what takes long enough to be done beside the event loop."""
        return any(mark and _holds(answer, _steps(plain)) for plain, mark in map(marked, paths))

    def _walk(
        self, node: Any, steps: tuple[str, ...], *, name: str, siblings: dict[str, str], look: _Look | None
    ) -> Any:
        if node is None or (isinstance(node, dict) and node.get("redacted") is True):
            return node
        if not steps:
            return look(node) if look and isinstance(node, str) else self._replace(node, name, siblings)
        step, rest = steps[0], steps[1:]
        if step == "[]":
            if not isinstance(node, list):
                return node
            pairs = with_key_id(_pairs(node, rest[-1])) if len(rest) == 1 else {}
            return [self._walk(item, rest, name=name, siblings=pairs, look=look) for item in node]
        if not isinstance(node, dict):
            return node
        if step == "*":
            texts = with_key_id({key: value for key, value in node.items() if isinstance(value, str)})
            return {key: self._walk(value, rest, name=key, siblings=texts, look=look) for key, value in node.items()}
        if step not in node:
            return node
        called = pair_name(node, step) or step
        return {**node, step: self._walk(node[step], rest, name=called, siblings=siblings, look=look)}

    def _replace(self, value: Any, name: str, siblings: dict[str, str]) -> Any:
        if isinstance(value, dict):
            texts = with_key_id({key: item for key, item in value.items() if isinstance(item, str)})
            return {key: self._replace(item, key, texts) for key, item in value.items()}
        if isinstance(value, list):
            return [self._replace(item, name, {}) for item in value]
        if value is None:
            return None
        text = value if isinstance(value, str) else str(value)
        if len(text) > LIMIT:
            return {"redacted": True, "detector": "", "digest": self.digest(text), "unexamined": "too much"}
        replaced = {"redacted": True, "detector": detect(name, text, siblings), "digest": self.digest(text)}
        return {**replaced, "arn": text} if _ARN.fullmatch(text) else replaced

    def _examined(self, examine: Examine, ended: Callable[[], bool], data: str) -> dict[str, Any]:
        found: tuple[Found, ...] = ()
        unexamined = "the run ended before" if ended() else ""
        if not unexamined:
            try:
                found = examine(data)
            except UnpackError as problem:
                unexamined = str(problem)
            except Exception as error:  # noqa: BLE001 - others wrote the data, and what reads them: of what raises, nothing is known
                unexamined = f"malformed ({type(error).__name__})"
        seen = {"redacted": True, "detector": found[0].detector if found else "", "digest": self.digest(data)}
        if unexamined:
            return {**seen, "unexamined": unexamined}
        return {
            **seen,
            "secrets": [
                {"name": one.name, "detector": one.detector, "digest": self.digest(one.value)} for one in found
            ],
        }


def marked(path: str) -> tuple[str, str]:
    """A path, and the mark behind it, `|` included; "" if it has none."""
    plain, bar, mark = path.partition("|")
    return plain, bar + mark


def _pairs(items: list[Any], value: str) -> dict[str, str]:
    """A list of names and values as a mapping."""
    found = [item for item in items if isinstance(item, dict) and isinstance(item.get(value), str)]
    return {name: item[value] for item in found if (name := pair_name(item, value))}


def _steps(path: str) -> tuple[str, ...]:
    """`A[].B.*` as ("A", "[]", "B", "*")."""
    steps: list[str] = []
    for part in path.split("."):
        name, bracket, _ = part.partition("[]")
        steps.append(name)
        if bracket:
            steps.append("[]")
    return tuple(steps)


def _holds(node: Any, steps: tuple[str, ...]) -> bool:
    if not steps:
        return isinstance(node, str) and bool(node)
    step, rest = steps[0], steps[1:]
    if step == "[]":
        return isinstance(node, list) and any(_holds(item, rest) for item in node)
    if not isinstance(node, dict):
        return False
    return any(_holds(item, rest) for item in node.values()) if step == "*" else _holds(node.get(step), rest)
