"""What AWS's answers mean: ARNs, partitions, policies, principals, trust and network reachability. Pure, no I/O."""

from nightaudit_auditor.aws.arn import Arn, ArnError, account_arn, build_arn, parse_arn
from nightaudit_auditor.aws.memo import per_account

__all__ = [
    "Arn",
    "ArnError",
    "account_arn",
    "build_arn",
    "parse_arn",
    "per_account",
]
