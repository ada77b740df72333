"""The plan for runs that died before they could tell: somebody else tells of them."""

from __future__ import annotations

import pytest

from tests.unit.op.planning import finished, plan


class TestTheDead:
    def dead(self, build, schedule, ended="2026-01-02T11:00:00Z", **kwargs):
        pod = build.pod("dead-x", "dead", build.terminated("", 137, "OOMKilled"), phase="Failed")
        job = build.job("dead", "Failed", ended=ended)
        return plan(build, schedule, jobs=(job,), pods=(pod,), runs=(build.run("dead", owner="uid-nightly"),), **kwargs)

    def test_a_notify_job_tells_of_them(self, build, reason):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        change = self.dead(build, build.schedule(errors=topic)).run_changes[0]
        assert change.notify["metadata"]["name"] == "uid-dead-notify"
        assert change.notify["metadata"]["ownerReferences"][0]["kind"] == "AuditSchedule"
        container = change.notify["spec"]["template"]["spec"]["containers"][0]
        assert container["args"][3:7] == ["--run", "dead", "--reason", "OOMKilled"]
        assert "NIGHTAUDIT_DEADLINE_SECONDS" not in {entry["name"] for entry in container["env"]}
        assert reason(change.status, "Notified") == "Unknown/Announcing"

    @pytest.mark.parametrize("there", [True, False])
    def test_it_mounts_what_the_dead_run_mounted_or_else_what_is_there(self, build, there):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        maps = (build.config_map("nightly-0"),) if there else ()
        planned = self.dead(build, build.schedule(errors=topic), config_maps=maps)
        [config, *_] = planned.run_changes[0].notify["spec"]["template"]["spec"]["volumes"]
        assert config["configMap"]["name"] == ("nightly-0" if there else planned.config_map_name)

    def test_it_is_tried_again_but_not_after_a_configuration_error(self, build):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        spec = self.dead(build, build.schedule(errors=topic)).run_changes[0].notify["spec"]
        assert spec["backoffLimit"] == 2
        exit_codes = {"containerName": "auditor", "operator": "In", "values": [2]}
        assert spec["podFailurePolicy"]["rules"] == [{"action": "FailJob", "onExitCodes": exit_codes}]

    def test_it_has_the_installations_memory_not_what_the_dead_ran_out_of(self, build):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        change = self.dead(build, build.schedule(errors=topic, resources={"limits": {"memory": "1Mi"}})).run_changes[0]
        [container] = change.notify["spec"]["template"]["spec"]["containers"]
        assert container["resources"] != {"limits": {"memory": "1Mi"}}

    def test_nobody_is_told_when_nobody_asked(self, build, reason):
        change = self.dead(build, build.schedule()).run_changes[0]
        assert change.notify is None
        assert reason(change.status, "Notified") == "False/NotAnnounced"

    @pytest.mark.parametrize(
        ("finished_as", "told"),
        [("Complete", "True/Announced"), ("Failed", "False/AnnounceFailed"), (None, "False/AnnounceFailed")],
    )
    def test_its_end_is_the_run_s_notified(self, build, reason, finished_as, told):
        condition = {
            "type": "Notified",
            "status": "Unknown",
            "reason": "Announcing",
            "message": "",
            "lastTransitionTime": "x",
        }
        run = finished(build, "dead", "Error", conditions=[condition])
        notify = {"labels": {"nightaudit.dev/purpose": "notify"}, "annotations": {"nightaudit.dev/announces": "dead"}}
        jobs = (build.job("uid-dead-notify", finished_as, **notify),) if finished_as else ()
        change = plan(build, build.schedule(), runs=(run,), jobs=jobs).run_changes[0]
        assert reason(change.status, "Notified") == told
        assert change.status.result == "Error"
