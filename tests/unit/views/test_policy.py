"""The generated IAM policy holds what is collected, reads no data, and fits."""

from __future__ import annotations

import json

import botocore.session

from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.views.policy import MAXIMUM_CHARACTERS, iam_policies

DATA = {
    "s3:GetObject",
    "s3:ListBucket",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "lambda:GetFunction",
    "logs:FilterLogEvents",
    "kms:Decrypt",
    "rds-data:ExecuteStatement",
}


CATALOGUE = load_catalogue(Models(botocore.session.get_session().get_component("data_loader")))


def actions(catalogue: Catalogue) -> set[str]:
    return {action for document in iam_policies(catalogue) for action in document["Statement"][0]["Action"]}


def test_every_operation_of_the_catalogue_is_allowed():
    needed = {action for entry in CATALOGUE.entries.values() for action in entry.actions}
    assert actions(CATALOGUE) == needed - {"sts:GetCallerIdentity"}


def test_no_action_writes_or_reads_data():
    for action in actions(CATALOGUE) - {"apigateway:GET"}:  # API Gateway's actions are the methods of HTTP
        assert action.split(":")[1].startswith(("Get", "List", "Describe", "GenerateCredentialReport")), action
    assert not actions(CATALOGUE) & DATA


def test_what_does_not_fit_is_split():
    entries = {
        f"x{n}": Entry(name=f"x{n}", operation="X", scope="global", actions=(f"service:DescribeSomethingLong{n:04}",))
        for n in range(500)
    }
    documents = iam_policies(Catalogue(entries=entries, homes={}))
    assert len(documents) > 1
    assert all(len(json.dumps(d, separators=(",", ":"))) <= MAXIMUM_CHARACTERS for d in documents)
    assert sum(len(d["Statement"][0]["Action"]) for d in documents) == 500
