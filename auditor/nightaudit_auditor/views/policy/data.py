"""Actions that read what accounts hold, not how they are configured: never asked for, and denied to the audit role."""

from __future__ import annotations

API_KEYS = (
    "arn:*:apigateway:*::/apikeys",
    "arn:*:apigateway:*::/apikeys/*",
    "arn:*:apigateway:*::/usageplans/*/keys",
    "arn:*:apigateway:*::/usageplans/*/keys/*",
)
"""API Gateway has one action for all that can be read, and answers with the values of API keys under these paths."""

DATA_READS: dict[str, tuple[str, ...]] = {
    "objects, files and disk blocks": (
        "s3:GetObject*", "s3:ListBucket", "s3:ListBucketVersions", "s3express:CreateSession", "s3-object-lambda:GetObject*",
        "s3tables:GetTableData", "s3vectors:GetVectors", "s3vectors:QueryVectors", "glacier:GetJobOutput",
        "ebs:GetSnapshotBlock", "elasticfilesystem:Client*", "mediastore:GetObject", "backup-storage:GetChunk",
    ),
    "secrets and parameters": (
        "secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter*",
        "appconfig:GetConfiguration", "appconfig:GetLatestConfiguration", "acm:ExportCertificate",
    ),
    "what is encrypted": ("kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"),
    "other identities and their credentials": (
        "sts:AssumeRole*", "sts:GetFederationToken", "redshift:GetClusterCredentials*", "redshift-serverless:GetCredentials",
        "ecr:GetAuthorizationToken", "codeartifact:GetAuthorizationToken", "ec2:GetPasswordData",
        "lightsail:DownloadDefaultKeyPair", "lightsail:GetInstanceAccessDetails", "lightsail:GetBucketAccessKeys",
        "lightsail:GetRelationalDatabaseMasterUserPassword", "gamelift:GetInstanceAccess",
        "cognito-identity:GetCredentialsForIdentity", "cognito-identity:GetOpenIdToken*",
    ),
    "rows and items": (
        "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQLSelect",
        "dynamodb:GetRecords", "dax:GetItem", "dax:BatchGetItem", "dax:Query", "dax:Scan", "rds-data:*", "rds-db:connect",
        "redshift-data:*", "athena:GetQueryResults*", "athena:StartQueryExecution", "cassandra:Select*",
        "timestream:Select", "qldb:PartiQL*", "sdb:Select", "neptune-db:*", "es:ESHttp*", "aoss:APIAccessAll",
        "elasticache:Connect", "memorydb:Connect", "dsql:DbConnect*", "healthlake:Read*", "healthlake:Search*",
    ),
    "messages and records": (
        "sqs:ReceiveMessage", "kinesis:GetRecords", "kinesis:SubscribeToShard", "kafka-cluster:ReadData",
        "iot:GetRetainedMessage", "iot:GetThingShadow", "iotanalytics:GetDatasetContent",
    ),
    "logs and consoles": (
        "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:GetQueryResults", "logs:StartQuery",
        "logs:StartLiveTail", "logs:Unmask", "rds:DownloadDBLogFilePortion", "rds:DownloadCompleteDBLogFile",
        "ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot",
    ),
    "code and images": (
        "lambda:GetFunction", "lambda:GetLayerVersion", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
        "codecommit:GitPull", "codecommit:GetFile", "codecommit:GetFolder", "codecommit:GetBlob",
        "codecommit:GetDifferences", "codeartifact:GetPackageVersionAsset", "codeartifact:ReadFromRepository",
    ),
    "people": ("cognito-idp:ListUsers*", "cognito-idp:AdminGetUser", "cognito-idp:GetUser", "macie2:GetSensitiveDataOccurrences"),
}  # fmt: skip
"""Patterns of IAM actions by what they would read. All that is listed exists, and none of it is needed (tests hold both)."""
