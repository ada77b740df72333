"""Templates are searched value by value, and nothing of them is stored but places, detectors and digests."""

from __future__ import annotations

import json

import pytest

from nightaudit_auditor.snapshot.redact import Redactor
from nightaudit_auditor.snapshot.templates import secrets_in_template
from nightaudit_auditor.snapshot.unpack import UnpackError

GITHUB = "ghp_" + "a1B2" * 9
PASSWORD = "q8Zr4-mW0xTc"
KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"


def found(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.detector) for one in secrets_in_template(text)]


def yaml(properties: str) -> str:
    """A template with one resource."""
    lines = "\n".join(f"      {line}" for line in properties.splitlines())
    return f"AWSTemplateFormatVersion: 2010-09-09\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n{lines}\n"


class TestPlaces:
    @pytest.mark.parametrize(
        "text",
        [
            yaml(f"MasterUserPassword: {PASSWORD}"),
            yaml(f'MasterUserPassword: "{PASSWORD}"'),
            json.dumps({"Resources": {"Db": {"Properties": {"MasterUserPassword": PASSWORD}}}}),
            '{\n\t"Resources":\t{"Db": {"Properties": {"MasterUserPassword": "' + PASSWORD + '"}}}}',
        ],
        ids=["block", "quoted", "JSON", "JSON with tabs"],
    )
    def test_a_secret_is_named_by_where_it_stands(self, text: str) -> None:
        assert found(text) == [("Resources.Db.Properties.MasterUserPassword", "generic-secret")]

    @pytest.mark.parametrize(
        ("properties", "place"),
        [
            (f"MasterUserPassword: !Sub '{PASSWORD}'", "MasterUserPassword.Fn::Sub"),
            (f"MasterUserPassword: !Join ['', [{PASSWORD}]]", "MasterUserPassword.Fn::Join.1.0"),
            (f"Environment: [{{Name: DB_PASSWORD, Value: {PASSWORD}}}]", "Environment.0.Value"),
            (f'SecretString: \'{{"user": "app", "password": "{PASSWORD}"}}\'', "SecretString.password"),
            (
                f"UserData: !Base64 |\n  #!/bin/sh\n  export DB_PASSWORD={PASSWORD}\n",
                "UserData.Fn::Base64: DB_PASSWORD",
            ),
            (
                f"Fn::Transform: {{Name: Macro, Parameters: {{DbPassword: {PASSWORD}}}}}",
                "Fn::Transform.Parameters.DbPassword",
            ),
            (f"A: {{Password: {PASSWORD}, Password: x}}", "A.Password"),
        ],
        ids=[
            "function",
            "list in a function",
            "pair",
            "JSON in text",
            "script",
            "parameters of a macro",
            "the first of two of a name",
        ],
    )
    def test_wherever_that_is(self, properties: str, place: str) -> None:
        assert found(yaml(properties)) == [(f"Resources.Db.Properties.{place}", "generic-secret")]

    def test_a_default_goes_by_its_parameter_and_noecho_does_not_hide_it(self) -> None:
        text = f"Parameters:\n  DbPassword: {{Type: String, NoEcho: true, Default: {PASSWORD}}}\n"
        assert found(text) == [("Parameters.DbPassword.Default", "generic-secret")]

    def test_a_key_counts_beside_its_id(self) -> None:
        text = yaml(f"Id: {KEY_ID}\nOther: {SECRET_KEY}")
        assert [detector for _, detector in found(text)] == ["aws-access-key"] * 2

    def test_a_comment_is_searched_for_what_has_a_form(self) -> None:
        assert found(yaml(f"Name: db # was {GITHUB}")) == [("", "github-token")]

    def test_a_key_that_is_a_secret_is_not_shown(self) -> None:
        assert found(yaml(f"{GITHUB}: {{Password: {PASSWORD}}}"))[0] == (
            "Resources.Db.Properties.*.Password",
            "generic-secret",
        )


@pytest.mark.parametrize(
    "text",
    [
        yaml("MasterUserPassword: !Ref TheDatabasePassword"),
        yaml("MasterUserPassword: !ImportValue shared-database-password"),
        yaml("MasterUserPassword: !GetAtt TheDatabaseSecret.Password"),
        yaml("MasterUserPassword: {'Fn::FindInMap': [Databases, production, password-of-it]}"),
        yaml("MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'"),
        yaml("MasterUserPassword: !Sub '{{resolve:secretsmanager:${TheDatabaseSecret}:SecretString:password}}'"),
        yaml("MasterUserPassword: !Sub '${TheDatabasePassword}'"),
        yaml('SecretString: !Sub \'{"user": "app", "password": "${TheDatabasePassword}"}\''),
        yaml('GenerateSecretString: {SecretStringTemplate: \'{"user": "administrator"}\', PasswordLength: 32}'),
        yaml("Url: !Sub 'postgres://app:${TheDatabasePassword}@db.internal/app'"),
        "Parameters:\n  DbPassword: {Type: String, NoEcho: true, Description: The password of the database}\n",
        "Parameters:\n  DbPassword: {Type: 'AWS::SSM::Parameter::Value<String>', Default: the-database-password}\n",
    ],
)
def test_what_only_stands_for_a_value_is_none(text: str) -> None:
    assert found(text) == []


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "no sections"),
            ("hello", "no sections"),
            ("a: [", "neither JSON nor YAML"),
            ("a: &a [*a]", "neither JSON nor YAML"),
            ('{"a":' * 100_000, "nested too deeply"),
            ("a: " + "[" * 200_000, "nested too deeply"),
            ('{"a":' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ],
    )
    def test_it_is_said(self, text: str, why: str) -> None:
        with pytest.raises(UnpackError, match=why):
            secrets_in_template(text)

    def test_aliases_are_searched_once_however_often_they_are_named(self) -> None:
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
        assert found(bomb) == []


def test_nothing_of_the_template_is_in_what_is_kept() -> None:
    text = yaml(f"MasterUserPassword: {PASSWORD}\nDescription: something that nobody else shall read\nToken: {GITHUB}")
    kept = Redactor().redact({"TemplateBody": text, "StagesAvailable": ["Original"]}, ["TemplateBody|template"])
    assert [(one["name"], one["detector"]) for one in kept["TemplateBody"]["secrets"]] == [
        ("Resources.Db.Properties.MasterUserPassword", "generic-secret"),
        ("Resources.Db.Properties.Token", "github-token"),
    ]
    assert kept["StagesAvailable"] == ["Original"]
    assert not any(part in json.dumps(kept) for part in (PASSWORD, GITHUB, "something that nobody", "AWS::RDS"))


def test_a_template_that_cannot_be_read_is_not_kept_either() -> None:
    kept = Redactor().redact({"TemplateBody": f"a: [{PASSWORD}"}, ["TemplateBody|template"])
    assert kept["TemplateBody"]["unexamined"] == "neither JSON nor YAML"
    assert PASSWORD not in json.dumps(kept)
