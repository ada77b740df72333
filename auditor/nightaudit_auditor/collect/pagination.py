"""All pages of an operation as one answer, merged as boto3's build_full_result does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]  # ships no stubs
from botocore.utils import set_value_from_jmespath

from nightaudit_auditor.collect.entries import Pages

Tokens = tuple[tuple[str, Any], ...]


class Paginator:
    """How one operation pages: pure, made once, used by all accounts."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._inputs: list[str] = _as_list(config["input_token"])
        self._outputs = [jmespath.compile(path) for path in _as_list(config["output_token"])]
        self._more = jmespath.compile(config["more_results"]) if config.get("more_results") else None
        self._results = [jmespath.compile(path) for path in _as_list(config["result_key"])]
        self._kept = [jmespath.compile(path) for path in config.get("non_aggregate_keys", ())]

    def next_tokens(self, page: Mapping[str, Any]) -> Tokens:
        """The parameters that ask for the next page; empty after the last one."""
        if self._more is not None and not self._more.search(page):
            return ()
        values = [path.search(page) for path in self._outputs]
        return tuple((name, value) for name, value in zip(self._inputs, values, strict=True) if value)

    def is_cut(self, page: Mapping[str, Any]) -> bool:
        """Whether a page says that there are more and does not say where."""
        return self._more is not None and bool(self._more.search(page)) and not self.next_tokens(page)

    def merge(self, merged: dict[str, Any], page: Mapping[str, Any], *, first: bool) -> None:
        """Add a page to what was merged so far."""
        for path in self._results:
            value = path.search(page)
            if value is None:
                continue
            before = path.search(merged)
            if before is None:
                set_value_from_jmespath(merged, path.expression, value)
            elif isinstance(before, list):
                before.extend(value)
            else:
                set_value_from_jmespath(merged, path.expression, before + value)
        for path in self._kept if first else ():
            value = path.search(page)
            if value is not None:
                set_value_from_jmespath(merged, path.expression, value)


def paginator(config: Mapping[str, Any] | None, pages: Pages | None) -> Paginator | None:
    """From botocore's paginator model, or from the catalogue where botocore has none."""
    if config is not None:
        return Paginator(config)
    if pages is not None:
        return Paginator(
            {
                "input_token": pages.input_token,
                "output_token": pages.output_token,
                "result_key": pages.result_key,
                "non_aggregate_keys": pages.kept,
            }
        )
    return None


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
