"""CodeBuild: who may start builds or read them, and what projects give away."""

from nightaudit_auditor.checks.codebuild import projects, webhooks

__all__ = ["projects", "webhooks"]
