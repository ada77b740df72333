"""What is said when something cannot be done."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from demo.cluster import Cluster, ClusterError
from demo.cluster.__main__ import main
from demo.cluster.binaries import go_version
from demo.cluster.locks import locked
from demo.cluster.namespaces import run
from demo.cluster.packages import install
from demo.cluster.paths import cache_folder, state_folder
from demo.cluster.progress import run_long
from demo.cluster.waiting import tail, wait_until


class TestNames:
    @pytest.mark.parametrize("name", ["", "Demo", "1a", "a_b", "a-", "../x", "a" * 41])
    def test_a_name_that_cannot_name_a_node_is_refused(self, name: str) -> None:
        with pytest.raises(ClusterError, match="instance name"):
            Cluster(name)

    def test_state_follows_the_xdg_variable(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert state_folder("demo") == tmp_path / "nightaudit" / "demo"

    def test_a_relative_xdg_variable_is_ignored(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", "cache")
        assert cache_folder() == tmp_path / ".cache" / "nightaudit"


class TestWaits:
    def test_a_wait_names_what_did_not_come_and_explains(self) -> None:
        with pytest.raises(ClusterError, match=r"for the moon, in vain\nclouds"):
            wait_until("the moon", lambda: False, seconds=0, explain=lambda: "clouds")

    def test_the_tail_of_a_log_ends_with_its_last_line(self, tmp_path: Path) -> None:
        log = tmp_path / "a.log"
        log.write_text("\n".join(map(str, range(100))))
        assert tail(log, 2) == f"--- last lines of {log}\n98\n99"

    def test_a_missing_log_is_said_to_be_missing(self, tmp_path: Path) -> None:
        assert "no log" in tail(tmp_path / "a.log")


class TestLocks:
    def test_a_second_holder_gives_up_after_its_time(self, tmp_path: Path) -> None:
        with (
            locked(tmp_path / "lock", "work", seconds=1),
            pytest.raises(ClusterError, match="work: another process holds"),
            locked(tmp_path / "lock", "work", seconds=0),
        ):
            pass

    def test_a_released_lock_is_free(self, tmp_path: Path) -> None:
        began = time.monotonic()
        for _ in range(2):
            with locked(tmp_path / "lock", "work", seconds=5):
                pass
        assert time.monotonic() - began < 1


class TestPrograms:
    def test_a_failure_carries_the_programs_own_words(self) -> None:
        with pytest.raises(ClusterError, match="status 3: no such moon"):
            run(["sh", "-c", "echo no such moon >&2; exit 3"])

    def test_a_missing_program_names_the_command_that_installs_it(self) -> None:
        with pytest.raises(ClusterError, match=r"demo\.cluster packages"):
            run(["no-such-program-anywhere"])

    def test_an_endless_program_is_ended(self) -> None:
        with pytest.raises(ClusterError, match="no end after"):
            run(["sleep", "30"], seconds=0.1)

    def test_input_reaches_the_program(self) -> None:
        assert run(["cat"], stdin="moon") == "moon"

    def test_a_failed_build_shows_the_end_of_its_log(self, tmp_path: Path) -> None:
        with pytest.raises(ClusterError, match=r"building: sh ended with status 1\n(.|\n)*no moon"):
            run_long("building", ["sh", "-c", "echo no moon; exit 1"], log=tmp_path / "build.log")

    def test_a_build_that_takes_too_long_is_ended(self, tmp_path: Path) -> None:
        with pytest.raises(ClusterError, match="not done after"):
            run_long("building", ["sleep", "30"], log=tmp_path / "build.log", seconds=0.1)


class TestMachine:
    def test_without_go_it_says_which_to_install(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(ClusterError, match="Go is not installed"):
            go_version()

    def test_without_apt_it_lists_what_is_needed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("demo.cluster.packages.missing", lambda _packages: ["etcd-server"])
        monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
        with pytest.raises(ClusterError, match="no apt-get here: install the equivalents of etcd-server"):
            install()

    def test_without_root_every_command_says_so(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        assert main(["up", "--name", "demo"]) == 1
        assert "needs root" in capsys.readouterr().err


class TestAnInstanceThatIsDown:
    @pytest.fixture
    def cluster(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cluster:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        return Cluster("never-up")

    def test_it_has_no_address(self, cluster: Cluster) -> None:
        with pytest.raises(ClusterError, match="never-up is not up: run"):
            _ = cluster.host_ip

    def test_nothing_can_be_started_in_it(self, cluster: Cluster) -> None:
        with pytest.raises(ClusterError, match="never-up is not up: run"):
            cluster.spawn("web", ["true"])

    def test_its_status_is_that_nothing_runs(self, cluster: Cluster) -> None:
        status = cluster.status()
        assert (dict(status.programs), status.api_ready, status.node_ready) == ({}, False, False)

    def test_a_log_that_is_not_there_is_an_error(self, cluster: Cluster) -> None:
        with pytest.raises(ClusterError, match="no log of 'web'"):
            cluster.logs("web")
