"""What the cases of the checks have recorded is what AWS can answer: the models of boto3 allow it, member by member."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import Outcome
from tests.contract.cases.beyond import BEYOND, UNKEPT, obstacles
from tests.contract.cases.sent import Sent, sent
from tests.contract.cases.stage import records
from tests.unit.checks.build import Case
from tests.unit.checks.test_cases import CASES


@pytest.mark.parametrize("case", [c for c in CASES if str(c) not in BEYOND and c.check not in UNKEPT], ids=str)
def test_aws_can_answer_so(models: Models, catalogue: Catalogue, case: Case) -> None:
    assert list(obstacles(catalogue, models, case)) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.shape != "unreadable"], ids=str)
def test_only_who_must_not_know_meets_values_that_nobody_knows(
    models: Models, catalogue: Catalogue, case: Case
) -> None:
    answers = [record for record in records(case) if record.outcome is Outcome.OK]
    novel = [what for r in answers for what in sent(models, catalogue.entries[r.name], r.answer or {}).novel]
    assert novel == []


def test_what_is_beyond_aws_is_so_for_a_reason(models: Models, catalogue: Catalogue) -> None:
    cases = {str(case): case for case in CASES}
    assert BEYOND.keys() - cases.keys() == set()
    assert [name for name in BEYOND if not list(obstacles(catalogue, models, cases[name]))] == []


class TestWhatNoAnswerCanHave:
    @pytest.fixture
    def read(self, models: Models, catalogue: Catalogue) -> Any:
        return lambda name, answer: sent(models, catalogue.entries[name], answer)

    @pytest.mark.parametrize(
        ("name", "answer", "what"),
        [
            ("ec2.describe_vpcs", {"Vpcs": [{"VpcName": "a"}]}, "Vpcs[0].VpcName: Vpc has no such member"),
            ("ec2.describe_vpcs", {"Vpcs": [{"IsDefault": None}]}, "Vpcs[0].IsDefault: null never arrives"),
            ("ec2.describe_vpcs", {"Vpcs": [{"IsDefault": "true"}]}, "Vpcs[0].IsDefault: 'true' is no boolean"),
            ("ec2.describe_vpcs", {"Vpcs": {"VpcId": "a"}}, "Vpcs: {'VpcId': 'a'} is no list"),
            ("ec2.describe_volumes", {"Volumes": [{"Size": "8"}]}, "Volumes[0].Size: '8' is no integer"),
            ("ec2.describe_volumes", {"Volumes": [{"Size": True}]}, "Volumes[0].Size: True is no integer"),
            ("kms.list_grants", {"Grants": [], "Truncated": False}, "Truncated: not kept of answers that come in pages"),
            ("cloudfront.list_distributions", {"DistributionList": {"Quantity": 0}},
             "DistributionList.Quantity: not kept of answers that come in pages"),
            ("iam.get_account_authorization_details", {"RoleDetailList": [{"AssumeRolePolicyDocument": "{}"}]},
             "RoleDetailList[0].AssumeRolePolicyDocument: IAM's policies arrive decoded"),
            ("cloudtrail.get_trail_status", {"StopLoggingTime": "2026-01-01T00:00:00+00:00"},
             "StopLoggingTime: '2026-01-01T00:00:00+00:00' arrives as '2026-01-01T00:00:00Z'"),
            ("cloudtrail.get_trail_status", {"StopLoggingTime": "yesterday"}, "StopLoggingTime: 'yesterday' is no timestamp"),
            ("iam.get_credential_report", {"Users": [{"user": "a", "mfa": True}]}, "Users[].mfa: no column"),
        ],
    )  # fmt: skip
    def test_is_named_with_its_place(self, read: Any, name: str, answer: dict[str, Any], what: str) -> None:
        assert read(name, answer).impossible == [what]

    def test_a_value_that_the_model_does_not_list_is_new_and_not_impossible(self, read: Any) -> None:
        found: Sent = read("guardduty.get_detector", {"Status": "PAUSED"})
        assert (found.impossible, found.novel) == ([], ["Status: 'PAUSED' is none of ENABLED, DISABLED"])
