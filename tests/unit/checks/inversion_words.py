"""What a run says beyond its verdict, for the conditions that choose nothing else: the words, the evidence, the scope."""

from __future__ import annotations

import json
from dataclasses import dataclass

from nightaudit_auditor.checks.registry import Fail
from nightaudit_auditor.checks.results import Evaluation
from tests.unit.checks.iam import escalation_cases, escalation_twins, handing_cases, makers_cases


@dataclass(frozen=True)
class Said:
    """Of the case of a check that is called `why`: its results contain all of `words` and none of `never`.

    `gone`: whether the resource is out of scope, which is neither a PASS nor a problem; None if the row does not say.
    """

    check: str
    why: str
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    gone: bool | None = None


def says(check: str, why: str, *words: str, never: tuple[str, ...] = (), gone: bool | None = None) -> Said:
    """A row of the table."""
    return Said(check, why, words, never, gone)


def assert_said(row: Said, evaluation: Evaluation) -> None:
    """Raises AssertionError if the run says anything else."""
    text = "\n".join(_text(evaluation))
    missing = [words for words in row.words if words not in text]
    assert not missing, f"{missing} not in: {text}"
    surplus = [words for words in row.never if words in text]
    assert not surplus, f"{surplus} in: {text}"
    assert row.gone in (None, bool(evaluation.gone)), evaluation.gone


def _text(evaluation: Evaluation) -> list[str]:
    lines: list[str] = []
    for result in evaluation.results:
        found = result.outcome
        lines.append(f"{result.account}, {result.region}: {result.resource.name} {json.dumps(result.resource.tags)}")
        if isinstance(found, Fail):
            lines += [found.detail, json.dumps(found.evidence, default=str)]
        else:
            lines += [found.reason, f"for want of {found.operation or 'nothing'}"]
    return lines


BY_A_ROLE = (
    "a role puts a policy on itself",
    "made: a role, made by a role",
    "made: a role, made by a role whose boundary does not say that it may assume any",
    "made: a user among the administrators",
)
HOPS = "network ACL acl-1 (in by rule 100, out by rule 100)"
ONLY_PATHS = ("assumptions", "requester")
TASK = '"requester": "578734482556"'

# -- the words that a condition chooses --
DETAILS: tuple[Said, ...] = (
    says("ACM_CERT_EXPIRING", "in 13 days", "expires in 12 days"),
    says("ACM_CERT_EXPIRING", "expired", "expired 22 days ago"),
    says("ACM_CERT_EXPIRING", "the renewal failed", "its renewal failed (CAA_ERROR)"),
    says("ACM_CERT_EXPIRING", "the renewal failed, and ACM does not say why", "its renewal failed\n"),
    says("APIGATEWAY_NO_AUTH", "more open methods than the detail names", "4 without authorization: DELETE /orders, GET /orders, POST /orders …"),
    says("APIGATEWAY_NO_AUTH", "one open method beside a guarded one", "1 without authorization: GET /orders\n"),
    says("CFN_TEMPLATE_SECRET", "a text that is no template", "could not be searched: ", never=("not examined",)),
    says("CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE", "after a week", "are deleted after 7 days"),
    says("CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE", "at a date, by the old form of a rule", "are deleted at 2026-12-01T00:00:00Z"),
    says("CLOUDTRAIL_STOPPED", "another trail goes on, stopped yesterday", "stopped at 2026-11-22T10:00:00Z; other trails record its regions"),
    says("CLOUDTRAIL_STOPPED", "never started", "with no record of when it was stopped; no trail is known to record eu-central-1"),
    says("CONFIG_RECORDER_OFF", "no recorder", "there is no recorder in eu-central-1"),
    says("DYNAMODB_POLICY_PUBLIC", "the stream alone is open to everybody", "the stream of orders is open to everybody"),
    says("DYNAMODB_POLICY_PUBLIC", "everybody", never=("the stream", "the  of")),
    says("EC2_IMDSV1_ALLOWED", "with a role, on the Internet", "(reachable from the Internet, instance profile arn:aws:iam::111111111111:instance-profile/web)"),
    says("EC2_IMDSV1_ALLOWED", "with a role, but not reachable", "(instance profile arn:aws:iam::111111111111:instance-profile/web)"),
    says("EC2_IMDSV1_ALLOWED", "on the Internet without a role", "(reachable from the Internet, without a role)"),
    says("EC2_SG_CIDR_LARGE", "a /8", "52.0.0.0/8 is let in (tcp 443)"),
    says("EC2_SG_CIDR_LARGE", "all traffic of a /8", "52.0.0.0/8 is let in (all traffic)"),
    says("EC2_SG_CIDR_LARGE", "some ports for a /8", "52.0.0.0/8 is let in (tcp 8000-8100)"),
    says("EC2_SG_OPEN_ADMIN_PORT", "attached to nothing", "; attached to nothing", '"reachable": []'),
    says("EC2_SG_OPEN_ADMIN_PORT", "attached, but in a private subnet", "; attached to 1 interfaces", '"reachable": []', never=(", of which",)),
    says("EC2_SG_OPEN_ADMIN_PORT", "the interface of a stopped instance", '"reachable": []'),
    says("EC2_SG_OPEN_ADMIN_PORT", "the interface of a load balancer", '"reachable": []'),
    says("EC2_SG_OPEN_ADMIN_PORT", "an interface of a service's, on the Internet", ", of which the Internet reaches eni-1 (a service's)", '"reachable": ["eni-1"]'),
    says("EC2_USERDATA_SECRET", "an instance", "holds TOKEN (github-token)"),
    says("EC2_USERDATA_SECRET", "two of an instance", "holds a secret (private-key)", "holds id (aws-access-key)"),
    says("EC2_USERDATA_SECRET", "broken gzip", "could not be searched: broken gzip"),
    says("EKS_ADMIN_ACCESS_ENTRY", "a ConfigMap alone", "access is kept in the ConfigMap aws-auth"),
    says("EKS_VERSION_EOL", "extended support", "whose standard support ended on 2025-07-23"),
    says("EKS_VERSION_EOL", "none at all, and EKS does not say since when", "whose standard support ended\n"),
    says("EKS_VERSION_EOL", "it names no version", "does not say which version it runs"),
    says("ELB_DESYNC_OFF", "monitor", ", and invalid header fields are kept", '"dropsInvalidHeaders": false'),
    says("ELB_DESYNC_OFF", "monitor on a classic one", '"dropsInvalidHeaders": false', never=("are kept",)),
    says("ELB_DESYNC_OFF", "monitor, though invalid header fields are dropped", '"dropsInvalidHeaders": true', never=("are kept",)),
    says("ELB_PUBLIC_SENSITIVE_PORT", "Kibana behind HTTPS", "behind the listener on port 443, can be connected to from the Internet over IPv4", '"targets": ["i-1"]'),
    says("ELB_PUBLIC_SENSITIVE_PORT", "two Kibanas behind HTTPS", '"targets": ["i-1", "i-2"]'),
    says("ELB_PUBLIC_SENSITIVE_PORT", "Elasticsearch by an application load balancer, something else behind it", '"targets": []', never=("behind the listener",)),
    says("ELB_PUBLIC_SENSITIVE_PORT", "by IPv6 alone", "over IPv6"),
    says("GUARDDUTY_OFF", "no detector", "there is no detector in eu-central-1"),
    says("IAM_POLICY_ADMIN", "managed", "allows everything to 1 unexpected holder(s)"),
    says("IAM_POLICY_ADMIN", "one of two holders is expected", "allows everything to 1 unexpected holder(s)", never=("role/boss",)),
    says("IAM_BEDROCK_API_KEY_LONG_LIVED", "never; in 31 days", "of BedrockAPIKey-1 never expires", "of BedrockAPIKey-1 expires only in 31 days"),
    says("IAM_POLICY_LINT", "an action without its service, a resource that is none", "actions without a service: GetObject", "resources that are no ARN: my-bucket"),
    says("IAM_POLICY_LINT", "what is spared by name has no service and is no ARN", "actions without a service: GetObject", "resources that are no ARN: my-bucket"),
    says("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "attached", "role worker may do everything"),
    says("IAM_PRINCIPAL_PRIVESC", "PutUserPolicy on itself", "ann → (iam:PutUserPolicy) administrator\n"),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "a new workload: ec2", "ann → (iam:PassRole + ec2:RunInstances) boss\n"),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "with an external id, which it knows", "ann → (sts:AssumeRole) boss\n"),
    says("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "through a group, in two halves", "user ann controls IAM, and so may give itself everything"),
    says("IAM_PRINCIPAL_PRIVESC", "UpdateAssumeRolePolicy of an administrator's role", "ann → (iam:UpdateAssumeRolePolicy) boss"),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "a role that can make itself one", "a → (iam:PutRolePolicy) administrator"),
    says("IAM_ROLE_OIDC_UNSCOPED_SUBJECT", "GitHub: a star", "for any tenant"),
    says("IAM_ROLE_OIDC_UNSCOPED_SUBJECT", "the own cluster, any service account", "for any subject"),
    says("IAM_ROLE_VENDOR_NO_EXTERNAL_ID", "a trusted account that is not of the organization", "444444444444 can assume worker"),
    says("IAM_ROLE_VENDOR_NO_EXTERNAL_ID", "a known vendor", "Datadog (464622532012) can assume worker"),
    says("KMS_KEY_PENDING_DELETION", "a key", "will be deleted at 2026-12-01T00:00:00Z"),
    says("KMS_KEY_PENDING_DELETION", "a replica", "will be deleted\n"),
    says("LAMBDA_PUBLIC", "an alias, and the function itself", "everybody may call f\n", "everybody may call alias live of f"),
    says("LAMBDA_CONFUSED_DEPUTY", "by an alias alone", "may call alias live of f for anybody"),
    says("LAMBDA_CONFUSED_DEPUTY", "an action newer than any table", "may call f for anybody"),
    says("LAMBDA_CROSS_ACCOUNT", "a stranger, by an alias", "alias live of f can be called by"),
    says("LAMBDA_CROSS_ACCOUNT", "a stranger", never=("alias",)),
    says("LAMBDA_PRIVILEGED_ROLE", "everything", "role worker of f may do everything", '"public": false'),
    says("LAMBDA_PRIVILEGED_ROLE", "it may make functions that run as an administrator", "role worker of f can become an administrator: worker → (iam:PassRole + lambda:", '"path": [{'),
    says("EC2_PUBLIC_PRIVILEGED_ROLE", "may put a policy on itself", "its role web can become an administrator: web → (iam:PutRolePolicy) administrator, and the Internet"),
    says("EC2_PUBLIC_PRIVILEGED_ROLE", "lists and reads all buckets, and may be able to put a policy on itself", "its role web may read every bucket"),
    says("LAMBDA_CROSS_ACCOUNT", "a service for a stranger", '"principals": ["s3.amazonaws.com"]'),
    says("CODEBUILD_WEBHOOK_UNANCHORED", "everybody but one", "without an actor"),
    says("LAMBDA_PRIVILEGED_ROLE", "control of IAM", "controls IAM, and so may give itself everything"),
    says("LAMBDA_URL_NO_AUTH", "a new URL with one of two", "only one of two permissions is granted"),
    says("LAMBDA_URL_NO_AUTH", "both permissions", "(nobody is asked who he is)"),
    says("OPENSEARCH_PUBLIC", "users of its own are asked for", "its own users alone keep the Internet out"),
    says("ORG_ACCOUNT_NOT_AUDITED", "a member that nobody audits", "is not in the schedule"),
    says("ORG_ACCOUNT_NOT_AUDITED", "a member whose tags the schedule does not ask for", "is not audited: its tags are others"),
    says("OPENSEARCH_PUBLIC", "everybody", "(nobody is asked who he is)"),
    says("ORG_ACCOUNT_NOT_AUDITED", "a member whose role could not be assumed", "could not be reached"),
    says("RDS_PUBLIC", "no port yet", "it has no port yet"),
    says("REDSHIFT_SERVERLESS_PUBLIC", "its subnets are another account's", "its subnets are not among those of the account"),
    says("REDSHIFT_SERVERLESS_PUBLIC", "no subnets named", "it names no subnets"),
    says("RDS_PUBLIC_FLAG", "the flag is certain, the network is not", "whether the Internet can connect is not known"),
    says("RDS_PUBLIC_FLAG", "flag without a rule", "the network does not let the Internet in"),
    says("ROUTE53_DOMAIN_NO_AUTORENEW", "expired, and not renewed", "it expired 22 days ago"),
    says("ROUTE53_DOMAIN_NO_AUTORENEW", "renewed, but expires in 29 days", "it expires in 29 days"),
    says("ROUTE53_DOMAIN_NO_LOCK", "off, below a country", "; its registry may have no such lock"),
    says("ROUTE53_DOMAIN_NO_LOCK", "off", "the transfer lock is off\n"),
    says("S3_ACCESS_POINT_PUBLIC", "S3 says that it is public, and we see it not", "the policy looks not public"),
    says("S3_ACCESS_POINT_PUBLIC", "S3 says that it is not public", "the policy looks public"),
    says("S3_ACCESS_POINT_PUBLIC", "S3's own verdict is denied, and we see nobody", never=("says the contrary",)),
    says("S3_BUCKET_PUBLIC_GETOBJECT", "S3 says that it is public, and we see it not", "the policy looks not public"),
    says("VPC_ENDPOINT_SERVICE_OPEN", "everybody, though connections wait", "; connections wait for acceptance"),
    says("VPC_ENDPOINT_SERVICE_OPEN", "everybody, and no connection waits", "; nobody has to accept a connection"),
    says("VPC_FLOW_LOGS_OFF", "another VPC's cannot deliver", never=("cannot deliver",)),
    says("VPC_FLOW_LOGS_OFF", "it cannot deliver", "; fl-1 cannot deliver", '"failing": ["fl-1"]'),
)  # fmt: skip

# -- the evidence that a condition chooses --
EVIDENCE: tuple[Said, ...] = (
    says("COGNITO_GUEST_ACCESS", "guests have a role", '"classicFlow": false'),
    says("COGNITO_GUEST_ACCESS", "guests have a role, by the classic flow too", '"classicFlow": true'),
    says("EC2_PUBLIC_ADMIN_PORT", "SSH from anywhere", HOPS, "security group sg-1 allows tcp 22 from 0.0.0.0/0", never=ONLY_PATHS),
    says("EC2_PUBLIC_ADMIN_PORT", "a task on Fargate", "attachment/0c1d", TASK),
    says("EC2_PUBLIC_ALL_PORTS", "a task on Fargate", "attachment/0c1d", TASK),
    says("EC2_PUBLIC_DATASTORE_PORT", "a task on Fargate", "attachment/0c1d", TASK),
    says("EC2_PUBLIC_ADMIN_PORT", "whether the VPC blocks public access is denied", '"assumptions": ["VPC Block Public Access was not read"]'),
    says("EC2_PUBLIC_ALL_PORTS", "all traffic", HOPS, "security group sg-1 allows all traffic from 0.0.0.0/0", never=ONLY_PATHS),
    says("EC2_PUBLIC_ALL_PORTS", "whether the VPC blocks public access is denied", '"assumptions": ["VPC Block Public Access was not read"]'),
    says("EC2_PUBLIC_DATASTORE_PORT", "PostgreSQL from anywhere", HOPS, "security group sg-1 allows tcp 5432 from 0.0.0.0/0", never=ONLY_PATHS),
    says("EC2_PUBLIC_DATASTORE_PORT", "whether the VPC blocks public access is denied", '"assumptions": ["VPC Block Public Access was not read"]'),
    says("IAM_PRINCIPAL_PRIVESC", "PutUserPolicy on itself", '"scp": "unread"', never=('"when"', '"workloadsUnread"', '"on"')),
    says("IAM_PRINCIPAL_PRIVESC", "only with MFA, which it has", '"when": ["aws:multifactorauthpresent"]'),
    says("IAM_PRINCIPAL_PRIVESC", "AddUserToGroup, to the administrators", '"on": "arn:aws:iam::111111111111:group/admins"'),
    says("IAM_PRINCIPAL_PRIVESC", "PutUserPolicy on itself, and functions that were not listed", '"workloadsUnread": ["lambda.list_functions in eu-central-1"]'),
    says("IAM_PRINCIPAL_PRIVESC", "UpdateAssumeRolePolicy of an administrator's role", never=('"on"',)),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "a new function, only with MFA", '"when": ["aws:multifactorauthpresent"]'),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "a running workload: one region is unread, and the function is in the other", '"workloadsUnread": ["lambda.list_functions in eu-west-1"]'),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "a new workload: ec2", never=('"when"', '"workloadsUnread"', '"on"')),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "a running workload: UpdateFunctionCode", '"on": "arn:aws:lambda:eu-central-1:111111111111:function:billing"'),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "with an external id, which it knows", never=('"when"', '"workloadsUnread"', '"on"')),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "a role that can make itself one", never=('"on"',)),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "assume a role, only with MFA", '"when": ["aws:multifactorauthpresent"]'),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "assume a role, and functions that were not listed", '"workloadsUnread": ["lambda.list_functions in eu-central-1"]'),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "a role that can change what runs as one", '"on": "arn:aws:lambda:eu-central-1:111111111111:function:billing"'),
    says("IAM_USER_TWO_KEYS", "both have been there for weeks", '"ageDays": [300, 15]'),
    says("LAMBDA_PRIVILEGED_ROLE", "everything, whoever may call it", '"public": "unread"'),
    says("RAM_SHARE_EXTERNAL", "another organization's unit", '"organization": "o-foreign0000"'),
    says("RAM_SHARE_EXTERNAL", "a stranger beside a sister", '"account": "999999999999"'),
    says("RDS_PUBLIC", "flag, route and group", "security group sg-1 allows tcp 5432 from 0.0.0.0/0"),
)  # fmt: skip

# -- the operation for want of which nothing is known --
WANTED: tuple[Said, ...] = (
    says("CLOUDTRAIL_OFF", "status denied", "for want of cloudtrail.get_trail_status"),
    says("CLOUDTRAIL_OFF", "the trail has its home in a region that is left out", "is one that the schedule leaves out", "for want of nothing"),
    says("EC2_PUBLIC_ADMIN_PORT", "network ACLs denied", "for want of ec2.describe_network_acls"),
    says("EC2_PUBLIC_PRIVILEGED_ROLE", "an administrator, network ACLs denied", "for want of ec2.describe_network_acls"),
    says("ELB_WEAK_TLS", "a policy that AWS does not list", "for want of elbv2.describe_ssl_policies"),
    says("ELB_WEAK_TLS", "a classic policy that is not listed", "for want of elb.describe_load_balancer_policies"),
    says("IAM_PRINCIPAL_PRIVESC", "a condition that nobody can decide, and functions that were not listed", "for want of nothing", never=("not listed",)),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "the role may be an administrator's: its policy was not read", "for want of nothing", never=("not listed",)),
    says("IAM_PRINCIPAL_PRIVESC_PASSROLE", "the role may be an administrator's, and two kinds of workloads were not listed", "; not listed: lambda.list_functions in eu-central-1", "for want of lambda.list_functions", never=("glue.get_jobs",)),
    says("IAM_PRINCIPAL_PRIVESC_CHAIN", "through a workload to a role that may be an administrator's, and two kinds of workloads were not listed", "; not listed: lambda.list_functions in eu-central-1", "for want of lambda.list_functions", never=("glue.get_jobs",)),
    says("IAM_ROLE_COGNITO_UNAUTH", "the pool's region is not audited", "is in us-east-1, which is not audited"),
    says("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a boundary that was not in the answer", "policy/boundary is not in the answer of iam.get_account_authorization_details",
         "for want of iam.get_account_authorization_details", never=("malformed",)),
    says("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "an attached policy that was not in the answer", "policy/ours is not in the answer of iam.get_account_authorization_details", never=("malformed",)),
    says("IAM_PRINCIPAL_ADMIN_UNEXPECTED", "a policy that is not JSON", "malformed policy: ", "for want of nothing"),
    says("LAMBDA_PRIVILEGED_ROLE", "it may put a policy on itself, on a condition that nobody can decide", "whether role worker of f can become an administrator: worker → (iam:PutRolePolicy) administrator cannot be decided"),
    says("LAMBDA_PRIVILEGED_ROLE", "its role is not listed", "for want of iam.get_account_authorization_details"),
    says("LAMBDA_PRIVILEGED_ROLE", "it names no role", "role without a name", "for want of lambda.list_functions"),
    says("RDS_PUBLIC", "route tables denied, one subnet", "for want of ec2.describe_route_tables"),
)  # fmt: skip

# -- whose problem it is, where one resource has it and another has not --
WHOSE: tuple[Said, ...] = (
    says("ACCESSANALYZER_OFF", "in the second region only: that is a finding of its own", "eu-west-1: 111111111111 "),
    says("CLOUDFRONT_WEAK_TLS", "SSL 3", ": www.example.com "),
    says("CLOUDTRAIL_NOT_MULTIREGION", "the management account's multi-region trail is its own", "111111111111, global: "),
    says("CLOUDTRAIL_OFF", "a single-region trail leaves the other region dark", "eu-west-1: 111111111111 "),
    says("CLOUDTRAIL_OFF", "a trail of the management account that the member does not list", "eu-central-1: 111111111111 "),
    says("CLOUDTRAIL_STOPPED", "another trail goes on, stopped yesterday", ": main "),
    says("CLOUDTRAIL_STOPPED", "another trail goes on, stopped yesterday, said without an offset", ": main "),
    says("CLOUDTRAIL_STOPPED", "it recorded all regions, another goes on in one", ": main "),
    says("CODEBUILD_PROJECT_PUBLIC", "public", ": build "),
    says("OPENSEARCH_PUBLIC", "one of two", ": logs "),
    says("ECS_TASK_ENV_SECRET", "a token", ": web "),
    says("ELB_WEAK_TLS", "its tags are among others'", ': web {"team": "shop"}'),
    says("GUARDDUTY_OFF", "in the second region only", "eu-west-1: 111111111111 "),
    says("ORG_ACCOUNT_DISAPPEARED", "said once, though two may list", "111111111111, global: n999999999999 "),
    says("ORG_ACCOUNT_DISAPPEARED", "it is audited by its own role, and yet out of the organization", "111111111111, global: n222222222222 "),
    says("ORG_ACCOUNT_NOT_AUDITED", "neither of two may list, and each has an organization of its own", "000000000001, global: ", "111111111111, global: "),
    says("ORG_ACCOUNT_NOT_AUDITED", "one has joined since the management account listed, which found a state that nobody knows", "999999999999, global: "),
    says("ORG_ACCOUNT_NOT_AUDITED", "said once, though two may list", "111111111111, global: n999999999999 "),
    says("ORG_ACCOUNT_NOT_AUDITED", "the management account says it, though another that may list comes first", "222222222222, global: n999999999999 "),
    *(
        says(case.check, case.why, f"{'role worker' if case.why in BY_A_ROLE else 'user ann'} can become an administrator")
        for case in (*escalation_cases.CASES, *escalation_twins.CASES, *handing_cases.CASES, *makers_cases.CASES)
        if case.shape == "planted"
    ),
)  # fmt: skip

# -- neither a problem nor a PASS --
SCOPE: tuple[Said, ...] = (
    says("ACCOUNT_NO_SECURITY_CONTACT", "GovCloud, which has no such contacts", gone=True),
    says("CLOUDTRAIL_BUCKET_PUBLIC", "a public bucket that no trail delivers to", gone=False),
    says("CLOUDTRAIL_BUCKET_PUBLIC", "one of which nobody knows whether it is a trail's is out of scope", gone=True),
    says("CLOUDTRAIL_BUCKET_PUBLIC", "nor in the region where the organization denies CloudTrail", gone=False),
    says("CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE", "a bucket that no trail delivers to", gone=False),
    says(
        "CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE",
        "one of which nobody knows whether it is a trail's is out of scope",
        gone=True,
    ),
    says("ORG_ACCOUNT_DISAPPEARED", "nobody may list", gone=True),
    says("ORG_ACCOUNT_NOT_AUDITED", "neither of two may list", gone=True),
    says("CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE", "nor in the region where the organization denies CloudTrail", gone=False),
)

WORDS: tuple[Said, ...] = (*DETAILS, *EVIDENCE, *WANTED, *WHOSE, *SCOPE)
