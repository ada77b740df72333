"""CloudWatch: an alarm on a metric."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "FunctionName", "Value": "f"}],
    )
