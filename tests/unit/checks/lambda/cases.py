"""What the checks of Lambda find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    absent,
    denied,
    ok,
    organization,
)
from tests.unit.checks.iam.build import DETAILS, ROLE_ARN, allow, deny, inline, role, trusting
from tests.unit.checks.shapes import hardened, planted, said, unreadable

FUNCTIONS, POLICY, URLS = "lambda.list_functions", "lambda.get_policy", "lambda.list_function_url_configs"
ALIASES = "lambda.list_aliases"
ARN = f"arn:aws:lambda:{REGION}:{OWN}:function:f"


def functions(**more: Any) -> Record:
    return ok(FUNCTIONS, REGION, {"Functions": [{"FunctionName": "f", "FunctionArn": ARN, **more}]})


def statement(principal: Any, action: str = "lambda:InvokeFunction", **condition: Any) -> dict[str, Any]:
    found = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN}
    return found | ({"Condition": condition} if condition else {})


def policy(*statements: dict[str, Any], alias: str = "") -> Record:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return ok(POLICY, REGION, {"Policy": text}, FunctionName="f", **({"Qualifier": alias} if alias else {}))


def aliases(*names: str) -> Record:
    return ok(
        ALIASES, REGION, {"Aliases": [{"Name": name, "AliasArn": f"{ARN}:{name}"} for name in names]}, FunctionName="f"
    )


def urls(**more: Any) -> Record:
    config = {
        "FunctionArn": ARN,
        "FunctionUrl": "https://x.lambda-url.eu/",
        "AuthType": "NONE",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    return ok(URLS, REGION, {"FunctionUrlConfigs": [said(**config | more)]}, FunctionName="f")


def world(*records: Record) -> tuple[Record, ...]:
    """A function without aliases, policy and URLs, but for `records`; the URLs are asked for where there is a policy."""
    has_policy = any(record.name == POLICY and record.answer for record in records)
    no_urls = (ok(URLS, REGION, {"FunctionUrlConfigs": []}, FunctionName="f"),) if has_policy else ()
    return (functions(), absent(POLICY, REGION, FunctionName="f"), aliases(), *no_urls, *NO_ORGANIZATION, *records)


def signed(principal: Any, **more: Any) -> dict[str, Any]:
    """All that he needs to use a URL that asks who he is, if it is older than October 2025."""
    asked = {"lambda:FunctionUrlAuthType": "AWS_IAM"}
    return statement(principal, "lambda:InvokeFunctionUrl", StringEquals=asked) | more


def invoked(principal: Any, **more: Any) -> dict[str, Any]:
    """What he needs besides if it is not."""
    return statement(principal, Bool={"lambda:InvokedViaFunctionUrl": "true"}) | more


def signed_url(**more: Any) -> Record:
    return urls(AuthType="AWS_IAM", **more)


def old_signed_url(**more: Any) -> Record:
    return signed_url(CreationTime="2025-06-01T00:00:00Z", **more)


def running_as(*statements: dict[str, Any], records: tuple[Record, ...] = (), **more: Any) -> tuple[Record, ...]:
    """A function whose role has an inline policy of these statements."""
    details = ok(DETAILS, answer={"RoleDetailList": [role(RolePolicyList=[inline("own", *statements)], **more)]})
    return world(functions(Role=ROLE_ARN), details, *records)


def _beside_boss(*statements: dict[str, Any], trust: Any = None) -> tuple[Record, ...]:
    """Likewise, in an account with an administrator's role that trusts Lambda, or whom else."""
    boss = role(
        trusting(trust or {"Service": "lambda.amazonaws.com"}), name="boss", RolePolicyList=[inline("all", allow())]
    )
    own = role(RolePolicyList=[inline("own", *statements)])
    return world(functions(Role=ROLE_ARN), ok(DETAILS, answer={"RoleDetailList": [own, boss]}))


def environment(value: Any, **more: Any) -> tuple[Record, ...]:
    return (functions(Environment={"Variables": {"KEY": value}, **more}),)


def redacted(detector: str) -> dict[str, Any]:
    return {"redacted": True, "detector": detector, "digest": "0" * 64}


STRANGERS, SISTERS = {"AWS": f"arn:aws:iam::{STRANGER}:root"}, {"AWS": SISTER}
TRUSTING_SISTER = Settings(trusted_accounts=frozenset({SISTER}))
SNS, S3 = {"Service": "sns.amazonaws.com"}, {"Service": "s3.amazonaws.com"}
BY_URL = statement("*", "lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "NONE"})
INVOKE_BY_URL = invoked("*")
NO_URLS = denied(URLS, REGION, FunctionName="f")
DENIED = world(denied(POLICY, REGION, FunctionName="f"))
NO_LIST = (denied(FUNCTIONS, REGION),)
LIVE = f"{ARN}:live"
ON_LIVE = statement("*") | {"Resource": LIVE}
NOT_ON_LIVE = absent(POLICY, REGION, FunctionName="f", Qualifier="live")
IN_FOREIGN_ORGANIZATION = {
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-foreign0000", "lambda:FunctionUrlAuthType": "AWS_IAM"}}
}
NOT_LIVE = (aliases("live"), denied(POLICY, REGION, FunctionName="f", Qualifier="live"))
OPEN_URL = (urls(), policy(BY_URL, INVOKE_BY_URL))
BOUNDED = {
    "PermissionsBoundary": {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::1:policy/unread",
    }
}
PRIVILEGED = "LAMBDA_PRIVILEGED_ROLE"
PUBLIC, DEPUTY, CROSS = "LAMBDA_PUBLIC", "LAMBDA_CONFUSED_DEPUTY", "LAMBDA_CROSS_ACCOUNT"
URL, SECRET = "LAMBDA_URL_NO_AUTH", "LAMBDA_ENV_SECRET"

LAYERS, VERSIONS, LAYER_POLICY = "lambda.list_layers", "lambda.list_layer_versions", "lambda.get_layer_version_policy"
LAYER = "LAMBDA_LAYER_PUBLIC"
LAYER_ARN = f"arn:aws:lambda:{REGION}:{OWN}:layer:tools"


def layer(*policies: dict[str, Any] | None) -> tuple[Record, ...]:
    """A layer with a version for each of the policies (None: it has none)."""
    numbers = range(1, len(policies) + 1)
    versions = [{"Version": number, "LayerVersionArn": f"{LAYER_ARN}:{number}"} for number in numbers]
    return (
        ok(LAYERS, REGION, {"Layers": [{"LayerName": "tools", "LayerArn": LAYER_ARN}]}),
        ok(VERSIONS, REGION, {"LayerVersions": versions}, LayerName="tools"),
        *(
            ok(
                LAYER_POLICY,
                REGION,
                {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [found]})},
                LayerName="tools",
                VersionNumber=str(number),
            )
            if found
            else absent(LAYER_POLICY, REGION, LayerName="tools", VersionNumber=str(number))
            for number, found in zip(numbers, policies, strict=True)
        ),
    )


def of_version(number: int, principal: Any, **condition: Any) -> dict[str, Any]:
    return statement(principal, "lambda:GetLayerVersion", **condition) | {"Resource": f"{LAYER_ARN}:{number}"}


OF_ORGANIZATION = of_version(1, "*", StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"})
VERSION_UNREAD = (*layer(None, None)[:2], absent(LAYER_POLICY, REGION, LayerName="tools", VersionNumber="1"))
CASES: list[Case] = [
    planted(LAYER, "two of three versions", layer(of_version(1, "*"), None, of_version(3, {"AWS": "*"})), finds=("1", "3")),
    hardened(LAYER, "the organization", layer(OF_ORGANIZATION)),
    hardened(LAYER, "an account", layer(of_version(1, {"AWS": SISTER}))),
    unreadable(LAYER, "no list", denied(LAYERS, REGION)),
    unreadable(LAYER, "versions denied", (layer()[0], denied(VERSIONS, REGION, LayerName="tools"))),
    unreadable(LAYER, "one version's policy was not asked for", VERSION_UNREAD),
    planted(PUBLIC, "a star", world(policy(statement("*")))),
    planted(PUBLIC, "an action newer than any table", world(policy(statement("*", "lambda:InvokeTomorrow")))),
    planted(PUBLIC, "its code, the second statement", world(policy(statement(SNS, StringEquals={"AWS:SourceAccount": OWN}), statement({"AWS": "*"}, "lambda:GetFunction")))),
    planted(PUBLIC, "any topic", world(policy(statement("*", ArnLike={"AWS:SourceArn": "arn:aws:sns:*:*:*"})))),
    hardened(PUBLIC, "a topic of the own", world(policy(statement("*", ArnLike={"AWS:SourceArn": f"arn:aws:sns:*:{OWN}:*"})))),
    hardened(PUBLIC, "what only the URL may", world(policy(BY_URL, INVOKE_BY_URL))),
    hardened(PUBLIC, "a skill's token", world(policy(statement({"Service": "alexa-appkit.amazon.com"}, StringEquals={"lambda:EventSourceToken": "amzn1.ask.skill.x"})))),
    planted(PUBLIC, "an alias, and the function itself", world(aliases("live"), policy(statement("*")), policy(ON_LIVE, alias="live")), finds=("", "live")),
    hardened(PUBLIC, "an alias without a policy", world(aliases("live"), NOT_ON_LIVE)),
    planted(PUBLIC, "by a URL that asks who he is", world(signed_url(), policy(signed("*"), invoked("*")))),
    planted(PUBLIC, "by an old URL that asks who he is", world(old_signed_url(), policy(signed("*")))),
    planted(PUBLIC, "by the URL of an alias", world(aliases("live"), signed_url(FunctionArn=LIVE), policy(signed("*"), invoked("*")), policy(
        signed("*", Resource=LIVE), invoked("*", Resource=LIVE), alias="live")), finds=("live",)),
    planted(PUBLIC, "by the API, and by a URL if there is one, which is denied", world(NO_URLS, policy(statement("*", "lambda:*")))),
    hardened(PUBLIC, "a URL of the function, while the policy of an alias is open", world(aliases("live"), old_signed_url(), policy(signed("*", Resource=LIVE), alias="live"))),
    hardened(PUBLIC, "a new URL that asks who he is, with one of two", world(signed_url(), policy(signed("*")))),
    hardened(PUBLIC, "a URL that asks who he is, with the other of two", world(old_signed_url(), policy(invoked("*")))),
    hardened(PUBLIC, "a URL that asks nobody is another check's", world(urls(), policy(statement("*", "lambda:InvokeFunctionUrl"), INVOKE_BY_URL))),
    hardened(PUBLIC, "a URL asks who he is, the policy is for those that do not", world(signed_url(), policy(BY_URL, INVOKE_BY_URL))),
    hardened(PUBLIC, "there is no URL", world(policy(signed("*"), invoked("*")))),
    hardened(PUBLIC, "the URLs are denied, and nobody may use one", world(NO_URLS, policy(statement({"AWS": OWN}, "lambda:InvokeFunctionUrl"), statement(SISTERS)))),
    unreadable(PUBLIC, "the URLs are denied, and everybody may use one that asks who he is", world(NO_URLS, policy(signed("*")))),
    unreadable(PUBLIC, "the policy is denied", DENIED),
    unreadable(PUBLIC, "the aliases are denied", world(denied(ALIASES, REGION, FunctionName="f"))),
    unreadable(PUBLIC, "the policy of an alias is denied", world(*NOT_LIVE)),
    unreadable(PUBLIC, "no list", NO_LIST),
    planted(DEPUTY, "no source, two services", world(policy(statement(SNS), statement(S3))), finds=("sns.amazonaws.com", "s3.amazonaws.com")),
    planted(DEPUTY, "an action newer than any table", world(policy(statement(SNS, "lambda:InvokeTomorrow"))), finds=("sns.amazonaws.com",)),
    planted(DEPUTY, "by an alias alone", world(aliases("live"), policy(statement(SNS) | {"Resource": LIVE}, alias="live")), finds=("sns.amazonaws.com",)),
    planted(DEPUTY, "any account's topics", world(policy(statement(SNS, ArnLike={"AWS:SourceArn": "arn:aws:sns:eu-central-1:*:*"}))), finds=("sns.amazonaws.com",)),
    hardened(DEPUTY, "a bucket of the own and its account; an account alone; the organization", world(policy(
        statement(S3, ArnLike={"AWS:SourceArn": "arn:aws:s3:::b"}, StringEquals={"AWS:SourceAccount": OWN}), statement(SNS, StringEquals={"AWS:SourceAccount": OWN}),
        statement({"Service": "events.amazonaws.com"}, StringEquals={"aws:SourceOrgID": "o-abcdefghij"})))),
    hardened(DEPUTY, "the URLs are denied, which services do not use", world(NO_URLS, policy(signed("*"), signed(STRANGERS)))),
    hardened(DEPUTY, "a service may use URLs, which services do not", world(policy(statement(SNS, "lambda:InvokeFunctionUrl")))),
    hardened(DEPUTY, "no policy", world()),
    unreadable(DEPUTY, "the policy is denied", DENIED),
    planted(CROSS, "a stranger", world(policy(statement({"AWS": f"arn:aws:iam::{STRANGER}:root"}))), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by an action newer than any table", world(policy(statement({"AWS": STRANGER}, "lambda:InvokeTomorrow"))), finds=(STRANGER,)),
    planted(CROSS, "a stranger's topic", world(policy(statement("*", ArnLike={"AWS:SourceArn": f"arn:aws:sns:*:{STRANGER}:*"}))), finds=(STRANGER,)),
    planted(CROSS, "a service for a stranger", world(policy(statement(S3, StringEquals={"AWS:SourceAccount": STRANGER}))), finds=(STRANGER,)),
    planted(CROSS, "a service for a stranger's topic", world(policy(statement(SNS, ArnLike={"AWS:SourceArn": f"arn:aws:sns:eu-central-1:{STRANGER}:news"}))), finds=(STRANGER,)),
    planted(CROSS, "a service for a foreign organization", world(policy(statement(SNS, StringEquals={"aws:SourceOrgID": "o-foreign0000"}))), finds=("o-foreign0000",)),
    hardened(CROSS, "a service for own topics, for a sister's, for everybody's: that is another check's", world(
        policy(statement(SNS, StringEquals={"AWS:SourceAccount": OWN}), statement(SNS, StringEquals={"AWS:SourceAccount": SISTER}), statement(S3)), *organization(OWN, SISTER))),
    hardened(CROSS, "a service for a trusted account", world(policy(statement(SNS, StringEquals={"AWS:SourceAccount": STRANGER}))), settings=Settings(trusted_accounts=frozenset({STRANGER}))),
    hardened(CROSS, "a service for anybody but a stranger, which is another check's", world(policy(statement(SNS, StringNotEquals={"AWS:SourceAccount": STRANGER})))),
    unreadable(CROSS, "a service for somebody who may be of the organization", world(policy(statement(SNS, StringEquals={"AWS:SourceAccount": STRANGER})), denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    hardened(CROSS, "a stranger, until a day that is long past", world(policy(statement({"AWS": STRANGER}, DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})))),
    hardened(CROSS, "a sister", world(policy(statement({"AWS": SISTER})), *organization(OWN, SISTER))),
    unreadable(CROSS, "he may be of the organization", world(policy(statement({"AWS": STRANGER})), denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    planted(CROSS, "a stranger, by an alias", world(aliases("live"), policy(statement({"AWS": STRANGER}) | {"Resource": LIVE}, alias="live")), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by a URL that asks who he is", world(signed_url(), policy(signed(STRANGERS), invoked(STRANGERS))), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by an old URL", world(old_signed_url(), policy(signed(STRANGERS))), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by a URL of which he has the half that is not everybody's", world(signed_url(), policy(signed(STRANGERS), invoked("*"))), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by the API and by an old URL", world(old_signed_url(), policy(
        statement({"AWS": f"arn:aws:iam::{STRANGER}:role/x"}, "lambda:GetFunction"), signed({"AWS": f"arn:aws:iam::{STRANGER}:role/y"}))), finds=(STRANGER,)),
    planted(CROSS, "a foreign organization, by a URL", world(old_signed_url(), policy(signed("*", **IN_FOREIGN_ORGANIZATION))), finds=("o-foreign0000",)),
    planted(CROSS, "a stranger, by the URL of an alias", world(aliases("live"), old_signed_url(FunctionArn=LIVE), policy(signed(STRANGERS, Resource=LIVE), alias="live")), finds=(STRANGER,)),
    planted(CROSS, "a stranger, by the API, and by a URL if there is one, which is denied", world(NO_URLS, policy(signed(STRANGERS), statement(STRANGERS))), finds=(STRANGER,)),
    hardened(CROSS, "a stranger, of an alias that has no URL", world(aliases("live"), old_signed_url(), policy(signed(STRANGERS, Resource=LIVE), alias="live"))),
    hardened(CROSS, "a stranger, who has one of two that a new URL needs", world(signed_url(), policy(signed(STRANGERS)))),
    hardened(CROSS, "a stranger, who has the one of two that no URL is content with", world(signed_url(), policy(invoked(STRANGERS), signed(SISTERS))), settings=TRUSTING_SISTER),
    hardened(CROSS, "a stranger, who lacks one of two, which everybody has but by URLs", world(signed_url(), policy(
        signed(STRANGERS), statement("*", Bool={"lambda:InvokedViaFunctionUrl": "false"})))),
    hardened(CROSS, "a stranger, by a URL that asks nobody", world(urls(), policy(statement(STRANGERS, "lambda:InvokeFunctionUrl"), invoked(STRANGERS)))),
    hardened(CROSS, "a stranger, by a URL if there were one", world(policy(signed(STRANGERS), invoked(STRANGERS)))),
    hardened(CROSS, "a sister, by a URL", world(signed_url(), policy(signed(SISTERS), invoked(SISTERS)), *organization(OWN, SISTER))),
    hardened(CROSS, "everybody, by a URL, is another check's", world(signed_url(), policy(signed("*"), invoked("*"), signed(STRANGERS)))),
    hardened(CROSS, "everybody by the API is another check's, and the URLs, which are denied, are for nobody", world(NO_URLS, policy(statement("*")))),
    unreadable(CROSS, "the URLs are denied, and a stranger may use one", world(NO_URLS, policy(signed(STRANGERS)))),
    unreadable(CROSS, "the URLs are denied, and everybody may use one", world(NO_URLS, policy(signed("*")))),
    unreadable(CROSS, "the URLs are denied, and a foreign organization may use one", world(NO_URLS, policy(signed("*", **IN_FOREIGN_ORGANIZATION)))),
    unreadable(CROSS, "the policy is denied", DENIED),
    planted(URL, "both permissions", world(urls(), policy(BY_URL, INVOKE_BY_URL))),
    planted(URL, "an old URL needs but one", world(urls(CreationTime="2025-06-01T00:00:00Z"), policy(BY_URL))),
    planted(URL, "a URL whose age is not known is taken for an old one", world(urls(CreationTime=None), policy(BY_URL))),
    planted(URL, "a new URL with one of two", world(urls(), policy(BY_URL)), severity=Severity.LOW),
    planted(URL, "a new URL with one of two, its time without an offset", world(urls(CreationTime="2026-01-01T00:00:00"), policy(BY_URL)), severity=Severity.LOW),
    planted(URL, "of an alias", world(aliases("live"), urls(FunctionArn=LIVE), policy(BY_URL | {"Resource": LIVE}, INVOKE_BY_URL | {"Resource": LIVE}, alias="live")), finds=("live",)),
    hardened(URL, "of an alias, while the function's own policy is open", world(aliases("live"), urls(FunctionArn=LIVE), policy(BY_URL, INVOKE_BY_URL), NOT_ON_LIVE)),
    hardened(URL, "AWS_IAM", world(urls(AuthType="AWS_IAM"), policy(BY_URL, INVOKE_BY_URL))),
    hardened(URL, "nobody is allowed", world(urls(), policy(statement({"AWS": OWN}, "lambda:InvokeFunctionUrl")))),
    hardened(URL, "no policy at all", world(urls())),
    hardened(URL, "no policy at all, so that the URLs are not asked for", world()[:3]),
    hardened(URL, "no policy at all, of an alias neither", (*world()[:2], aliases("live"), NOT_ON_LIVE)),
    unreadable(URL, "the URLs are denied", world(NO_URLS, policy(BY_URL))),
    unreadable(URL, "the URLs are denied, and an alias has a policy", world(NO_URLS, aliases("live"), policy(BY_URL, alias="live"))),
    unreadable(URL, "the policy is denied", DENIED),
    unreadable(URL, "the policy of an alias is denied", world(*NOT_LIVE)),
    unreadable(URL, "the aliases are denied", world(denied(ALIASES, REGION, FunctionName="f"))),
    unreadable(URL, "the policy of the alias was not read", world(urls(FunctionArn=f"{ARN}:live"), policy(BY_URL, INVOKE_BY_URL))),
    planted(PRIVILEGED, "everything", running_as(allow())),
    planted(PRIVILEGED, "control of IAM", running_as(allow("iam:*"))),
    planted(PRIVILEGED, "everything, for everybody by the policy", running_as(allow(), records=(policy(statement("*")),)), severity=Severity.CRITICAL),
    planted(PRIVILEGED, "everything, for everybody by the URL", running_as(allow(), records=OPEN_URL), severity=Severity.CRITICAL),
    planted(PRIVILEGED, "everything, for everybody with an account by the URL", running_as(allow(), records=(old_signed_url(), policy(signed("*")))), severity=Severity.CRITICAL),
    planted(PRIVILEGED, "everything, by a URL that needs one more grant", running_as(allow(), records=(urls(), policy(BY_URL)))),
    planted(PRIVILEGED, "everything, whoever may call it", running_as(allow(), records=DENIED[-1:])),
    planted(PRIVILEGED, "it may put a policy on itself", running_as(allow("iam:PutRolePolicy", ROLE_ARN))),
    planted(PRIVILEGED, "it may attach any policy, for everybody", running_as(allow("iam:AttachRolePolicy"), records=(policy(statement("*")),)), severity=Severity.CRITICAL),
    planted(PRIVILEGED, "it may make functions that run as an administrator", _beside_boss(allow(["iam:PassRole", "lambda:*"]))),
    planted(PRIVILEGED, "it may assume a role that is an administrator", _beside_boss(allow("sts:AssumeRole"), trust={"AWS": OWN})),
    hardened(PRIVILEGED, "it may put a policy on another, who is none", running_as(allow("iam:PutRolePolicy", f"{ROLE_ARN}-2"))),
    hardened(PRIVILEGED, "it may make functions, and pass no administrator's role", _beside_boss(allow("iam:PassRole", ROLE_ARN), allow("lambda:*"))),
    unreadable(PRIVILEGED, "it may put a policy on itself, on a condition that nobody can decide", running_as(allow("iam:PutRolePolicy", ROLE_ARN, Condition={"StringEquals": {"iam:Novelty": "x"}}))),
    hardened(PRIVILEGED, "one service", running_as(allow("s3:*"))),
    hardened(PRIVILEGED, "an administrator's role, but another", world(functions(Role=ROLE_ARN), ok(DETAILS, answer={"RoleDetailList": [
        role(name="boss", RolePolicyList=[inline("all", allow())]), role(RolePolicyList=[inline("own", allow("s3:*"))])]}))),
    hardened(PRIVILEGED, "everything but IAM", running_as(allow(), deny("iam:*"))),
    unreadable(PRIVILEGED, "IAM is denied", world(functions(Role=ROLE_ARN), denied(DETAILS))),
    unreadable(PRIVILEGED, "its role is not listed", world(functions(Role=ROLE_ARN), ok(DETAILS, answer={"RoleDetailList": []}))),
    unreadable(PRIVILEGED, "it names no role", world(functions(), ok(DETAILS, answer={"RoleDetailList": []}))),
    unreadable(PRIVILEGED, "its boundary was not read", running_as(allow(), **BOUNDED)),
    unreadable(PRIVILEGED, "no list", NO_LIST),
    planted(SECRET, "a token", environment(redacted("slack-token")), finds=("KEY",)),
    hardened(SECRET, "redacted like all, but no secret", environment(redacted(""))),
    hardened(SECRET, "no environment", (functions(),)),
    unreadable(SECRET, "no list", NO_LIST),
    unreadable(SECRET, "not examined", environment("plain")),
    unreadable(SECRET, "too long to be examined", environment({"redacted": True, "detector": "", "digest": "0" * 64, "unexamined": "too much"})),
    unreadable(SECRET, "Lambda could not decrypt it", (functions(Environment={"Error": {"ErrorCode": "KMSAccessDeniedException"}}),)),
]  # fmt: skip
