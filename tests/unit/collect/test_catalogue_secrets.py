"""Where people put secrets, by botocore's models: each such place in a collected answer is redacted, or allowed for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import marked

FREE = re.compile(
    r"(?:options|opts|commands?|entrypoint|environment|variables|properties|templates?|parameters?|params|arguments|userdata|headers?"
    r"|input|inputtemplate|buildspec|script|passwords?|secret|token|presharedkey|url|uri)$",
    re.IGNORECASE,
)
"""Names under which AWS takes whatever somebody writes."""
VALUE = re.compile(r"(?:value|exact)$", re.IGNORECASE)


def _is_text(shape: Shape) -> bool:
    return (isinstance(shape, StringShape) and not shape.enum) or shape.type_name == "blob"


def _texts(shape: Shape, path: str) -> Iterator[str]:
    """The paths at which a member holds free text: itself, in a list, in a map, as the values of pairs."""
    if _is_text(shape):
        yield path
    elif isinstance(shape, ListShape):
        yield from _texts(shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        yield from _texts(shape.value, f"{path}.*")
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if VALUE.search(name):
                yield from _texts(member, f"{path}.{name}")


def _all(shape: Shape, path: str) -> Iterator[str]:
    """Every text below."""
    yield from _texts(shape, path)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _all(member, f"{path}.{name}")


def places(shape: Shape, path: str = "", above: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every path of an answer at which a secret may stand."""
    if isinstance(shape, StructureShape) and shape.name not in above:
        for name, member in shape.members.items():
            where = f"{path}.{name}" if path else name
            if member.metadata.get("sensitive"):
                yield from _all(member, where)
            elif FREE.search(name):
                yield from _texts(member, where)
            yield from places(member, where, above | {shape.name})
    elif isinstance(shape, ListShape):
        yield from places(shape.member, f"{path}[]", above)
    elif isinstance(shape, MapShape):
        yield from places(shape.value, f"{path}.*", above)


def covered(path: str, secrets: tuple[str, ...]) -> bool:
    return any(
        path == each or path.startswith((f"{each}.", f"{each}[")) for each in (marked(one)[0] for one in secrets)
    )


def uncovered(models: Models) -> dict[str, None]:
    found: dict[str, None] = {}
    for entry in load_catalogue(models).entries.values():
        shape = models.service(entry.service).operation(entry.operation).output_shape
        if shape is not None:
            found |= {f"{entry.id} {path}": None for path in places(shape) if not covered(path, entry.secrets)}
    return found


ALLOWED: dict[str, tuple[str, ...]] = {
    "a name of somebody or something, or how to reach them: findings are about it": (
        "organizations.* *Email", "organizations.* Accounts[].Name", "organizations.* DelegatedAdministrators[].Name",
        "account.get_alternate_contact *", "firehose.* *.RedshiftDestinationDescription.Username",
        "firehose.* *.CommonAttributes[].AttributeName", "firehose.* *.SnowflakeDestinationDescription.*",
        "elasticbeanstalk.describe_applications *.ConfigurationTemplates[]", "apigateway.get_resources *.cacheKeyParameters[]",
        "s3.get_bucket_encryption *.KMSMasterKeyID",
    ),
    "a description, for everybody who sees the thing": (
        "bedrock-agentcore-control.list_gateways items[].description", "cloudfront.list_distributions *.Comment",
    ),
    "what AWS itself says of an error": ("lambda.list_functions *.Error.Message",),
    "AWS's own address of the thing, or of a group of grantees": (
        "iam.get_open_id_connect_provider Url", "s3.* *.Grantee.URI", "lambda.list_function_url_configs *.FunctionUrl",
        "appsync.list_graphql_apis *.authorizerUri", "ecr.describe_repositories *.repositoryUri", "mq.describe_broker *.ConsoleURL",
        "codebuild.batch_get_projects projects[].webhook.url", "glue.get_jobs Jobs[].LogUri",
    ),
    "names of headers, not their values": ("* *.AllowHeaders[]", "* *.ExposeHeaders[]"),
    "the name of a secret, not its value": ("ecs.describe_task_definition *.credentialsParameter",),
    "settings of a closed set, which checks read": (
        "lightsail.get_load_balancers *.configurationOptions.*", "redshift.describe_clusters *.ElasticResizeNumberOfNodeOptions",
        "redshift-serverless.list_workgroups *.configParameters[].parameterValue",
        "ecs.describe_task_definition *.dockerSecurityOptions[]",
    ),
    "where a list goes on, or what a request was called": (
        "* NextToken", "* nextToken", "* nextPageToken", "* ContinuationToken", "* *.ClientToken", "* *.CreationToken",
        "* *.clientRequestToken",
    ),
    "a policy, which checks read": ("cloudsearch.describe_service_access_policies AccessPolicies.Options",),
}  # fmt: skip
"""By the reason: "operation path", where * stands for anything."""


def _matches(pattern: str, place: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), place) is not None


def test_every_place_where_a_secret_may_stand_is_redacted_or_allowed_for_a_reason(models: Models) -> None:
    allowed = [pattern for patterns in ALLOWED.values() for pattern in patterns]
    assert [place for place in uncovered(models) if not any(_matches(pattern, place) for pattern in allowed)] == []


def test_nothing_is_allowed_that_is_not_there(models: Models) -> None:
    found = uncovered(models)
    assert [
        p for patterns in ALLOWED.values() for p in patterns if not any(_matches(p, place) for place in found)
    ] == []


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("ecs.describe_services", "services[].deployments[].serviceConnectConfiguration.logConfiguration.options.*"),
        ("ecs.describe_task_definition", "taskDefinition.proxyConfiguration.properties[].value"),
        ("lambda.list_functions", "Functions[].ImageConfigResponse.ImageConfig.Command[]"),
        ("config.describe_config_rules", "ConfigRules[].InputParameters"),
        ("ec2.describe_instance_attribute", "UserData.Value"),
        ("firehose.describe_delivery_stream", "DeliveryStreamDescription.Destinations[].SplunkDestinationDescription.HECToken"),
    ],
)  # fmt: skip
def test_such_places_are_seen(models: Models, operation: str, path: str) -> None:
    entry = load_catalogue(models).entries[operation]
    shape = models.service(entry.service).operation(entry.operation).output_shape
    assert shape is not None
    assert path in set(places(shape))
