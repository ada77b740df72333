"""How functions are listed, and whom a function's policy lets in."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import Document, parse_at
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Unreadable

FUNCTIONS, POLICY, URLS = "lambda.list_functions", "lambda.get_policy", "lambda.list_function_url_configs"
ALIASES = "lambda.list_aliases"


def _functions(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            listed = (data.answer(FUNCTIONS, region) or {}).get("Functions", [])
        except Unreadable as problem:
            yield problem
            continue
        for entry in listed:
            name = str(entry["FunctionName"])
            yield Resource(str(entry["FunctionArn"]), "AWS::Lambda::Function", name, region, data=dict(entry))


FUNCTION = Kind("AWS::Lambda::Function", (FUNCTIONS,), _functions, regional=True)


def policy_of(data: AccountData, function: Resource, qualifier: str = "") -> Document | None:
    """The resource policy of a function, or of one of its aliases; None if it has none. Raises Unreadable, PolicyError."""
    parameters = {"FunctionName": function.name} | ({"Qualifier": qualifier} if qualifier else {})
    answer = data.answer(POLICY, function.region, parameters)
    return None if answer is None else parse_at(answer["Policy"], data.moment)


def has_policy(data: AccountData, function: Resource) -> bool:
    """Whether the function, or one of its aliases, has a resource policy. Raises Unreadable."""
    named = {"FunctionName": function.name}
    if data.answer(POLICY, function.region, named) is not None:
        return True
    aliases = (data.answer(ALIASES, function.region, named) or {}).get("Aliases", [])
    return any(
        data.answer(POLICY, function.region, {**named, "Qualifier": alias["Name"]}) is not None for alias in aliases
    )
