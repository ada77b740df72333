"""The catalogue's vocabulary: what is said of an operation that is collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

import jmespath  # type: ignore[import-untyped]  # ships no stubs
import msgspec

from nightaudit_auditor.collect.bucket_names import bucket_behind, is_free_to_all
from nightaudit_auditor.snapshot import GLOBAL

Scope = Literal["global", "regional", "bucket"]
SEPARATOR = ","
"""Between the values of a parameter that AWS takes as a list; no name or ARN of AWS holds a comma."""

FLOWS: dict[str, str] = {
    "credential_report": "GenerateCredentialReport",
    "service_last_accessed": "GenerateServiceLastAccessedDetails",
}
"""For each flow, the operation that begins it; the entry's own operation is the one whose answer is recorded."""

_OF_A_FLOW = 4
_ID_PATH = re.compile(r"^/(?:hostedzone|delegationset)/")
"""Route 53 lists ids so, and takes them only without (botocore's clients cut it off too)."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Where parameters come from: one call for each item at `path` in the answers of an earlier operation.

    `path`, the values of `parameters` and `region` are JMESPath, the latter two against the item. `inherit` copies
    parameters of the earlier call. `region` says where to ask, for resources that are listed globally; `region_as` is the other way
    round: the parameter that tells a global operation the region in which an item was listed. `owner` is JMESPath against the item,
    too: those that belong to another account than the listing one are left out. `host` is JMESPath of the name of the host to which
    the item leads: the one own parameter is then the bucket of S3 that answers there to the name which its expression gives, and
    items are left out that lead to no bucket, or to one whose name is not free to all. With `batch` one call
    asks for that many items at once: its only own parameter is then recorded as their values joined by commas.
    """

    operation: str
    path: str
    parameters: dict[str, str] = {}
    inherit: tuple[str, ...] = ()
    region: str = ""
    region_as: str = ""
    owner: str = ""
    host: str = ""
    batch: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it gives."""
        return (*self.parameters, *self.inherit, *((self.region_as,) if self.region_as else ()))

    def around(self, given: dict[str, str], region: str) -> dict[str, str]:
        """The parameters that do not differ from item to item: those of an earlier call with `given` in `region`."""
        inherited = {name: given[name] for name in self.inherit if name in given}
        return {**inherited, self.region_as: region} if self.region_as else inherited

    @cached_property
    def _path(self) -> Any:
        return jmespath.compile(self.path)

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        return {name: jmespath.compile(expression) for name, expression in self.parameters.items()}

    @cached_property
    def _region(self) -> Any:
        return jmespath.compile(self.region) if self.region else None

    @cached_property
    def _owner(self) -> Any:
        return jmespath.compile(self.owner) if self.owner else None

    @cached_property
    def _host(self) -> Any:
        return jmespath.compile(self.host) if self.host else None

    def calls(
        self, answer: dict[str, Any], inherited: dict[str, str], region: str, account: str
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """(region, parameters) of the calls that the answer of an earlier call of `account` in `region` asks for.

        Raises ValueError if an item lacks what a parameter is made of.
        """
        single = self._single(answer, inherited, region, account)
        yield from single if self.batch == 1 else self._batched(single)

    def _batched(self, single: Iterator[tuple[str, dict[str, str]]]) -> Iterator[tuple[str, dict[str, str]]]:
        (own,) = self.parameters
        # By value: pages may repeat an item.
        by_region: dict[str, dict[str, dict[str, str]]] = {}
        for where, parameters in single:
            by_region.setdefault(where, {})[parameters[own]] = parameters
        for where, found in by_region.items():
            calls = list(found.values())
            for start in range(0, len(calls), self.batch):
                part = calls[start : start + self.batch]
                yield where, {**part[0], own: SEPARATOR.join(parameters[own] for parameters in part)}

    def _single(
        self, answer: dict[str, Any], inherited: dict[str, str], region: str, account: str
    ) -> Iterator[tuple[str, dict[str, str]]]:
        found = self._path.search(answer)
        items = found if isinstance(found, list) else [] if found is None else [found]
        for item in items:
            if self._owner is not None and self._text(self._owner.search(item), self.owner) != account:
                continue
            parameters = self.around(inherited, region)
            for name, expression in self._parameters.items():
                value = expression.search(item)
                if isinstance(value, int) and not isinstance(value, bool):
                    value = str(value)
                parameters[name] = self._text(value, self.parameters[name])
                if self._host is not None:
                    parameters[name] = bucket_behind(parameters[name], self._text(self._host.search(item), self.host))
            if self._host is not None and not all(map(is_free_to_all, parameters.values())):
                continue
            yield self._where(item, region), parameters

    def _where(self, item: Any, region: str) -> str:
        if self._region is not None:
            return self._text(self._region.search(item), self.region)
        return GLOBAL if self.region_as else region

    def _text(self, value: Any, expression: str) -> str:
        if not isinstance(value, str) or not value:
            raise ValueError(f"{self.operation} answered an item without {expression}")
        return value


class Pages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an operation pages when botocore has no paginator for it. `kept` are the first page's members beside the list."""

    input_token: str
    output_token: str
    result_key: str
    kept: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An operation that is collected.

    `name` is the recorded name (boto3's, or an own one where an operation is collected twice). `constants` are sent but
    not recorded; parameters from `for_each` are both. `absent` and `gone` are error codes: the thing is not configured,
    or vanished between being listed and being read. `actions` are the IAM actions that the call needs. `secrets` are
    paths of values that are redacted before they are stored (`|script` behind one: base64 user data; `|template`: a template). `lists` are the parameters
    from `for_each` that AWS takes as a list, `numbers` those that it takes as a number. `cap` is how many of its calls one
    answer of the earlier operation may cause in a run: of more, each run makes the
    next ones in turn; 0 is no limit. `flow` names a special sequence of calls: the one that begins it takes the parameters from
    `for_each`, the last one the constants. `counts` says which resources the answer lists: CloudFormation's name of the type, and the JMESPath of the list. `inventory` marks an
    operation that is recorded for people: no check, view or other operation reads it. `probe` marks those that are tried first in
    a region: if an organization's policy denies all of them, the region is closed, and nothing else is asked there. `unsigned`
    marks what is asked without credentials, as anybody may ask: whether a bucket exists.
    """

    name: str
    operation: str
    scope: Scope
    actions: tuple[str, ...]
    constants: dict[str, Any] = {}
    for_each: tuple[Source, ...] = ()
    absent: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    pages: Pages | None = None
    lists: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    cap: int = 0
    flow: Literal["", "credential_report", "service_last_accessed"] = ""
    counts: dict[str, str] = {}
    inventory: bool = False
    probe: bool = False
    unsigned: bool = False
    service: str = ""

    def sent(self, parameters: dict[str, str]) -> dict[str, Any]:
        """What is sent for the recorded `parameters`: constants added, lists taken apart, numbers as such, ids without a path
        before them."""
        return {**self.constants, **self.taken(parameters)}

    def taken(self, parameters: dict[str, str]) -> dict[str, Any]:
        """The same without the constants."""
        return {name: self._sent(name, value) for name, value in parameters.items()}

    def _sent(self, name: str, value: str) -> Any:
        if name in self.lists:
            return value.split(SEPARATOR)
        return int(value) if name in self.numbers else _ID_PATH.sub("", value)

    @property
    def begins(self) -> str:
        """The operation to which the parameters from `for_each` go."""
        return FLOWS[self.flow] if self.flow else self.operation

    @property
    def id(self) -> str:
        """The name under which checks know it: `service.name`."""
        return f"{self.service}.{self.name}"


class ServiceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the catalogue. `home` is the region that answers for the whole partition, by partition."""

    service: str
    operations: tuple[Entry, ...]
    home: dict[str, str] = {}


class Catalogue(msgspec.Struct, frozen=True, dict=True):
    """All entries, by id, in the order in which they are started."""

    entries: dict[str, Entry]
    homes: dict[str, dict[str, str]]

    @cached_property
    def children(self) -> dict[str, tuple[tuple[Entry, Source], ...]]:
        """For each operation, those that take their parameters from its answers."""
        found: dict[str, list[tuple[Entry, Source]]] = {}
        for entry in self.entries.values():
            for source in entry.for_each:
                found.setdefault(source.operation, []).append((entry, source))
        return {parent: tuple(pairs) for parent, pairs in found.items()}

    @cached_property
    def parents(self) -> dict[str, frozenset[str]]:
        """For each operation, those from whose answers it takes its parameters."""
        return {id_: frozenset(source.operation for source in entry.for_each) for id_, entry in self.entries.items()}

    @cached_property
    def chains(self) -> dict[str, int]:
        """For each operation, how many calls follow from its answer one after another: the longer, the sooner it must be asked.

        A flow is several calls, and a job of AWS's that is waited for.
        """

        def chain(id_: str, above: frozenset[str]) -> int:
            # An operation that follows from itself (the units of a unit) does not count again.
            below = {child.id for child, _ in self.children.get(id_, ())} - above
            own = _OF_A_FLOW if self.entries[id_].flow else 0
            return own + max((1 + chain(child, above | {child}) for child in below), default=0)

        return {id_: chain(id_, frozenset({id_})) for id_ in self.entries}

    @property
    def roots(self) -> tuple[Entry, ...]:
        """The operations that need no earlier answer."""
        return tuple(entry for entry in self.entries.values() if not entry.for_each)

    @property
    def services(self) -> tuple[str, ...]:
        """The services that occur, sorted."""
        return tuple(sorted({entry.service for entry in self.entries.values()}))
