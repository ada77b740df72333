"""A whole collection: every account, every outcome recorded, and no failure that spreads."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    Regions,
)
from nightaudit_auditor.snapshot import AccountWriter, DeniedBy, Outcome, Record, SnapshotError
from tests.unit.collect.conftest import Call, FakeAWS, deny, ec2, refuse
from tests.unit.collect.whole import MEMBER, OWN, Recorder, Run, read, schedule

BUCKETS = (
    "<ListAllMyBucketsResult><Buckets>"
    "<Bucket><Name>known</Name><BucketRegion>eu-west-1</BucketRegion></Bucket><Bucket><Name>unknown</Name></Bucket>"
    "<Bucket><Name>elsewhere</Name><BucketRegion>us-east-1</BucketRegion></Bucket>"
    "</Buckets></ListAllMyBucketsResult>"
)


class TestWhatIsRecorded:
    async def test_every_operation_of_the_catalogue_without_parameters_is_there(
        self, run: Run, tmp_path: Path, models: Models
    ) -> None:
        collection = await run()
        data = read(tmp_path)
        assert {entry.id for entry in load_catalogue(models).roots} <= set(data.operations())
        assert (data.account.name, data.account.labels, data.regions) == (
            "production",
            {"env": "prod"},
            ("eu-central-1",),
        )
        assert collection.accounts[0].complete
        assert collection.halted == ""

    async def test_the_totals_count_what_the_snapshot_holds(self, run: Run, tmp_path: Path) -> None:
        progress = Recorder()
        account = (await run(progress=progress)).accounts[0]
        data = read(tmp_path)
        records = [record for operation in data.operations() for record in data.records(operation)]
        assert sum(account.outcomes.values()) == len(records) == len(progress.calls)
        by_service = sum(
            n for services in account.by_service.values() for counts in services.values() for n in counts.values()
        )
        assert by_service == len(records)
        assert (progress.started, progress.finished) == ([OWN.id], [account])

    async def test_dependent_calls_are_recorded_with_the_parameters_that_tell_them_apart(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        def answer(call: Call) -> web.StreamResponse | None:
            match call.operation:
                case "ListKeys":
                    return web.json_response({"Keys": [{"KeyId": "customer"}, {"KeyId": "managed"}]})
                case "DescribeKey":
                    manager = "CUSTOMER" if "customer" in body(call) else "AWS"
                    return web.json_response({"KeyMetadata": {"KeyId": manager.lower(), "KeyManager": manager}})
            return None

        bodies: dict[int, str] = {}

        def body(call: Call) -> str:
            return bodies[id(call.request)]

        plain = aws.answer

        async def remember(call: Call) -> web.StreamResponse:
            bodies[id(call.request)] = await call.request.text()
            return answer(call) or plain(call) or aws._default(call)  # type: ignore[return-value]

        aws.answer = remember
        await run()
        data = read(tmp_path)
        assert [r.parameters for r in data.records("kms.describe_key")] == [{"KeyId": "customer"}, {"KeyId": "managed"}]
        assert [r.parameters for r in data.records("kms.get_key_policy")] == [
            {"KeyId": "customer", "PolicyName": "default"}
        ]
        assert [r.parameters for r in data.records("ec2.describe_snapshots")] == [{}]

    async def test_buckets_of_selected_regions_are_asked_in_their_region(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        def answer(call: Call) -> web.StreamResponse | None:
            if call.service == "s3" and call.operation.startswith("/?"):
                return web.Response(text=BUCKETS, content_type="application/xml")
            if call.operation.startswith("/unknown?location"):
                return web.Response(text="<LocationConstraint>EU</LocationConstraint>", content_type="application/xml")
            if "policy" in call.operation:
                return refuse(call, 404, "NoSuchBucketPolicy")
            return None

        regions = "".join(
            f"<item><regionName>{region}</regionName></item>" for region in ("eu-central-1", "eu-west-1", "us-east-1")
        )
        aws.answer = lambda call: (
            ec2(call, f"<regionInfo>{regions}</regionInfo>") if call.operation == "DescribeRegions" else answer(call)
        )
        await run(schedule(regions=Regions(include=("eu-*",))))
        data = read(tmp_path)
        assert data.record("s3.get_bucket_acl", "us-east-1", {"Bucket": "elsewhere"}) is None
        for bucket in ("known", "unknown"):
            assert data.answer("s3.get_bucket_policy", "eu-west-1", {"Bucket": bucket}) is None
            assert data.answer("s3.get_bucket_acl", "eu-west-1", {"Bucket": bucket}) is not None
        assert [record.parameters for record in data.records("s3.get_bucket_location")] == [{"Bucket": "unknown"}]

    async def test_a_trail_that_every_region_lists_is_read_once_in_its_home(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        arns = {home: f"arn:aws:cloudtrail:{home}:111111111111:trail/main" for home in ("eu-west-1", "us-east-1")}
        trails = [{"Name": "main", "TrailARN": arn, "HomeRegion": home} for home, arn in arns.items()]
        regions = "".join(f"<item><regionName>{name}</regionName></item>" for name in ("eu-central-1", *arns))

        def answer(call: Call) -> web.StreamResponse | None:
            if call.operation == "DescribeRegions":
                return ec2(call, f"<regionInfo>{regions}</regionInfo>")
            return web.json_response({"trailList": trails}) if call.operation == "DescribeTrails" else None

        aws.answer = answer
        await run(schedule(regions=Regions(include=("eu-*",))))
        data = read(tmp_path)
        assert [record.region for record in data.records("cloudtrail.describe_trails")] == ["eu-central-1", "eu-west-1"]
        for operation, name in (("get_trail_status", "Name"), ("get_event_selectors", "TrailName")):
            asked = [(record.region, record.parameters) for record in data.records(f"cloudtrail.{operation}")]
            assert asked == [("eu-west-1", {name: arns["eu-west-1"]})]

    async def test_units_of_an_organization_are_walked_once_each_even_in_a_circle(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        def answer(call: Call) -> web.StreamResponse | None:
            match call.operation:
                case "ListRoots":
                    return web.json_response({"Roots": [{"Id": "r-1"}]})
                case "ListOrganizationalUnitsForParent":
                    return web.json_response({"OrganizationalUnits": [{"Id": "ou-1"}]})
            return None

        aws.answer = answer
        await run()
        parents = [{"ParentId": "ou-1"}, {"ParentId": "r-1"}]
        data = read(tmp_path)
        assert [
            record.parameters for record in data.records("organizations.list_organizational_units_for_parent")
        ] == parents
        assert [record.parameters for record in data.records("organizations.list_accounts_for_parent")] == parents

    async def test_no_planted_secret_reaches_the_output(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        secret = "hunter2-hunter2"
        functions = {"Functions": [{"FunctionName": "f", "Environment": {"Variables": {"DB_PASSWORD": secret}}}]}
        aws.answer = lambda call: (
            web.json_response(functions) if call.operation.rstrip("/").endswith("/functions") else None
        )
        await run()
        answer = read(tmp_path).answer("lambda.list_functions", "eu-central-1")
        assert answer is not None
        assert answer["Functions"][0]["Environment"]["Variables"]["DB_PASSWORD"]["detector"] == "generic-secret"
        for file in tmp_path.rglob("*.gz"):
            assert secret.encode() not in gzip.decompress(file.read_bytes())


class TestFailuresStayWhereTheyAre:
    async def test_a_denied_service_is_denied_and_nothing_else(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        aws.answer = deny("DescribeVolumes")
        account = (await run()).accounts[0]
        data = read(tmp_path)
        record = data.record("ec2.describe_volumes", "eu-central-1")
        assert record is not None
        assert (record.outcome, record.code, record.denied_by) == (Outcome.DENIED, "AccessDenied", DeniedBy.UNKNOWN)
        assert account.outcomes["denied"] == 1
        assert account.by_service["eu-central-1"]["ec2"]["denied"] == 1

    async def test_what_depends_on_a_call_that_failed_is_recorded_as_skipped(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        aws.answer = deny("ListKeys")
        await run()
        data = read(tmp_path)
        for operation in ("kms.describe_key", "kms.get_key_policy", "kms.get_key_rotation_status"):
            record = data.record(operation, "eu-central-1")
            assert record is not None
            assert (record.outcome, record.code) == (Outcome.SKIPPED, "ParentNotRead")
        assert "kms.list_keys, which ended as denied" in data.record("kms.describe_key", "eu-central-1").message  # type: ignore[union-attr]

    async def test_what_is_not_asked_is_not_taken_for_the_call_that_another_operation_led_to(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        function = {"FunctionName": "f", "FunctionArn": "arn:aws:lambda:eu-central-1:111111111111:function:f"}

        def answer(call: Call) -> web.StreamResponse | None:
            if call.service != "lambda":
                return None
            if call.operation.endswith("/aliases"):
                return refuse(call, 403, "AccessDenied", "no")
            return web.json_response({"Functions": [function]} if call.operation.endswith("/functions") else {})

        aws.answer = answer
        await run()
        policies = {
            tuple(sorted(record.parameters.items())): record.outcome
            for record in read(tmp_path).records("lambda.get_policy")
            if record.region == "eu-central-1"
        }
        assert policies.pop((("FunctionName", "f"),)) is not Outcome.SKIPPED
        assert policies == {(("FunctionName", "f"), ("Qualifier", "*")): Outcome.SKIPPED}

    async def test_an_item_without_its_name_does_not_stop_the_others(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        aws.answer = lambda call: (
            web.json_response({"Keys": [{"KeyId": "a"}, {"KeyArn": "b"}]}) if call.operation == "ListKeys" else None
        )
        await run()
        outcomes = {
            tuple(record.parameters.values()): record.outcome for record in read(tmp_path).records("kms.describe_key")
        }
        assert outcomes == {("a",): Outcome.OK, (): Outcome.SKIPPED}

    async def test_one_endpoint_that_is_down_does_not_disturb_the_rest(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
        account = (await run()).accounts[0]
        record = read(tmp_path).record("kms.list_keys", "eu-central-1")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.ERROR, "ConnectionError")
        assert account.outcomes["error"] == 1

    async def test_html_from_a_service_is_an_error_of_that_service(self, aws: FakeAWS, run: Run) -> None:
        aws.answer = lambda call: web.Response(text="<html>") if call.service == "guardduty" else None
        account = (await run()).accounts[0]
        assert account.by_service["eu-central-1"]["guardduty"] == {"error": 1, "skipped": 3}
        assert account.outcomes["error"] == 1

    async def test_a_defect_in_one_call_is_its_own_outcome(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a defect")

        monkeypatch.setattr("nightaudit_auditor.collect.credential_report.fetch", broken)
        await run()
        record = read(tmp_path).record("iam.get_credential_report")
        assert record is not None
        assert (record.outcome, record.code, record.message) == (Outcome.ERROR, "RuntimeError", "a defect")

    async def test_a_service_that_a_region_lacks_is_skipped_without_asking(
        self, aws: FakeAWS, run: Run, tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(models, "lacks", lambda service, _: service == "guardduty")
        await run()
        data = read(tmp_path)
        record = data.record("guardduty.list_detectors", "eu-central-1")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "ServiceNotInRegion")
        assert data.answer("guardduty.list_detectors", "eu-central-1") is None
        assert not list(data.records("guardduty.get_detector")), "where nothing can be, nothing is left unasked"
        assert not any(call.service == "guardduty" for call in aws.calls)

    async def test_a_snapshot_that_cannot_be_written_fails_the_run(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "metadata").mkdir()
        (tmp_path / "metadata" / f"{OWN.id}.jsonl.gz").symlink_to("/dev/full")
        with pytest.raises(SnapshotError, match=r"111111111111\.jsonl\.gz: cannot be written: No space left on device"):
            await run()

    async def test_of_the_first_calls_in_a_region_none_goes_on_when_another_cannot_be_written(
        self, aws: FakeAWS, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hanging = asyncio.Event()
        write = AccountWriter.write

        def full(writer: AccountWriter, record: Record, *, secrets: Sequence[str] = ()) -> None:
            if record.region != "global" and record.service == "ec2":
                raise SnapshotError("cannot be written")
            write(writer, record, secrets=secrets)

        async def answer(call: Call) -> web.StreamResponse:
            if call.service in {"rds", "lambda"}:
                hanging.set()
                await asyncio.sleep(30)
            if call.service == "ec2" and call.operation != "DescribeRegions":
                await hanging.wait()
            return aws._default(call)

        aws.answer = answer
        monkeypatch.setattr(AccountWriter, "write", full)
        with pytest.raises(SnapshotError):
            await run()
        assert [task for task in asyncio.all_tasks() if "Sweep" in repr(task.get_coro())] == []


class TestAccounts:
    async def test_a_member_is_reached_through_its_role(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        await run(schedule(OWN, MEMBER))
        assume = next(call for call in aws.calls if call.operation == "AssumeRole")
        assert (assume.form["ExternalId"], assume.form["RoleSessionName"], assume.region) == (
            "external",
            "nightly-1",
            "eu-central-1",
        )
        assert aws.count("AssumeRole") == 1
        assert {call.key for call in aws.calls} == {"AKIDEXAMPLE", "ROLE222222222222"}
        assert read(tmp_path, MEMBER.id).reachable

    async def test_a_role_that_cannot_be_assumed_disturbs_nobody(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        aws.answer = deny("AssumeRole")
        own, member = (await run(schedule(OWN, MEMBER))).accounts
        assert (own.reachable, member.reachable) == (True, False)
        assert "arn:aws:iam::222222222222:role/nightaudit cannot be assumed: no" in member.error
        data = read(tmp_path, MEMBER.id)
        assert not data.reachable
        record = data.record("sts.assume_role")
        assert record is not None
        assert (record.outcome, record.code, record.denied_by) == (Outcome.DENIED, "AccessDenied", DeniedBy.UNKNOWN)

    async def test_a_role_that_leads_elsewhere_is_refused_before_anything_is_collected(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        wrong = AccountTarget(id="333333333333", role_arn=MEMBER.role_arn)
        account = (await run(schedule(wrong))).accounts[0]
        assert "leads to account 222222222222, not to 333333333333" in account.error
        assert [call.operation for call in aws.calls] == ["AssumeRole", "GetCallerIdentity"]
        data = read(tmp_path, wrong.id)
        assert data.operations() == ("sts.get_caller_identity",)
        assert data.record("sts.get_caller_identity").code == "WrongAccount"  # type: ignore[union-attr]

    async def test_own_credentials_of_another_account_are_refused(self, aws: FakeAWS, run: Run) -> None:
        aws.account = "999999999999"
        account = (await run()).accounts[0]
        assert "the run's own credentials leads to account 999999999999" in account.error

    async def test_without_credentials_the_account_is_unreachable(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        account = (await run(schedule(OWN, MEMBER))).accounts[0]
        assert (account.reachable, account.outcomes) == (False, {"error": 1})
        assert "NoCredentials" in account.error
        assert "set a profile, environment variables or a role" in account.error

    async def test_an_expired_own_token_is_said_as_such(self, aws: FakeAWS, run: Run) -> None:
        aws.answer = lambda call: refuse(call, 403, "ExpiredToken", "expired")
        account = (await run()).accounts[0]
        assert (account.reachable, account.outcomes) == (False, {"error": 1})
        assert "expired: log in again" in account.error


class TestTheEnd:
    @pytest.fixture(autouse=True)
    def hanging(self, aws: FakeAWS) -> None:
        async def hang(call: Call) -> web.StreamResponse:
            if call.service == "rds":
                await asyncio.sleep(30)
            return aws._default(call)

        aws.answer = hang

    async def test_at_the_deadline_the_rest_is_skipped_and_what_was_had_is_kept(self, run: Run, tmp_path: Path) -> None:
        started = time.monotonic()
        collection = await run(deadline=started + 1.5)
        assert time.monotonic() - started < 10
        assert collection.halted == "DeadlineExceeded"
        account, data = collection.accounts[0], read(tmp_path)
        assert (account.complete, data.complete, account.error) == (False, False, "DeadlineExceeded")
        record = data.record("rds.describe_db_instances", "eu-central-1")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "DeadlineExceeded")
        below = data.record("rds.describe_db_snapshot_attributes", "eu-central-1")
        assert below is not None
        assert (below.outcome, below.code) == (Outcome.SKIPPED, "DeadlineExceeded")
        assert data.answer("iam.get_account_summary") == {}

    async def test_an_interrupt_ends_the_run_at_once(self, run: Run, tmp_path: Path) -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(1, stop.set)
        collection = await asyncio.wait_for(run(schedule(OWN, MEMBER), stop=stop), 10)
        assert collection.halted == "Interrupted"
        assert not read(tmp_path).complete
        assert not read(tmp_path, MEMBER.id).complete

    async def test_accounts_that_were_never_reached_are_skipped(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        account = (await run(deadline=time.monotonic() - 1)).accounts[0]
        assert (account.reachable, account.complete, account.outcomes) == (False, False, {"skipped": 1})
        assert aws.calls == []
        assert not read(tmp_path).complete
