"""IAM's service last accessed details: begun, waited for, and honest about how they ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.collect.service_last_accessed import WAIT_SECONDS, fetch
from nightaudit_auditor.snapshot import Outcome
from tests.unit.collect.conftest import Call, FakeAWS, query
from tests.unit.collect.whole import Run, read

OPERATION = "iam.get_service_last_accessed_details"
BEGUN = Reply(Outcome.OK, {"JobId": "job-1"})
GRANTED = [{"ServiceNamespace": "s3"}]
DONE = {"JobStatus": "COMPLETED", "ServicesLastAccessed": GRANTED}


def begin(reply: Reply = BEGUN) -> Callable[[], Awaitable[Reply]]:
    async def ask() -> Reply:
        return reply

    return ask


def details(*answers: dict[str, Any] | Reply) -> tuple[Callable[[str], Awaitable[Reply]], list[str]]:
    """One after another, the last one for ever; and the jobs that were asked for."""
    asked: list[str] = []

    async def ask(job: str) -> Reply:
        asked.append(job)
        answer = answers[min(len(asked), len(answers)) - 1]
        return answer if isinstance(answer, Reply) else Reply(Outcome.OK, answer)

    return ask, asked


class Clock:
    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


class TestTheJob:
    async def test_it_is_waited_for_with_growing_pauses(self) -> None:
        ask, asked = details({"JobStatus": "IN_PROGRESS"}, {"JobStatus": "IN_PROGRESS"}, DONE)
        clock = Clock()
        assert await fetch(begin(), ask, sleep=clock.sleep) == Reply(Outcome.OK, DONE)
        assert asked == ["job-1"] * 3
        assert clock.pauses == [0.25, 0.5, 1.0]

    async def test_one_that_never_ends_is_given_up(self) -> None:
        ask, _ = details({"JobStatus": "IN_PROGRESS"})
        clock = Clock()
        reply = await fetch(begin(), ask, sleep=clock.sleep)
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "JobNotReady")
        assert WAIT_SECONDS <= sum(clock.pauses) < WAIT_SECONDS + max(clock.pauses)

    async def test_one_that_fails_says_why(self) -> None:
        ask, _ = details({"JobStatus": "FAILED", "Error": {"Code": "ServiceFailure", "Message": "try again"}})
        reply = await fetch(begin(), ask, sleep=Clock().sleep)
        assert (reply.outcome, reply.code, reply.message) == (Outcome.ERROR, "ServiceFailure", "try again")

    @pytest.mark.parametrize("answer", [{}, {"JobStatus": "PONDERING"}])
    async def test_a_state_that_iam_does_not_have_is_no_answer(self, answer: dict[str, Any]) -> None:
        ask, asked = details(answer)
        assert (await fetch(begin(), ask, sleep=Clock().sleep)).code == "MalformedAnswer"
        assert len(asked) == 1

    async def test_a_job_without_an_id_is_no_answer(self) -> None:
        ask, asked = details(DONE)
        assert (await fetch(begin(Reply(Outcome.OK, {})), ask, sleep=Clock().sleep)).code == "MalformedAnswer"
        assert not asked

    async def test_a_refusal_of_either_call_is_its_outcome(self) -> None:
        denied = Reply(Outcome.DENIED, None, "AccessDenied", "no")
        ask, asked = details(denied)
        assert await fetch(begin(), ask, sleep=Clock().sleep) == denied
        assert await fetch(begin(denied), ask, sleep=Clock().sleep) == denied
        assert len(asked) == 1


def _principal(kind: str, name: str, path: str = "/") -> str:
    arn = f"arn:aws:iam::111111111111:{kind}{path}{name}"
    return f"<member><Path>{path}</Path><Arn>{arn}</Arn></member>"


DETAILS = (
    f"<UserDetailList>{_principal('user', 'ann')}</UserDetailList><RoleDetailList>{_principal('role', 'worker')}"
    f"{_principal('role', 'AWSServiceRoleForSupport', '/aws-service-role/support.amazonaws.com/')}"
    f"{_principal('role', 'AWSReservedSSO_Admin', '/aws-reserved/sso.amazonaws.com/')}</RoleDetailList>"
)
USER, ROLE = "arn:aws:iam::111111111111:user/ann", "arn:aws:iam::111111111111:role/worker"


def _page(services: str, rest: str = "<IsTruncated>false</IsTruncated>", state: str = "COMPLETED") -> str:
    listed = (
        f"<ServicesLastAccessed><member><ServiceNamespace>{services}</ServiceNamespace></member></ServicesLastAccessed>"
    )
    return f"<JobStatus>{state}</JobStatus><JobType>SERVICE_LEVEL</JobType>{listed}{rest}"


class TestACollection:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("nightaudit_auditor.collect.service_last_accessed._FIRST_PAUSE", 0.001)

    def _answers(self, aws: FakeAWS, pages: Callable[[Call], str], refused: str = "") -> None:
        def answer(call: Call) -> web.Response | None:
            match call.operation:
                case "GetAccountAuthorizationDetails":
                    return query(call, DETAILS)
                case "GenerateServiceLastAccessedDetails" if call.form["Arn"] == refused:
                    error = (
                        "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>"
                    )
                    return web.Response(text=error, status=404, content_type="text/xml")
                case "GenerateServiceLastAccessedDetails":
                    return query(call, f"<JobId>{call.form['Arn']}</JobId>")
                case "GetServiceLastAccessedDetails":
                    return query(call, pages(call))
            return None

        aws.answer = answer

    async def test_users_and_roles_are_asked_for_but_not_awss_own_roles(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        self._answers(aws, lambda _: _page("s3"))
        await run()
        records = list(read(tmp_path).records(OPERATION))
        assert [(r.parameters["Arn"], r.outcome) for r in records] == [(ROLE, Outcome.OK), (USER, Outcome.OK)]

    async def test_all_pages_of_a_job_are_one_answer(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        more = "<IsTruncated>true</IsTruncated><Marker>m</Marker>"
        self._answers(aws, lambda call: _page("sqs") if call.form.get("Marker") == "m" else _page("s3", more))
        await run()
        answer = read(tmp_path).answer(OPERATION, parameters={"Arn": ROLE})
        assert answer is not None
        assert [one["ServiceNamespace"] for one in answer["ServicesLastAccessed"]] == ["s3", "sqs"]
        assert (answer["JobStatus"], answer["JobType"]) == ("COMPLETED", "SERVICE_LEVEL")
        asked = [call.form for call in aws.calls if call.operation == "GetServiceLastAccessedDetails"]
        assert {form["MaxItems"] for form in asked} == {"1000"}

    async def test_a_principal_that_vanishes_is_gone(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        self._answers(aws, lambda _: _page("s3"), USER)
        await run()
        record = read(tmp_path).record(OPERATION, parameters={"Arn": USER})
        assert record is not None
        assert record.outcome is Outcome.GONE
