"""A small world on one machine: a real Kubernetes, an AWS stand-in, an S3 server and a Slack-shaped server."""
