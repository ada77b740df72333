"""The pods that the operator makes call the auditor as it wants to be called."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.cli.inputs import make_task, read_schedule
from nightaudit_auditor.cli.main import cli
from nightaudit_auditor.steps.task import Task
from nightaudit_operator.api.objects import CronJob, Run, Schedule
from nightaudit_operator.cluster import intake
from nightaudit_operator.plan import cronjob, job
from nightaudit_operator.plan.run_status import Link

from .conftest import ROOT, Json, World

AUDITOR = ROOT / "auditor" / "nightaudit_auditor"
FIXED = {
    "NIGHTAUDIT_RUN", "NIGHTAUDIT_DEADLINE_SECONDS", "NIGHTAUDIT_TERMINATION_LOG", "NIGHTAUDIT_TOKEN_DIR",
    "NIGHTAUDIT_SLACK_API_URL", "NIGHTAUDIT_REPORT_URL_TEMPLATE", "NIGHTAUDIT_LOG_FORMAT",
    "NIGHTAUDIT_IMAGE",
}  # fmt: skip
NOT_THE_OPERATORS = {"SLACK_BOT_TOKEN"}
"""A laptop's token: in a cluster the operator mounts one for each notification."""


@pytest.fixture
def schedule(world: World) -> Schedule:
    return world.schedule(world.manifest("schedule-full"))


@pytest.fixture
def scheduled(world: World, schedule: Schedule) -> Any:
    assert schedule.spec is not None
    return cronjob.manifest(world.config, schedule, schedule.spec, "nightly-0123456789")


@pytest.fixture
def run_pod(scheduled: Any) -> Any:
    return scheduled["spec"]["jobTemplate"]["spec"]["template"]


@pytest.fixture
def run(world: World) -> Run:
    return intake.run(world.stored(world.manifest("run-now")))


@pytest.fixture
def notify_pod(world: World, schedule: Schedule, run: Run) -> Any:
    assert schedule.spec is not None
    made: Json = job.notify_job(
        world.config, schedule, schedule.spec, "nightly-0", run, "uid", "OOMKilled", "-- out of memory"
    )
    return made["spec"]["template"]


def container(pod: Any) -> Any:
    (only,) = pod["spec"]["containers"]
    return only


def parsed(pod: Any) -> tuple[str, dict[str, Any]]:
    """The command and its parameters, as click understands the container's arguments."""
    name, *rest = container(pod)["args"]
    command = cli.commands[name]
    return name, command.make_context(name, list(rest)).params


def environment(pod: Any) -> dict[str, str]:
    """The container's environment; the downward API gives the pod's name."""
    names = {"metadata.name": "nightly-29000000-abcde"}
    return {
        variable["name"]: variable["value"]
        if "value" in variable
        else names[variable["valueFrom"]["fieldRef"]["fieldPath"]]
        for variable in container(pod)["env"]
    }


def variables_read() -> set[str]:
    """Every environment variable of its own that the auditor's source asks for."""
    texts = (path.read_text() for path in AUDITOR.rglob("*.py"))
    return {name for text in texts for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"', text)}


def mounts(pod: Any) -> dict[PurePosixPath, Any]:
    """Mount path → the volume that is mounted there."""
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    return {PurePosixPath(m["mountPath"]): volumes[m["name"]] for m in container(pod)["volumeMounts"]}


class TestTheArguments:
    def test_the_run_is_started_with_both_files(self, run_pod: Any) -> None:
        name, parameters = parsed(run_pod)
        assert name == "run"
        assert parameters["schedule_file"] == Path("/etc/nightaudit/schedule.json")
        assert parameters["exception_files"] == (Path("/etc/nightaudit/exceptions.json.gz"),)
        assert (parameters["storage"], parameters["fail_on"]) == (None, None)

    def test_a_users_run_is_started_as_a_scheduled_one(
        self, world: World, schedule: Schedule, run: Run, run_pod: Any
    ) -> None:
        assert schedule.spec is not None
        meta = {
            "name": "nightly",
            "namespace": "security",
            "uid": "uid-cron",
            "creationTimestamp": "2026-01-01T00:00:00Z",
        }
        owner: CronJob = intake.cron_job(json.dumps({"metadata": meta}).encode())
        made: Json = job.user_job(world.config, schedule, schedule.spec, owner, "nightly-0123456789", run)
        assert made["spec"]["template"] == run_pod

    def test_a_death_is_announced_with_what_is_known(self, notify_pod: Any) -> None:
        name, parameters = parsed(notify_pod)
        assert name == "announce"
        assert parameters["schedule_file"] == Path("/etc/nightaudit/schedule.json")
        assert (parameters["run"], parameters["reason"], parameters["message"]) == (
            "now",
            "OOMKilled",
            "-- out of memory",
        )

    def test_a_misspelt_argument_would_be_refused(self, run_pod: Any) -> None:
        container(run_pod)["args"] = ["run", "--file", "x"]
        with pytest.raises(click.UsageError):
            parsed(run_pod)


class TestTheEnvironment:
    def test_a_run_gets_all_that_was_agreed_and_nothing_else(self, run_pod: Any) -> None:
        assert set(environment(run_pod)) == FIXED | {"HOME"}

    def test_an_announcement_has_no_deadline(self, notify_pod: Any) -> None:
        assert set(environment(notify_pod)) == FIXED - {"NIGHTAUDIT_DEADLINE_SECONDS"} | {"HOME"}

    def test_the_auditor_reads_each_of_them_and_asks_for_no_other(self) -> None:
        assert variables_read() == FIXED | NOT_THE_OPERATORS

    def test_the_task_is_what_the_schedule_and_the_installation_say(
        self, world: World, run_pod: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in environment(run_pod).items():
            monkeypatch.setenv(name, value)
        mounted = world.mount(tmp_path, world.manifest("schedule-full"))
        task = make_task(read_schedule(mounted.schedule), (), digest="", storage=None, run=None)
        assert task.run == "nightly-29000000-abcde"
        assert task.deadline_seconds == 5400
        assert task.slack_api_url == "https://slack.com/api/"
        assert task.report_url_template == world.config.report_url_template

    def test_a_notification_finds_its_token_where_the_secret_is_mounted(
        self, world: World, run_pod: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens = tmp_path / "tokens"
        tokens.mkdir()
        folder = PurePosixPath(environment(run_pod)["NIGHTAUDIT_TOKEN_DIR"])
        for source in mounts(run_pod)[folder]["projected"]["sources"]:
            (item,) = source["secret"]["items"]
            (tokens / item["path"]).write_text(f"xoxb-{source['secret']['name']}-{item['key']}\n")
        monkeypatch.setenv("NIGHTAUDIT_TOKEN_DIR", str(tokens))
        declared = read_schedule(world.mount(tmp_path, world.manifest("schedule-full")).schedule)
        task = make_task(declared, (), digest="", storage=None, run=None)
        found = [task.token(notification) for notification in declared.spec.notifications]
        assert found == ["xoxb-slack-token", "xoxb-slack-on-call"]


class TestTheMounts:
    def test_the_files_are_where_the_arguments_point(self, run_pod: Any) -> None:
        _, parameters = parsed(run_pod)
        files = {str(parameters["schedule_file"]), *map(str, parameters["exception_files"])}
        config = PurePosixPath("/etc/nightaudit")
        assert mounts(run_pod)[config]["configMap"] == {"name": "nightly-0123456789"}
        assert files == {str(config / "schedule.json"), str(config / "exceptions.json.gz")}

    def test_home_is_a_folder_that_can_be_written(self, run_pod: Any) -> None:
        assert mounts(run_pod)[PurePosixPath(environment(run_pod)["HOME"])]["emptyDir"] == {}

    def test_the_summary_is_left_where_kubernetes_reads_it(self, run_pod: Any) -> None:
        only = container(run_pod)
        assert only["terminationMessagePolicy"] == "File"
        assert only["terminationMessagePath"] == environment(run_pod)["NIGHTAUDIT_TERMINATION_LOG"]

    def test_without_notifications_no_secret_is_mounted(self, world: World) -> None:
        schedule = world.schedule(world.manifest("schedule-least"))
        assert schedule.spec is not None
        made: Any = cronjob.manifest(world.config, schedule, schedule.spec, "nightly-0")
        volumes = made["spec"]["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
        assert [volume["name"] for volume in volumes] == ["config", "tmp"]


class TestTheDeadline:
    def test_the_auditor_stops_before_kubernetes_stops_it(self, run_pod: Any) -> None:
        own = float(environment(run_pod)["NIGHTAUDIT_DEADLINE_SECONDS"])
        assert own < run_pod["spec"]["activeDeadlineSeconds"]


KEYS = st.from_regex(r"[A-Za-z0-9_.=-]{1,20}(/[A-Za-z0-9_.=-]{1,20}){0,4}", fullmatch=True)


@given(KEYS)
def test_slack_and_the_status_of_the_run_give_the_same_link_to_the_report(key: str) -> None:
    template, uri = World.config.report_url_template, f"s3://night-audit.example/{key}"
    schedule = read_schedule(ROOT / "tests" / "fixtures" / "manifests" / "good" / "schedule-full.yaml")
    base = make_task(schedule, (), digest="", storage=None, run="r")
    task = Task(**(vars(base) | {"report_url_template": template}))
    assert task.report_link(uri) == Link(template, "eu-central-1").url(uri)
