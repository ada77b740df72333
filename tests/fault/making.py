"""Answers that AWS could give, made from botocore's output shapes: with content, and such that what depends on them is asked."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import jmespath
from botocore.awsrequest import HeadersDict
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.utils import set_value_from_jmespath
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from demo.aws.errors import REQUEST_ID
from nightaudit_auditor.collect.answers import Refusal, read
from nightaudit_auditor.collect.entries import Catalogue, Entry, Source
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.wire import Answer
from tests.fault.asked import Asked

ACCOUNT = "222222222222"
REGION = "eu-central-1"
_SEEDS = 400
_ITEMS = 2
_MISSING = 0.5
_POLICIES = ({"AWS": "*"}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):  # noqa: N818 - a fact about the catalogue
    """No answer could be made that leads to a call of a dependent operation."""


def write(service: str, operation: str, answer: Mapping[str, Any]) -> Reply:
    """Put an answer in boto3's shape on the wire, in the service's protocol."""
    model = get_service_model(service)
    serializer = get_serializer_class(service, str(model.resolved_protocol))(model.operation_model(operation))
    made = serializer.serialize(answer)
    body = made["body"]
    content = body.encode() if isinstance(body, str) else bytes(body)
    headers = {name: str(value) for name, value in made["headers"].items()}
    if service == "s3":  # moto's serializers leave out what of an answer without a body is all that shows whose it is
        headers["x-amz-request-id"] = REQUEST_ID
    return Reply(int(made["status_code"]), headers, content)


class Maker:
    """Makes answers for the catalogue's operations. The same catalogue gives the same answers."""

    def __init__(self, catalogue: Catalogue, models: Models) -> None:
        self._catalogue = catalogue
        self._models = models

    def answer(self, entry: Entry, operation: str) -> dict[str, Any]:
        """An answer of one of the entry's operations that leads to a call of everything that depends on the entry.

        Raises Unreachable if there seems to be none.
        """
        sources = [source for _, source in self._catalogue.children.get(entry.id, ())]
        literals = {name: value for source in sources for name, value in _literals(source)}
        tested = frozenset(name for source in sources for name in _tested(source))
        missing = sources
        for seed in range(_SEEDS):
            shape = self._models.service(entry.service).operation(operation).output_shape
            answer = _Filling(seed, literals, tested, self._paging(entry, operation)).top(shape)
            missing = self.unasked(entry, operation, write(entry.service, operation, answer))
            if not missing:
                return answer
        raise Unreachable(
            f"no answer of {entry.id} that was tried has an item at {missing[0].path!r} with all its parameters"
        )

    def unasked(self, entry: Entry, operation: str, reply: Reply) -> list[Source]:
        """Those sources of calls in the catalogue that draw nothing from this answer."""
        children = self._catalogue.children.get(entry.id, ())
        if not children:
            return []
        answer = self.parse(entry.service, operation, reply)
        return [source for child, source in children if not _leads(child, source, answer)]

    def parse(self, service: str, operation: str, reply: Reply) -> dict[str, Any]:
        """An answer as the collector reads it; empty for a refusal. Raises Malformed."""
        model = self._models.service(service)
        answer = Answer(reply.status, HeadersDict(reply.headers), reply.body)
        parsed = read(model, model.operation(operation), answer)
        return {} if isinstance(parsed, Refusal) else parsed

    def raw(self, service: str, operation: str, reply: Reply) -> dict[str, Any]:
        """An answer as boto3 reads it, with times and bytes, so that it can be written again."""
        model = get_service_model(service)
        answer = {"status_code": reply.status, "headers": HeadersDict(reply.headers), "body": reply.body, "context": {}}
        parsed: dict[str, Any] = create_parser(model.resolved_protocol).parse(
            answer, model.operation_model(operation).output_shape
        )
        parsed.pop("ResponseMetadata", None)
        return parsed

    def with_token(self, entry: Entry, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The same answer as one that has a next page, whichever page was asked for."""
        paging = self._config(entry, operation)
        more = paging.get("more_results")
        if more:
            set_value_from_jmespath(answer, more, True)
        outputs = paging["output_token"]
        for path in outputs if isinstance(outputs, list) else [outputs]:
            set_value_from_jmespath(answer, path.partition("||")[0].strip(), "again")
        return answer

    def first_page(self, entry: Entry, asked: Asked) -> Asked:
        """The same request without a page's token."""
        inputs = self._config(entry, asked.operation)["input_token"]
        tokens = inputs if isinstance(inputs, list) else [inputs]
        return replace(asked, parameters={name: v for name, v in asked.parameters.items() if name not in tokens})

    def _config(self, entry: Entry, operation: str) -> Mapping[str, Any]:
        own = self._models.service(entry.service).paginators.get(operation)
        if own is None and entry.pages is not None:
            return {"input_token": entry.pages.input_token, "output_token": entry.pages.output_token}
        return own or {}

    def _paging(self, entry: Entry, operation: str) -> frozenset[str]:
        config = self._config(entry, operation)
        outputs = config.get("output_token", [])
        paths = [*(outputs if isinstance(outputs, list) else [outputs]), config.get("more_results") or ""]
        return frozenset(name.strip() for path in paths for name in path.split("||"))


def _leads(child: Entry, source: Source, answer: dict[str, Any]) -> bool:
    inherited = {name: name for name in source.inherit}
    try:
        calls = list(source.calls(answer, inherited, REGION, ACCOUNT))
    except ValueError:
        return False
    return any(child.scope != "bucket" or region == REGION for region, _ in calls)


def _literals(source: Source) -> Iterator[tuple[str, str]]:
    """(member, text) of every comparison in the source's path: values that the catalogue waits for."""
    stack = [jmespath.compile(source.path).parsed]
    while stack:
        node = stack.pop()
        children = node.get("children", [])
        if node["type"] == "comparator" and children[1]["type"] == "literal" and children[0]["type"] == "field":
            yield children[0]["value"], children[1]["value"]
        stack += [child for child in children if isinstance(child, dict)]


def _tested(source: Source) -> Iterator[str]:
    """The members that the source's path asks for before it takes an item."""
    stack = [(jmespath.compile(source.path).parsed, False)]
    while stack:
        node, inside = stack.pop()
        if inside and node["type"] == "field":
            yield node["value"]
        for index, child in enumerate(node.get("children", [])):
            if isinstance(child, dict):
                stack.append((child, inside or (node["type"] == "filter_projection" and index == 2)))


class _Filling:
    """Fills a shape. The choices fall differently with each seed; only a member that is `tested` may be missing."""

    def __init__(self, seed: int, literals: Mapping[str, str], tested: frozenset[str], skipped: frozenset[str]) -> None:
        self._seed = seed
        self._literals = literals
        self._tested = tested
        self._skipped = skipped

    def top(self, shape: Shape | None) -> dict[str, Any]:
        if shape is None:
            return {}
        filled: dict[str, Any] = self._value(shape, shape.name, (), ())
        return filled

    def _value(self, shape: Shape, name: str, at: tuple[str | int, ...], above: tuple[str, ...]) -> Any:
        rng = random.Random(f"{self._seed} {at}")  # noqa: S311 - choices that can be repeated
        if isinstance(shape, StructureShape):
            inside = (*above, shape.name)
            if shape.is_tagged_union:
                member = rng.choice(sorted(shape.members))
                return {member: self._value(shape.members[member], member, (*at, member), inside)}
            return {
                member: self._value(kind, member, (*at, member), inside)
                for member, kind in shape.members.items()
                if not self._left_out(kind, (*at, member), inside)
            }
        if isinstance(shape, ListShape):
            items = _ITEMS if sum(isinstance(step, int) for step in at) < 2 else 1
            return [self._value(shape.member, name, (*at, index), above) for index in range(items)]
        if isinstance(shape, MapShape):
            key = self._value(shape.key, "key", (*at, "key"), above)
            return {key: self._value(shape.value, name, (*at, key), above)}
        match shape.type_name:
            case "boolean":
                return rng.random() < 0.5
            case "integer" | "long":
                return self._number(name, at, rng)
            case "float" | "double":
                return 1.5
            case "timestamp":
                return _TIME
            case "blob":
                return b"blob"
        return self._text(shape, name, at, rng)

    def _left_out(self, shape: Shape, at: tuple[str | int, ...], above: tuple[str, ...]) -> bool:
        inner = shape.member if isinstance(shape, ListShape) else shape
        path = ".".join(step for step in at if isinstance(step, str))
        return (
            path in self._skipped  # a token asks for a page that nobody has
            or inner.name in above  # a shape inside itself
            or (at[-1] in self._tested and random.Random(f"{self._seed} missing {at}").random() < _MISSING)  # noqa: S311 - see above
        )

    def _number(self, name: str, at: tuple[str | int, ...], rng: random.Random) -> int:
        if name.lower().endswith(("port", "from", "to")):
            # Both ends of a range are the same.
            rng = random.Random(f"{self._seed} {at[:-1]}")  # noqa: S311 - see above
        return int(rng.choice((0, 1, 22, 443)))

    def _text(self, shape: Shape, name: str, at: tuple[str | int, ...], rng: random.Random) -> str:
        indices = [step for step in at if isinstance(step, int)]
        place = "-".join(map(str, indices or [0]))
        lower = name.lower()
        if name in self._literals and rng.random() < 0.5:
            return self._literals[name]
        if name == "JobStatus":
            return "COMPLETED"  # any other would be waited for
        if (name == "DNSName" and "AliasTarget" in at) or (name == "DomainName" and "Origins" in at):
            return f"name-{place}.s3-website.{REGION}.amazonaws.com"
        if name == "Bucket":
            return f"name-{place}"  # as ListBuckets calls it
        if lower.endswith(("region", "regionname", "locationconstraint")):
            return REGION
        enum = shape.metadata.get("enum")
        if enum:
            return str(rng.choice(enum))
        if lower.endswith(("arn", "principal")):
            return f"arn:aws:made:{REGION}:{ACCOUNT}:{lower}/{place}"
        if lower in {"accountid", "ownerid", "owneraccount", "awsaccountid"}:
            return ACCOUNT
        if lower == "policy" or lower.endswith(("policydocument", "policytext", "policyinjson", "resourcepolicy")):
            principal = _POLICIES[indices[0] % 2 if indices else 0]
            statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
            return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        if lower.endswith("protocol"):
            return "HTTPS"
        if "cidr" in lower:
            return rng.choice(("0.0.0.0/0", "10.0.0.0/8"))
        if lower.endswith(("time", "date", "timestamp")):
            return "2026-01-01T00:00:00Z"
        return f"{lower}-{place}"


def echoed(answer: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same answer about what was asked for: members that are called as a parameter have its value."""

    def value(name: str, found: Any) -> Any:
        if isinstance(found, dict):
            return echoed(found, parameters)
        return parameters[name] if isinstance(found, str) and isinstance(parameters.get(name), str) else found

    return {name: value(name, found) for name, found in answer.items()}


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """`first`, and the items that `second` has at the same places: of two values that are no lists, the first's."""
    both = dict(first)
    for name, value in second.items():
        if name not in both:
            both[name] = value
        elif isinstance(value, list) and isinstance(both[name], list):
            both[name] = [*both[name], *value]
        elif isinstance(value, dict) and isinstance(both[name], dict):
            both[name] = merged(both[name], value)
    return both


def has_content(answer: Any) -> bool:
    """Whether anything at all is in an answer."""
    if isinstance(answer, Mapping):
        return any(has_content(value) for value in answer.values())
    if isinstance(answer, list):
        return any(has_content(value) for value in answer)
    return answer is not None and answer != ""
