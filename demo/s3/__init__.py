"""SeaweedFS as the demo's S3: one process, one access key, one bucket, on one address."""

from demo.s3.server import Credentials, Ports, command, ensure_bucket

__all__ = ["Credentials", "Ports", "command", "ensure_bucket"]
