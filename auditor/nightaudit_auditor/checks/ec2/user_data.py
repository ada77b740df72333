"""Secrets in user data: the snapshot holds only which detector found one and by what name, never the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.checks.ec2.kinds import WITH_USER_DATA
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_ATTRIBUTE: Final = "ec2.describe_instance_attribute"
_GUESSED: Final = "generic-secret"


@check(
    "EC2_USERDATA_SECRET",
    kind=WITH_USER_DATA,
    needs=(_ATTRIBUTE,),
    title="User data of an instance or launch template holds a secret",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Every program on the instance reads its user data from the metadata service, and everybody who may describe instances "
    "or templates reads it too; it stays in old template versions.",
    remediation="Change the secret, keep it in Secrets Manager or Parameter Store, and let the instance fetch it with its role. Then "
    "Console: EC2 > Launch Templates > the template > Actions > Modify template, or, for a stopped instance, Actions > Instance "
    "settings > Edit user data. CLI: aws ec2 create-launch-template-version --launch-template-id ID --source-version '$Latest' "
    "--launch-template-data file://data.json; aws ec2 modify-instance-attribute --instance-id ID --user-data Value=file://script.",
    terraform="""resource "aws_launch_template" "web" {
  # The instance reads the value with its role; Terraform and the template know the name only.
  user_data = base64encode(templatefile("start.sh", { secret_id = aws_secretsmanager_secret.db.arn }))
}""",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",),
)
def user_data_secret(resource: Resource, context: Context) -> Iterator[Result]:
    """The user data of an instance, or of the default or latest version of a launch template, holds a secret.

    It is decoded, unpacked (gzip, MIME multipart) and searched line by line. High for what has the form of a secret (access
    keys, private keys, tokens of known issuers); Medium for a value that only its name and randomness give away. One finding
    for each name and detector.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for where, data in _user_data(resource, context):
        if not isinstance(data, Mapping) or "secrets" not in data:
            reason = data.get("unexamined", "not examined") if isinstance(data, Mapping) else "not examined"
            yield Unknown(f"the user data of {where} could not be searched: {reason}")
            continue
        for secret in data["secrets"]:
            found.setdefault((secret["detector"], secret["name"]), []).append(secret["digest"])
    for (detector, name), digests in sorted(found.items()):
        called = f"{name} ({detector})" if name else f"a secret ({detector})"
        evidence = {"name": name, "detector": detector, "digests": sorted(set(digests))}
        severity = Severity.MEDIUM if detector == _GUESSED else None
        yield Fail(f"the user data holds {called}", f"{detector}/{name}", evidence, severity)


def _user_data(resource: Resource, context: Context) -> Iterator[tuple[str, Any]]:
    """(where it was read, what the snapshot keeps of it) of all user data that there is."""
    if resource.type == "AWS::EC2::LaunchTemplate":
        for version in resource.data["Versions"]:
            data = (version.get("LaunchTemplateData") or {}).get("UserData")
            if data:
                yield f"version {version.get('VersionNumber', '')}", data
        return
    answer = context.data.answer(_ATTRIBUTE, resource.region, {"InstanceId": resource.data["InstanceId"]}) or {}
    data = (answer.get("UserData") or {}).get("Value")
    if data:
        yield "the instance", data
