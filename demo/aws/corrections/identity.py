"""IAM, Organizations and STS: what moto says differently from AWS; and how old things are."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.iam.models import AccountSummary, IAMBackend, ManagedPolicy, Role, iam_backends
from moto.iam.responses import IamResponse
from moto.organizations import utils as organization_ids
from moto.organizations.models import FakeAccount

from demo.aws import facts

Correction = tuple[Any, str, Any]
"""An owner, the name of its attribute, and what it becomes."""

_DATE = "%Y-%m-%dT%H:%M:%S+00:00"
_ROOT_SINCE = timedelta(days=900)


def iam(account: str) -> Any:
    """moto's IAM of one account of the partition aws."""
    return iam_backends[account]["aws"]


def corrections() -> list[Correction]:
    """The methods to replace."""
    return [
        (IAMBackend, "get_account_authorization_details", _authorization_details),
        # GetAccountAuthorizationDetails leaves these two out of its policies.
        (ManagedPolicy, "policy_name", property(lambda self: self.name)),
        (ManagedPolicy, "policy_id", property(lambda self: self.id)),
        (Role, "put_policy", _put_policy),
        (IAMBackend, "get_credential_report", _credential_report),
        (IamResponse, "get_credential_report", _credential_report_answer),
        (AccountSummary, "summary_map", property(_summary_map)),
        (organization_ids, "make_random_account_id", _account_ids().__next__),
        (FakeAccount, "__init__", _new_account),
    ]


def _account_ids() -> Iterator[str]:
    # moto draws one id for the management account too, and drops it again.
    yield from (account.id for account in facts.ACCOUNTS)
    yield from (f"{number:012d}" for number in itertools.count(700000000001))


_account_as_moto_makes_it: Any = FakeAccount.__init__


def _new_account(self: Any, organization: Any, **given: Any) -> None:
    """With the administrator's policy on OrganizationAccountAccessRole, as AWS Organizations attaches it."""
    _account_as_moto_makes_it(self, organization, **given)
    if given["AccountName"] == "master":
        self.name = facts.MANAGEMENT.name
    role = given.get("RoleName", "OrganizationAccountAccessRole")
    iam(self.id).attach_role_policy("arn:aws:iam::aws:policy/AdministratorAccess", role)


def create_auditor() -> None:
    """The auditor's own user and access key, which exist before anything else does."""
    backend = iam(facts.MANAGEMENT.id)
    backend.create_user("us-east-1", facts.AUDITOR_USER)
    key = backend.create_access_key(facts.AUDITOR_USER)
    del backend.access_keys[key.access_key_id]
    key.access_key_id, key.secret_access_key = facts.ACCESS_KEY, facts.SECRET_KEY
    backend.access_keys[facts.ACCESS_KEY] = key


def _authorization_details(self: Any, policy_filter: list[str]) -> dict[str, Any]:
    """AWS lists the managed policies that somebody carries, not all 1,500 that it has."""
    wanted = policy_filter or ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]
    theirs = {policy.arn for policy in self.aws_managed_policies}
    policies = [
        policy
        for policy in self.managed_policies.values()
        if (policy.arn not in theirs and "LocalManagedPolicy" in wanted)
        or (policy.arn in theirs and policy.attachment_count and "AWSManagedPolicy" in wanted)
    ]
    return {
        "instance_profiles": self.instance_profiles.values(),
        "roles": self.roles.values() if "Role" in wanted else [],
        "groups": self.groups.values() if "Group" in wanted else [],
        "users": self.users.values() if "User" in wanted else [],
        "managed_policies": policies,
    }


_policy_as_moto_puts_it: Any = Role.put_policy


def _put_policy(self: Any, name: str, document: Any) -> None:
    """As text, whoever puts it: CloudFormation hands over an object, which moto can list for nobody."""
    _policy_as_moto_puts_it(self, name, document if isinstance(document, str) else json.dumps(document))


_summary_as_moto_has_it: Any = AccountSummary.summary_map


def _summary_map(self: Any) -> dict[str, Any]:
    """With AccountPasswordPresent, which moto leaves out."""
    report = getattr(self._iam_backend, "root_report", {})
    return {
        **_summary_as_moto_has_it.fget(self),
        "AccountPasswordPresent": int(report.get("password_enabled", "true") == "true"),
    }


_report_as_moto_writes_it = IAMBackend.get_credential_report


def _credential_report(self: Any) -> str:
    """With the row of the root user, which AWS puts first, and without a trailing empty line."""
    header, *rows = _report_as_moto_writes_it(self).splitlines()
    root = dict.fromkeys(header.split(","), "N/A")
    root |= {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{self.account_id}:root",
        "user_creation_time": (utcnow() - _ROOT_SINCE).strftime(_DATE),
        "password_enabled": "true",
        "password_last_used": "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": "true" if self.account_summary._account_mfa_enabled else "false",
        "access_key_1_active": "true" if self.account_summary._account_access_keys_present else "false",
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    root |= getattr(self, "root_report", {})
    return "\n".join([header, ",".join(root.values()), *rows])


_answer_as_moto_gives_it: Any = IamResponse.get_credential_report


def _credential_report_answer(self: Any) -> Any:
    """Generated now: moto says 2015."""
    answer = _answer_as_moto_gives_it(self)
    answer.result["GeneratedTime"] = utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")
    return answer


def age(account: str, facts_of_account: dict[str, Any]) -> None:
    """Set what AWS alone can know: the root user's state, how long ago users, keys and roles were made and used, and instances
    of the home region launched.

    Shape: {"root": {"mfa": bool, "key": bool, "password": bool, "password_last_used_days": n},
    "users": {name: {"created_days": n, "password_last_used_days": n, "keys": [{"created_days": n, "last_used_days": n}]}},
    "roles": {name: {"created_days": n, "last_used_days": n}}, "instances": {id: {"launched_days": n}}}. Raises KeyError for a
    user, role or instance that does not exist.
    """
    backend = iam(account)
    if "root" in facts_of_account:
        _age_root(backend, facts_of_account["root"])
    by_name = {user.name: user for user in backend.users.values()}
    for name, ages in facts_of_account.get("users", {}).items():
        user = by_name[name]
        user.create_date = _ago(ages.get("created_days", 0))
        if "password_last_used_days" in ages:
            user.password_last_used = _ago(ages["password_last_used_days"])
        for key, key_ages in zip(user.access_keys, ages.get("keys", []), strict=True):
            key.create_date = _ago(key_ages["created_days"])
            used = key_ages.get("last_used_days")
            key.last_used = None if used is None else _ago(used)
    by_role = {role.name: role for role in backend.roles.values()}
    for name, ages in facts_of_account.get("roles", {}).items():
        by_role[name].create_date = _ago(ages.get("created_days", 0))
        if "last_used_days" in ages:
            by_role[name].last_used = _ago(ages["last_used_days"])
    by_id = {
        one.id: one for made in ec2_backends[account][facts.HOME_REGION].reservations.values() for one in made.instances
    }
    for id_, ages in facts_of_account.get("instances", {}).items():
        by_id[id_].launch_time = _ago(ages["launched_days"])


def _age_root(backend: Any, root: dict[str, Any]) -> None:
    backend.account_summary._account_mfa_enabled = int(root["mfa"])
    backend.account_summary._account_access_keys_present = int(root.get("key", False))
    report = {"password_enabled": "true" if root["password"] else "false"}
    if "password_last_used_days" in root:
        report["password_last_used"] = _ago(root["password_last_used_days"]).strftime(_DATE)
    if root.get("key"):
        report["access_key_1_last_rotated"] = (utcnow() - _ROOT_SINCE).strftime(_DATE)
    backend.root_report = report


def _ago(days: float) -> datetime:
    return utcnow() - timedelta(days=days)
