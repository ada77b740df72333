"""A schedule becomes a CronJob and a ConfigMap, stays what it says, and takes them along when it goes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json

import pytest

from nightaudit_operator.cluster import intake
from nightaudit_operator.plan import configmap

pytestmark = pytest.mark.usefixtures("operator")


def ready(namespace, soon, name, expected="True/Scheduled"):
    return soon(lambda: namespace.reason("auditschedule", name, "Ready") == expected, f"{name} to be {expected}")


def noise(seed: str) -> str:
    """A glob of some 2 KiB that does not compress below half."""
    return "arn:aws:s3:::" + "".join(hashlib.sha512(f"{seed} {i}".encode()).hexdigest() for i in range(15))


class TestChildren:
    def test_a_schedule_gets_its_cron_job_and_config_map(self, namespace, make_schedule, soon):
        namespace.apply(
            make_schedule("nightly", schedule="17 3 * * *", timeZone="Europe/Berlin", runDeadlineSeconds=600)
        )
        ready(namespace, soon, "nightly")
        cron_job = namespace.get("cronjob", "nightly")
        spec = cron_job["spec"]
        assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == (
            "17 3 * * *",
            "Europe/Berlin",
            "Forbid",
        )
        template = spec["jobTemplate"]["spec"]["template"]["spec"]
        assert template["activeDeadlineSeconds"] == 600 + 300
        assert "activeDeadlineSeconds" not in spec["jobTemplate"]["spec"]
        config_map = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
        assert template["volumes"][0]["configMap"]["name"] == config_map
        document = json.loads(namespace.get("configmap", config_map)["data"]["schedule.json"])
        assert document["spec"]["schedule"] == "17 3 * * *"
        assert "status" not in document
        assert "managedFields" not in document["metadata"]

    def test_the_pod_it_makes_meets_the_restricted_standard(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        template = namespace.get("cronjob", "nightly")["spec"]["jobTemplate"]["spec"]["template"]
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": template["spec"]}
        namespace.cluster.kubectl(
            "label", "namespace", namespace.name, "pod-security.kubernetes.io/enforce=restricted", "--overwrite"
        )
        try:
            namespace.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(pod))
        finally:
            namespace.cluster.kubectl("label", "namespace", namespace.name, "pod-security.kubernetes.io/enforce-")

    def test_exceptions_reach_the_auditor_in_a_new_config_map(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly", exceptionSelector={"matchLabels": {"team": "a"}}))
        ready(namespace, soon, "nightly")
        first = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
        for name, team in (("mine", "a"), ("theirs", "b")):
            namespace.apply(
                {
                    "apiVersion": "nightaudit.dev/v1alpha1",
                    "kind": "AuditException",
                    "metadata": {"name": name, "labels": {"team": team}},
                    "spec": {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"},
                }
            )
        soon(
            lambda: namespace.get("auditschedule", "nightly")["status"].get("activeExceptions") == 1,
            "the new ConfigMap",
        )
        status = namespace.get("auditschedule", "nightly")["status"]
        assert status["configMapName"] != first
        config_map = namespace.get("configmap", status["configMapName"])
        assert config_map["immutable"] is True
        listed = json.loads(gzip.decompress(base64.b64decode(config_map["binaryData"]["exceptions.json.gz"])))
        assert [item["metadata"]["name"] for item in listed] == ["mine"]
        used = namespace.get("cronjob", "nightly")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["volumes"][0]
        assert used["configMap"]["name"] == status["configMapName"]

    def test_the_last_config_map_stays_and_the_one_before_it_goes(self, namespace, make_schedule, soon):
        """The CronJob controller, or kubectl, may be making a Job from the template that it read a moment ago."""
        named: list[str] = []

        def another():
            name = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
            return name if name not in named else None

        for minute in (1, 2, 3):
            namespace.apply(make_schedule("nightly", schedule=f"{minute} 3 1 1 *"))
            named.append(soon(another, "the next ConfigMap"))

        def kept():
            return {c["metadata"]["name"] for c in namespace.list("configmaps", "-l", "nightaudit.dev/schedule")}

        soon(lambda: kept() == set(named[1:]), "the first ConfigMap to go")

    def test_too_many_exceptions_leave_the_cron_job_as_it_was(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        before = namespace.get("cronjob", "nightly")["spec"]
        # Text that does not compress: some 30 KiB each.
        namespace.apply(
            *(
                {
                    "apiVersion": "nightaudit.dev/v1alpha1",
                    "kind": "AuditException",
                    "metadata": {"name": f"big-{number}"},
                    "spec": {
                        "match": {"checks": ["S3_*"], "resources": [noise(f"{number} {line}") for line in range(16)]},
                        "reason": "known and accepted",
                    },
                }
                for number in range(70)
            )
        )
        ready(namespace, soon, "nightly", "False/TooManyExceptions")
        assert namespace.get("cronjob", "nightly")["spec"]["schedule"] == before["schedule"]
        assert namespace.condition("auditschedule", "nightly", "Stalled")["status"] == "True"

    def test_deleting_a_schedule_takes_its_children_along(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        schedule = namespace.get("auditschedule", "nightly")
        assert not schedule["metadata"].get("finalizers")
        assert not schedule["metadata"].get("annotations")
        namespace.kubectl("delete", "auditschedule", "nightly")
        soon(lambda: namespace.find("cronjob", "nightly") is None, "the CronJob to go")
        soon(lambda: not namespace.list("configmaps", "-l", "nightaudit.dev/schedule"), "the ConfigMaps to go")


class TestStatus:
    def test_suspended_is_ready_and_has_no_next_run(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly", suspend=True))
        ready(namespace, soon, "nightly", "True/Suspended")
        assert namespace.get("cronjob", "nightly")["spec"]["suspend"] is True
        assert "nextScheduleTime" not in namespace.get("auditschedule", "nightly")["status"]

    def test_what_the_api_server_refuses_is_the_condition(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly", timeZone="Mars/Olympus"))
        ready(namespace, soon, "nightly", "False/InvalidSchedule")
        assert "Mars/Olympus" in namespace.condition("auditschedule", "nightly", "Ready")["message"]
        namespace.patch("auditschedule", "nightly", {"spec": {"timeZone": "Europe/Berlin"}})
        ready(namespace, soon, "nightly")
        assert namespace.condition("auditschedule", "nightly", "Stalled") is None

    def test_names_of_checks_without_effect_are_a_condition_beside_ready(self, namespace, make_schedule, soon):
        def recognized(kind, name, expected):
            soon(lambda: namespace.reason(kind, name, "ChecksRecognized") == expected, f"{name} to be {expected}")

        exception = {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditException",
            "metadata": {"name": "known"},
            "spec": {"match": {"checks": ["KMZ_*"]}, "reason": "known and accepted"},
        }
        namespace.apply(make_schedule("nightly", checks={"exclude": ["IAM_TYPO", "KMS_*"]}), exception)
        recognized("auditschedule", "nightly", "False/UnknownChecks")
        ready(namespace, soon, "nightly")
        message = namespace.condition("auditschedule", "nightly", "ChecksRecognized")["message"]
        assert message.startswith("spec.checks.exclude[0]: 'IAM_TYPO' is not the name of a check: ")
        recognized("auditexception", "known", "False/UnknownChecks")
        assert namespace.reason("auditexception", "known", "Active") == "True/Active"
        uid = namespace.get("auditschedule", "nightly")["metadata"]["uid"]
        events = [e for e in namespace.list("events") if e["involvedObject"].get("uid") == uid]
        assert sorted((e["type"], e["reason"]) for e in events) == [
            ("Normal", "Scheduled"),
            ("Warning", "UnknownChecks"),
        ]
        namespace.patch("auditschedule", "nightly", {"spec": {"checks": {"exclude": ["KMS_*"]}}})
        namespace.patch("auditexception", "known", {"spec": {"match": {"checks": ["KMS_*"]}}})
        recognized("auditschedule", "nightly", "True/AllRecognized")
        recognized("auditexception", "known", "True/AllRecognized")
        ready(namespace, soon, "nightly")

    def test_a_check_with_two_severities_and_a_selection_of_nothing_are_admitted_and_told(
        self, namespace, make_schedule, soon
    ):
        def recognized(expected):
            soon(lambda: namespace.reason("auditschedule", "nightly", "ChecksRecognized") == expected, f"{expected}")

        overrides = [{"check": "KMS_PUBLIC", "severity": "Low"}, {"check": "KMS_KEY_PUBLIC", "severity": "High"}]
        namespace.apply(make_schedule("nightly", checks={"severityOverrides": overrides}))
        recognized("False/OverriddenTwice")
        nothing = {"severityOverrides": None, "include": ["KMS_ROTATION_OFF"], "minimumSeverity": "Critical"}
        namespace.patch("auditschedule", "nightly", {"spec": {"checks": nothing}})
        recognized("False/NothingSelected")
        ready(namespace, soon, "nightly")

    def test_a_transition_is_one_event(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        namespace.patch("auditschedule", "nightly", {"metadata": {"labels": {"touched": "yes"}}})
        uid = namespace.get("auditschedule", "nightly")["metadata"]["uid"]
        events = soon(
            lambda: [e for e in namespace.list("events") if e["involvedObject"].get("uid") == uid], "the Event"
        )
        assert [(e["type"], e["reason"]) for e in events] == [("Normal", "Scheduled")]

    def test_the_status_is_written_once_and_then_rests(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        version = namespace.get("auditschedule", "nightly")["metadata"]["resourceVersion"]
        namespace.patch("cronjob", "nightly", {"metadata": {"annotations": {"touched": "yes"}}})
        namespace.apply(make_schedule("other"))
        ready(namespace, soon, "other")
        assert namespace.get("auditschedule", "nightly")["metadata"]["resourceVersion"] == version


TAMPERINGS = {
    "an added container": {
        "op": "add",
        "path": "/spec/jobTemplate/spec/template/spec/containers/-",
        "value": {"name": "evil", "image": "evil"},
    },
    "another schedule": {"op": "replace", "path": "/spec/schedule", "value": "* * * * *"},
    "another image": {
        "op": "replace",
        "path": "/spec/jobTemplate/spec/template/spec/containers/0/image",
        "value": "evil",
    },
    "an added variable": {
        "op": "add",
        "path": "/spec/jobTemplate/spec/template/spec/containers/0/env/-",
        "value": {"name": "LD_PRELOAD", "value": "/tmp/x.so"},
    },
    "another host": {"op": "add", "path": "/spec/jobTemplate/spec/template/spec/nodeName", "value": "mine"},
    "a job deadline": {"op": "add", "path": "/spec/jobTemplate/spec/activeDeadlineSeconds", "value": 1},
    "an added volume": {
        "op": "add",
        "path": "/spec/jobTemplate/spec/template/spec/volumes/-",
        "value": {"name": "evil", "hostPath": {"path": "/"}},
    },
}


class TestHealing:
    """Whatever somebody puts into the CronJob would run as the auditor."""

    @pytest.mark.parametrize("manager", ["kubectl-edit", "nightaudit-operator"])
    @pytest.mark.parametrize("tampering", list(TAMPERINGS.values()), ids=list(TAMPERINGS))
    def test_tampering_is_undone(self, namespace, make_schedule, soon, tampering, manager):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        wanted = namespace.get("cronjob", "nightly")
        namespace.kubectl(
            "patch", "cronjob", "nightly", "--type=json", f"--field-manager={manager}", "-p", json.dumps([tampering])
        )

        def healed():
            now = namespace.get("cronjob", "nightly")
            return now["spec"] == wanted["spec"] and now["metadata"]["uid"] == wanted["metadata"]["uid"]

        soon(healed, "the CronJob to be what it was")
        managed = json.loads(namespace.kubectl("get", "cronjob", "nightly", "-o", "json", "--show-managed-fields"))
        owners = {e["manager"] for e in managed["metadata"]["managedFields"] if "f:spec" in e["fieldsV1"]}
        assert owners == {"nightaudit-operator"}

    def test_a_server_side_apply_by_another_is_undone(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        theirs = {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": "nightly"},
            "spec": {"schedule": "* * * * *"},
        }
        namespace.kubectl(
            "apply", "--server-side", "--force-conflicts", "--field-manager=them", "-f", "-", input=json.dumps(theirs)
        )
        soon(lambda: namespace.get("cronjob", "nightly")["spec"]["schedule"] == "17 3 1 1 *", "the schedule to be back")

    def test_a_deleted_child_comes_back(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        config_map = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
        namespace.kubectl("delete", "cronjob", "nightly")
        namespace.kubectl("delete", "configmap", config_map)
        soon(lambda: namespace.find("cronjob", "nightly"), "the CronJob to be back")
        soon(lambda: namespace.find("configmap", config_map), "the ConfigMap to be back")


class TestStrangers:
    """What this schedule does not control is never touched."""

    def test_a_namesake_cron_job_is_left_alone_until_it_goes(self, namespace, make_schedule, soon):
        namespace.kubectl("create", "cronjob", "nightly", "--image=theirs", "--schedule=0 0 1 1 *")
        theirs = namespace.get("cronjob", "nightly")
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly", "False/NameConflict")
        assert "CronJob nightly" in namespace.condition("auditschedule", "nightly", "Ready")["message"]
        assert (
            namespace.get("cronjob", "nightly")["metadata"]["resourceVersion"] == theirs["metadata"]["resourceVersion"]
        )
        namespace.kubectl("delete", "cronjob", "nightly")
        ready(namespace, soon, "nightly")

    def test_a_namesake_config_map_is_left_alone_and_a_run_waits_until_it_goes(
        self, namespace, make_schedule, make_run, soon
    ):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        changed = namespace.get("auditschedule", "nightly")
        changed["spec"]["schedule"] = "18 4 1 1 *"
        changed["metadata"]["generation"] += 1
        next_one = intake.schedule(json.dumps(changed).encode())
        name = configmap.name(next_one, configmap.documents(next_one, ()))
        namespace.kubectl("create", "configmap", name, "--from-literal=schedule.json=theirs")
        theirs = namespace.get("configmap", name)
        namespace.patch("auditschedule", "nightly", {"spec": {"schedule": "18 4 1 1 *"}})
        ready(namespace, soon, "nightly", "False/NameConflict")
        assert f"ConfigMap {name}" in namespace.condition("auditschedule", "nightly", "Ready")["message"]
        assert namespace.get("configmap", name) == theirs
        assert namespace.get("cronjob", "nightly")["spec"]["schedule"] == "17 3 1 1 *"
        namespace.apply(make_run("now", "nightly"))
        soon(lambda: namespace.reason("auditrun", "now", "Succeeded") == "Unknown/ScheduleNotReady", "waiting")
        namespace.kubectl("delete", "configmap", name)
        ready(namespace, soon, "nightly")
        soon(lambda: namespace.list("jobs"), "the Job")

    def test_a_config_map_that_has_lost_its_label_is_still_its_own(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("nightly"))
        ready(namespace, soon, "nightly")
        name = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
        namespace.kubectl("label", "configmap", name, "app.kubernetes.io/managed-by-")
        # Out of the operator's sight it is made again, found to be there, and its own.
        namespace.kubectl("delete", "cronjob", "nightly")
        soon(lambda: namespace.find("cronjob", "nightly"), "the CronJob to be back")
        ready(namespace, soon, "nightly")
