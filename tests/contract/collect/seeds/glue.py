"""Glue: a policy of the catalogue, a job, a trigger."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    glue = client("glue")
    where = f"arn:aws:glue:{REGION}:{ACCOUNT}:*"
    glue.put_resource_policy(PolicyInJson=document(Principal={"AWS": ACCOUNT}, Action="glue:Get*", Resource=where))
    glue.create_job(
        Name="load", Role="load", Command={"Name": "glueetl"}, DefaultArguments={"--stage": "prod"},
    )  # fmt: skip
    glue.create_trigger(Name="nightly", Type="ON_DEMAND", Actions=[{"JobName": "load"}])
