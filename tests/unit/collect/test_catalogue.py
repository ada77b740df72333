"""The catalogue is what botocore knows; whatever is not fails at load, with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nightaudit_auditor.collect.catalogue import CatalogueError, load_catalogue
from nightaudit_auditor.collect.models import Models

GOOD = """\
service: kms
operations:
  - name: list_keys
    operation: ListKeys
    scope: regional
    actions: [kms:ListKeys]
  - name: describe_key
    operation: DescribeKey
    scope: regional
    for_each:
      - {operation: list_keys, path: "Keys[]", parameters: {KeyId: KeyId}}
    gone: [NotFoundException]
    actions: [kms:DescribeKey]
"""
FLOW = """\
service: iam
home: {aws: us-east-1}
operations:
  - {name: users, operation: ListUsers, scope: global, actions: [iam:ListUsers]}
  - name: report
    operation: GetServiceLastAccessedDetails
    scope: global
    flow: service_last_accessed
    constants: {MaxItems: 5}
    for_each:
      - {operation: users, path: "Users[]", parameters: {Arn: Arn}}
    pages: {input_token: Marker, output_token: Marker, result_key: ServicesLastAccessed, kept: [Error]}
    actions: [iam:GetServiceLastAccessedDetails]
"""


def _load(folder: Path, text: str, models: Models) -> None:
    (folder / "kms.yaml").write_text(text)
    load_catalogue(models, folder)


LACKING: dict[str, set[str]] = {
    "aws": set(),
    "aws-cn": {"globalaccelerator", "route53domains"},
    "aws-us-gov": {"account", "cloudfront", "globalaccelerator", "route53domains"},
}
"""Global services that a partition does not have."""


class TestTheCatalogue:
    def test_it_is_valid(self, models: Models) -> None:
        assert {"sts", "iam", "ec2", "s3", "organizations"} <= set(load_catalogue(models).services)

    def test_every_operation_is_reached_from_one_that_needs_nothing(self, models: Models) -> None:
        catalogue = load_catalogue(models)
        reached = {entry.id for entry in catalogue.roots}
        waiting = sorted(reached)
        while waiting:
            for child, _ in catalogue.children.get(waiting.pop(), ()):
                if child.id not in reached:
                    reached.add(child.id)
                    waiting.append(child.id)
        assert reached == set(catalogue.entries)

    def test_parents_are_those_whose_answers_name_what_is_asked(self, models: Models) -> None:
        parents = load_catalogue(models).parents
        assert parents["route53.list_hosted_zones_by_vpc"] == {"ec2.describe_vpcs"}
        assert parents["kms.get_key_policy"] == {"kms.describe_key"}
        assert parents["ec2.describe_vpcs"] == frozenset()

    def test_it_only_reads(self, models: Models) -> None:
        catalogue = load_catalogue(models)
        verbs = re.compile(r"(Describe|Get|List|Generate|BatchGet)[A-Z]")
        data = re.compile(
            r":(GetObject|GetItem|Scan|Query|GetSecretValue|GetParameter|Decrypt|GetDataKey|ReceiveMessage|GetRecords)"
        )
        for entry in catalogue.entries.values():
            assert verbs.match(entry.operation) or entry.unsigned
            for action in entry.actions:
                # API Gateway's actions are the methods of HTTP.
                assert verbs.match(action.partition(":")[2]) or action == "apigateway:GET"
                assert not data.search(action)

    def test_every_operation_but_the_identity_and_what_anybody_may_ask_names_its_actions(self, models: Models) -> None:
        catalogue = load_catalogue(models)
        without = {entry.operation for entry in catalogue.entries.values() if not entry.actions}
        assert without == {"GetCallerIdentity", "HeadBucket"}
        assert {entry.id for entry in catalogue.entries.values() if entry.unsigned} == {"s3.head_bucket"}

    @pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
    def test_global_services_have_a_home_in_every_partition_that_has_them(self, models: Models, partition: str) -> None:
        catalogue = load_catalogue(models)
        lacking = set()
        for entry in catalogue.entries.values():
            if entry.scope == "global":
                home = catalogue.homes[entry.service].get(partition)
                if home is None:
                    lacking.add(entry.service)
                else:
                    assert models.partition_of(home) == partition
        assert lacking <= LACKING[partition]


class TestErrors:
    """One wrong word each, and where the error points."""

    @pytest.mark.parametrize(
        ("wrong", "right", "line", "message"),
        [
            ("service: kms", "service: kmz", 1, "botocore knows no service kmz"),
            ("operation: ListKeys", "operation: ListKyes", 4, "kms.list_keys: kms has no operation ListKyes"),
            ("scope: regional", "scope: galactic", 5, "Invalid enum value 'galactic'"),
            ("scope: regional", "scope: global", 1, "kms.list_keys is global: say the service's `home` region by partition"),
            ("actions: [kms:ListKeys]", "actions: [ListKeys]", 6, "ListKeys is no IAM action"),
            ("actions: [kms:ListKeys]", "actoins: [kms:ListKeys]", 3, "unknown field `actoins`|missing required field `actions`"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    constants: {Limits: 5}", 7, "ListKeys has no parameter Limits"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    constants: {Limit: many}", 7, "Invalid type for parameter Limit"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    secrets: [\"Keys[].Secret\"]", 7, "KeyListEntry has no member Secret"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    secrets: [\"Keys[].KeyId|poem\"]", 7, "behind a path may stand [|]script, [|]template"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    secrets: [\"Keys.*\"]", 7, "[*] needs a map"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    secrets: [\"Truncated[]\"]", 7, r"\[\] needs a list"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    pages: {input_token: Marker, output_token: NextMarker, result_key: Keys}", 7, "botocore has a paginator"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    counts: {\"AWS::KMS::Key\": Kyes}", 7, "ListKeysResponse has no member Kyes"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    counts: {\"AWS::KMS::Key\": Truncated}", 7, "Truncated is no list"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    flow: credential_report", 7, "kms has no operation GenerateCredentialReport"),
            ("Keys[]", "Keys[?starts_with(KeyId, 'a')].Kyes", 11, "KeyListEntry has no member Kyes"),
            ("Keys[]", "Keys[?starts_with(KyeId, 'a')]", 11, "KeyListEntry has no member KyeId"),
            ("Keys[]", "Keys[?starts_with(@, 'a')]", 11, "starts_with compares text"),
            ("Keys[]", "[Keys, Kyes][]", 11, "ListKeysResponse has no member Kyes"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    cap: 5", 7, "only an operation that depends on another can have a cap"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    cap: -1", 13, "can have a cap, from 1 on"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    probe: true", 13, "only a regional operation that depends on no other can be a probe"),
            ("actions: [kms:ListKeys]", "actions: [kms:ListKeys]\n    unsigned: true", 7, "only HeadBucket of s3 can be asked unsigned"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, host: KyeId}", 11, "KeyListEntry has no member KyeId"),
            ("parameters: {KeyId: KeyId}}", "parameters: {KeyId: KeyId, GrantTokens: KeyId}, host: KeyId}\n    lists: [GrantTokens]", 11, "host needs one parameter"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    lists: [GrantTokens]", 13, "no for_each gives GrantTokens"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    lists: [KeyId]", 13, "DescribeKey takes no list KeyId"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, batch: 5}", 11, "batch needs one parameter, and that among `lists`"),
            ("name: describe_key", "name: list_keys", 7, "kms.list_keys is there twice"),
            ("{operation: list_keys", "{operation: list_kyes", 11, "the catalogue has no operation kms.list_kyes"),
            ("Keys[]", "Kyes[]", 11, "ListKeysResponse has no member Kyes"),
            ("Keys[]", "Keys[", 11, "not JMESPath"),
            ("Keys[]", "Truncated[]", 11, "is no list"),
            ("Keys[]", "length(Keys)", 11, "function_expression is not used in the catalogue"),
            ("{KeyId: KeyId}", "{KeyId: KyeId}", 11, "KeyListEntry has no member KyeId"),
            ("{KeyId: KeyId}", "{KeyId: \"@\"}", 11, "@ is no string"),
            ("{KeyId: KeyId}", "{KyeId: KeyId}", 11, "DescribeKey has no parameter KyeId"),
            ("{KeyId: KeyId}", "{}", 11, "DescribeKey needs KeyId"),
            ("{KeyId: KeyId}}", "{}, inherit: [KeyId]}", 11, "kms.list_keys has no parameter KeyId to inherit"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, owner: Owner}", 11, "KeyListEntry has no member Owner"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, owner: \"@\"}", 11, "@ is no string"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, region_as: Region}", 11, "DescribeKey has no parameter Region"),
            ("{KeyId: KeyId}}", "{}, region_as: KeyId}", 11, "only a global operation that depends on a regional one"),
            ("{KeyId: KeyId}}", "{KeyId: KeyId}, region: Home}", 11, "KeyListEntry has no member Home"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    absent: [NotFoundException]", 12, "cannot mean both absent and gone"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    numbers: [Key]", 13, "no for_each gives Key"),
            ("gone: [NotFoundException]", "gone: [NotFoundException]\n    numbers: [KeyId]", 7, "Invalid type for parameter KeyId, value: 1"),
            ("gone: [NotFoundException]", "gone: [NotFoundException", 13, "not YAML"),
        ],
    )  # fmt: skip
    def test_a_wrong_word_is_found_where_it_stands(
        self, tmp_path: Path, models: Models, wrong: str, right: str, line: int, message: str
    ) -> None:
        assert wrong in GOOD
        with pytest.raises(CatalogueError) as error:
            _load(tmp_path, GOOD.replace(wrong, right, 1), models)
        assert re.search(rf"^{tmp_path}/kms\.yaml:{line}: .*({message})", str(error.value), re.DOTALL), str(error.value)

    def test_scope_bucket_needs_a_region(self, tmp_path: Path, models: Models) -> None:
        second = GOOD.rindex("scope: regional")
        with pytest.raises(CatalogueError, match="scope bucket needs the `region` of each item"):
            _load(tmp_path, f"{GOOD[:second]}scope: bucket{GOOD[second + 15 :]}", models)

    def test_a_scope_cannot_widen(self, tmp_path: Path, models: Models) -> None:
        second = GOOD.rindex("scope: regional")
        text = f"{GOOD[:second]}scope: global{GOOD[second + 15 :]}".replace(
            "service: kms", "service: kms\nhome: {aws: us-east-1}"
        )
        with pytest.raises(CatalogueError, match="scope global cannot follow scope regional"):
            _load(tmp_path, text, models)

    def test_nothing_depends_on_a_special_flow(self, tmp_path: Path, models: Models) -> None:
        text = FLOW + (
            "  - name: get_user\n    operation: GetUser\n    scope: global\n    actions: [iam:GetUser]\n    for_each:\n"
            "      - {operation: report, path: 'Content', parameters: {UserName: '@'}}\n"
        )
        with pytest.raises(CatalogueError, match=r"kms\.yaml:19: iam\.get_user: iam\.report is no plain operation"):
            _load(tmp_path, text, models)

    def test_a_flow_with_parameters_and_pages_is_good(self, tmp_path: Path, models: Models) -> None:
        _load(tmp_path, FLOW, models)

    @pytest.mark.parametrize(
        ("wrong", "right", "line", "message"),
        [
            ("MaxItems: 5", "MaxItems: many", 9, "Parameter validation failed: Invalid type for parameter MaxItems"),
            ("MaxItems: 5", "Arn: x", 9, "GetServiceLastAccessedDetails has no parameter Arn"),
            ("{Arn: Arn}", "{JobId: Arn}", 11, "GenerateServiceLastAccessedDetails has no parameter JobId"),
            ("{Arn: Arn}", "{Granularity: Arn}", 11, "GenerateServiceLastAccessedDetails needs Arn"),
            ("kept: [Error]", "kept: [Failure]", 12, "GetServiceLastAccessedDetails has no Failure"),
        ],
    )
    def test_the_first_call_of_a_flow_takes_the_parameters_and_the_last_the_constants(
        self, tmp_path: Path, models: Models, wrong: str, right: str, line: int, message: str
    ) -> None:
        assert wrong in FLOW
        with pytest.raises(CatalogueError, match=rf"kms\.yaml:{line}: iam\.report: {message}"):
            _load(tmp_path, FLOW.replace(wrong, right), models)

    @pytest.mark.parametrize(
        "pages",
        [
            "{input_token: X, output_token: NextToken, result_key: Trails}",
            "{input_token: NextToken, output_token: NextToken, result_key: X}",
        ],
    )
    def test_own_pages_must_exist(self, tmp_path: Path, models: Models, pages: str) -> None:
        (tmp_path / "ec2.yaml").write_text(
            "service: ec2\noperations:\n  - name: a\n    operation: DescribeVpcBlockPublicAccessExclusions\n    scope: regional\n"
            f"    actions: []\n    pages: {pages}\n"
        )
        with pytest.raises(
            CatalogueError, match=r"ec2\.yaml:7: ec2\.a: DescribeVpcBlockPublicAccessExclusions has no X"
        ):
            load_catalogue(models, tmp_path)

    def test_an_empty_file_or_folder_is_refused(self, tmp_path: Path, models: Models) -> None:
        with pytest.raises(CatalogueError, match="holds no catalogue"):
            load_catalogue(models, tmp_path)
        with pytest.raises(CatalogueError, match=r"kms\.yaml:1: is empty"):
            _load(tmp_path, "", models)


def test_route_53s_ids_are_asked_for_without_the_path_that_they_are_listed_with(models: Models) -> None:
    entry = load_catalogue(models).entries["route53.list_resource_record_sets"]
    assert entry.sent({"HostedZoneId": "/hostedzone/Z1"}) == {"MaxItems": "300", "HostedZoneId": "Z1"}


def test_a_number_is_recorded_as_text_and_sent_as_a_number(models: Models) -> None:
    entry = load_catalogue(models).entries["lambda.get_layer_version_policy"]
    answer = {"LayerVersions": [{"Version": 3, "LayerVersionArn": "arn:aws:lambda:eu-central-1:1:layer:tools:3"}]}
    ((region, parameters),) = entry.for_each[0].calls(answer, {"LayerName": "tools"}, "eu-central-1", "111111111111")
    assert (region, parameters) == ("eu-central-1", {"LayerName": "tools", "VersionNumber": "3"})
    assert entry.sent(parameters) == {"LayerName": "tools", "VersionNumber": 3}
