"""The audit role as a Terraform module of one file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nightaudit_auditor.views.policy.documents import DENY_DATA, ORGANIZATION, Document
from nightaudit_auditor.views.policy.words import (
    ATTACHED,
    EXTERNAL_ID,
    EXTERNAL_ID_LENGTH,
    PRINCIPAL,
    PURPOSE,
    ROLE_NAME,
    SESSION_SECONDS,
    SETTINGS,
    head,
)

_FRAME = """\
terraform {{
  required_version = ">= 1.3"

  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }}
  }}
}}

variable "trusted_principal_arn" {{
  description = {trusted_principal_arn}
  type        = string

  validation {{
    condition     = can(regex({principal}, var.trusted_principal_arn))
    error_message = "Must be the ARN of a role, a user or an account's root."
  }}
}}

variable "external_id" {{
  description = {external_id}
  type        = string

  validation {{
    condition     = can(regex({external_id_pattern}, var.external_id)) && length(var.external_id) <= {external_id_length}
    error_message = "Must be 2 to 1,224 letters, digits or characters of _+=,.@:/-."
  }}
}}

variable "role_name" {{
  description = {role_name}
  type        = string
  default     = "nightaudit"

  validation {{
    condition     = can(regex({role_name_pattern}, var.role_name))
    error_message = "Must be 1 to 50 letters, digits or characters of _+=,.@-."
  }}
}}

variable "reads_organization" {{
  description = {reads_organization}
  type        = bool
  default     = false
}}

variable "allow_session_tags" {{
  description = {allow_session_tags}
  type        = bool
  default     = false
}}

data "aws_iam_policy_document" "trust" {{
  statement {{
    actions = ["sts:AssumeRole"]

    principals {{
      type        = "AWS"
      identifiers = [var.trusted_principal_arn]
    }}

    condition {{
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }}
  }}

  # The external id is no condition key of sts:TagSession, which alone gives nobody a session.
  dynamic "statement" {{
    for_each = var.allow_session_tags ? [true] : []

    content {{
      actions = ["sts:TagSession"]

      principals {{
        type        = "AWS"
        identifiers = [var.trusted_principal_arn]
      }}
    }}
  }}
}}

resource "aws_iam_role" "this" {{
  name                 = var.role_name
  description          = {purpose}
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = {session_seconds}
}}

output "role_arn" {{
  description = {role_arn}
  value       = aws_iam_role.this.arn
}}
"""

_MANAGED = """\
resource "aws_iam_policy" "{label}" {{{count}
  name        = "${{var.role_name}}-{name}"
  description = {attached}
  policy      = data.aws_iam_policy_document.{label}.json
}}

resource "aws_iam_role_policy_attachment" "{label}" {{{count}
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.{label}{index}.arn
}}
"""

_INLINE = """\
resource "aws_iam_role_policy" "{label}" {{
  name   = "{name}"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.{label}.json
}}
"""


def terraform(policies: Mapping[str, Document]) -> str:
    """The module as HCL, formatted as `terraform fmt` does; `policies` as `role_policies` makes them."""
    comment = "".join(f"# {line}\n" for line in head("--terraform", policies))
    frame = _FRAME.format(
        trusted_principal_arn=_text(SETTINGS["TrustedPrincipalArn"]),
        principal=_text(f"^{PRINCIPAL}$"),
        external_id=_text(SETTINGS["ExternalId"]),
        external_id_length=EXTERNAL_ID_LENGTH,
        external_id_pattern=_text(f"^{EXTERNAL_ID}$"),
        role_name=_text(SETTINGS["RoleName"]),
        role_name_pattern=_text(f"^{ROLE_NAME}$"),
        reads_organization=_text(SETTINGS["ReadsOrganization"]),
        allow_session_tags=_text(SETTINGS["AllowSessionTags"]),
        purpose=_text(PURPOSE),
        session_seconds=SESSION_SECONDS,
        role_arn=_text(SETTINGS["RoleArn"]),
    )
    return "\n".join([comment, frame, *(block for name, policy in policies.items() for block in _policy(name, policy))])


def _policy(name: str, document: Document) -> Iterator[str]:
    label = name.replace("-", "_")
    statements = "\n".join(_statement(statement) for statement in document["Statement"])
    yield f'data "aws_iam_policy_document" "{label}" {{\n{statements}}}\n'
    if name == DENY_DATA:
        yield _INLINE.format(label=label, name=name)
        return
    optional = name == ORGANIZATION
    yield _MANAGED.format(
        label=label,
        name=name,
        attached=_text(ATTACHED),
        count="\n  count = var.reads_organization ? 1 : 0\n" if optional else "",
        index="[0]" if optional else "",
    )


def _statement(statement: Mapping[str, Any]) -> str:
    lines = [f"    sid    = {_text(statement['Sid'])}", f"    effect = {_text(statement['Effect'])}"]
    for key, name in (("Action", "actions"), ("Resource", "resources"), ("NotResource", "not_resources")):
        if key in statement:
            values = statement[key]
            lines += ["", *_list(name, [values] if isinstance(values, str) else values)]
    return "\n".join(["  statement {", *lines, "  }", ""])


def _list(name: str, values: Iterable[str]) -> Iterator[str]:
    yield f"    {name} = ["
    yield from (f"      {_text(value)}," for value in values)
    yield "    ]"


def _text(value: str) -> str:
    """A quoted string of HCL, whose escapes are JSON's."""
    return json.dumps(value, ensure_ascii=False)
