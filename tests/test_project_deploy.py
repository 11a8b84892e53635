"""What deploy/ promises of its images, compose files and manifests; none of it needs Docker or a cluster."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from ibid.cli import app

# What a server is given to answer what it has begun, after --drain: see ibid/serving.py.
ENDING = 30
COMPOSED = ("s3", "postgres")
KINDS = ("s3", "postgres", "ray")
KUBERNETES = "1.34"


def _tool(name: str) -> str:
    """A program that a package of the extra `dev` brought with it."""
    return str(Path(sys.executable).parent / name)


def _run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def deploy(root: Path) -> Path:
    return root / "deploy"


@pytest.fixture(scope="module", params=COMPOSED)
def services(request: pytest.FixtureRequest, deploy: Path) -> dict[str, dict[str, Any]]:
    """The services of compose.yaml and one of the files that go with it, merged as far as is looked at here."""
    merged: dict[str, dict[str, Any]] = {}
    for name in ("compose.yaml", f"compose.{request.param}.yaml"):
        for service, told in yaml.safe_load((deploy / name).read_text())["services"].items():
            for key, value in told.items():
                before = merged.setdefault(service, {}).get(key)
                if isinstance(value, list) and before and key != "command":
                    value = [*before, *value]
                merged[service][key] = value
    return merged


@pytest.fixture(scope="module")
def secrets(deploy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    _run("sh", str(deploy / "secrets.sh"), str(folder))
    return folder


@cache
def _rendered(deploy: Path, kind: str) -> list[dict[str, Any]]:
    if shutil.which("kubectl") is None:
        pytest.skip("there is no kubectl to put the manifests together with")
    return list(yaml.safe_load_all(_run("kubectl", "kustomize", str(deploy / "kubernetes" / kind))))


def _pods(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - YAML
    """Every pod that is told of somewhere in a manifest."""
    if isinstance(value, dict):
        if "containers" in value:
            yield value
        for inner in value.values():
            yield from _pods(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pods(inner)


def test_the_dockerfile_passes_its_linter(deploy: Path) -> None:
    _run(_tool("hadolint"), str(deploy / "Dockerfile"))


def test_an_image_is_made_of_files_that_are_there_and_sent(root: Path, deploy: Path) -> None:
    ignored = (deploy / "Dockerfile.dockerignore").read_text().split()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", (deploy / "Dockerfile").read_text(), re.MULTILINE)
        for name in line.split()
    ]
    assert {"requirements.lock", "ingest", "corpus"} <= set(copied)
    assert not [name for name in copied if not (root / name).exists() or f"!{name}" not in ignored]
    wheel = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["only-include"]) <= set(copied)


def test_an_image_runs_as_nobody_in_particular_and_tells_whether_it_is_well(deploy: Path) -> None:
    stages = re.split(r"^FROM ", (deploy / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    named = {stage.splitlines()[0].split(" AS ")[1]: stage for stage in stages}
    for target in ("serve", "index"):
        assert re.search(r"^USER 10001:10001$", named[target], re.MULTILINE)
        assert re.search(r"^HEALTHCHECK ", named[target], re.MULTILINE)
    assert "127.0.0.1:8017/healthz" in named["serve"]
    assert list(named)[-1] == "serve", "what is built where no target is named"


def test_torch_is_only_where_documents_are_embedded(deploy: Path) -> None:
    text = (deploy / "Dockerfile").read_text()
    serving = re.search(r"AS serve-packages\n(.+?)\nFROM", text, re.DOTALL)
    assert serving and "torch" not in serving[1]
    installed = re.search(r"whl\)\[(.+?)\]", serving[1])
    assert installed
    assert {"documents", "index", "ocr", "ray", "eval"}.isdisjoint(installed[1].split(","))


def test_the_extras_that_are_installed_are_offered(root: Path, deploy: Path) -> None:
    offered = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    installed = re.findall(r"whl\)\[(.+?)\]", (deploy / "Dockerfile").read_text())
    assert len(installed) == 2
    assert {extra for group in installed for extra in group.split(",")} <= set(offered)


def test_every_image_is_of_a_release(deploy: Path) -> None:
    files = [deploy / "Dockerfile", *deploy.glob("*.yaml"), *deploy.rglob("kubernetes/**/*.yaml")]
    images = [
        name for file in files for name in re.findall(r"^\s+(?:- )?image: (\S+)$", file.read_text(), re.MULTILINE)
    ]
    assert len(images) > 5
    assert not [name for name in images if not re.search(r":v?\d+\.\d+", name)]
    assert re.search(r"^ARG PYTHON=3\.\d+\.\d+-", (deploy / "Dockerfile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["compose.yaml", *(f"compose.{kind}.yaml" for kind in COMPOSED)])
def test_a_compose_file_is_one(deploy: Path, name: str) -> None:
    _run(_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(deploy / name))


def test_what_a_compose_file_names_is_there(deploy: Path, secrets: Path, services: dict[str, dict[str, Any]]) -> None:
    made = {path.name for path in secrets.iterdir()}
    for service in services.values():
        assert set(service.get("secrets", [])) <= made
        assert {Path(_by_default(file)).name for file in service.get("env_file", [])} <= made
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (deploy / volume.split(":")[0]).is_file(), volume
        if "build" in service:
            assert f" AS {service['build']['target']}\n" in (deploy / "Dockerfile").read_text()


def test_composed_replicas_can_write_nowhere_else_and_end_in_time(services: dict[str, dict[str, Any]]) -> None:
    replicas = [service for name, service in services.items() if name.startswith("replica-")]
    assert len(replicas) == 3
    for service in [*replicas, *(service for service in services.values() if "profiles" in service)]:
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    for service in replicas:
        assert "ports" not in service, "only the proxy is reached from outside"
        assert int(service["stop_grace_period"].removesuffix("s")) >= _drain(service["command"]) + ENDING


def test_every_option_that_is_given_is_one(deploy: Path) -> None:
    given = list(_commands(deploy))
    assert len(given) >= 8
    commands: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
    unknown = [
        (name, word)
        for name, *words in given
        for word in words
        if word.startswith("--") and word.split("=")[0] not in {o for p in commands[name].params for o in p.opts}
    ]
    assert unknown == []


@pytest.mark.parametrize("kind", COMPOSED)
def test_the_manifests_are_what_kubernetes_takes(deploy: Path, tmp_path: Path, kind: str) -> None:
    import kubernetes_validate

    for manifest in _rendered(deploy, kind):
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


@pytest.mark.parametrize("kind", KINDS)
def test_pods_are_as_the_restricted_standard_demands(deploy: Path, kind: str) -> None:
    import kubernetes_validate

    pods = [pod for manifest in _rendered(deploy, kind) for pod in _pods(manifest)]
    assert len(pods) == 2
    for pod in pods:
        kubernetes_validate.validate(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": pod}, KUBERNETES, strict=True
        )
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        mounted = {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            closed = container["securityContext"]
            assert closed["readOnlyRootFilesystem"] and closed["allowPrivilegeEscalation"] is False
            assert closed["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            assert {mount["name"] for mount in container["volumeMounts"]} == mounted


@pytest.mark.parametrize("kind", COMPOSED)
def test_a_replica_is_asked_whether_it_is_ready_and_may_end_what_it_answers(deploy: Path, kind: str) -> None:
    by_kind = {manifest["kind"]: manifest["spec"] for manifest in _rendered(deploy, kind) if "spec" in manifest}
    pod = by_kind["Deployment"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    probe, drain = container["readinessProbe"], _drain(container["args"])
    assert probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"] < drain
    assert pod["terminationGracePeriodSeconds"] >= drain + ENDING
    labels = by_kind["Deployment"]["template"]["metadata"]["labels"]
    for each in ("PodDisruptionBudget", "Deployment"):
        assert by_kind[each]["selector"]["matchLabels"].items() <= labels.items()
    assert by_kind["Service"]["selector"].items() <= labels.items()
    assert by_kind["CronJob"]["concurrencyPolicy"] == "Forbid"


@pytest.mark.parametrize("kind", KINDS)
def test_no_manifest_and_no_compose_file_holds_a_secret(deploy: Path, kind: str) -> None:
    manifests = _rendered(deploy, kind)
    assert "Secret" not in {manifest["kind"] for manifest in manifests}
    assert not re.search(r"(?i)(password|secret_access_key)[=:] *[\"']?\w", yaml.safe_dump(manifests))
    for file in deploy.glob("*.yaml"):
        assert not re.search(r"://[^@/\s]*:[^@/\s]*@", _by_default(file.read_text()))


def test_secrets_are_made_once_and_closed_to_others(deploy: Path, secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    _run("sh", str(deploy / "secrets.sh"), str(secrets))
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert "ca.key" not in before
    certificate, authority = str(secrets / "server.crt"), str(secrets / "ca.crt")
    _run("openssl", "verify", "-CAfile", authority, "-verify_hostname", "database", certificate)


def test_a_replica_may_only_read_the_store(secrets: Path) -> None:
    told = {each["name"]: each for each in json.loads((secrets / "s3.json").read_text())["identities"]}
    assert told["replica"]["actions"] == ["Read:ibid", "List:ibid"]
    for name, identity in told.items():
        assert identity["credentials"][0]["secretKey"] in (secrets / f"{name}.env").read_text()


def _by_default(text: str) -> str:
    """What stands in a compose file, where no variable is set."""
    return re.sub(r"\$\{\w+:-(\w+)\}", r"\1", text)


def _drain(command: list[str]) -> int:
    (seconds,) = [word.removeprefix("--drain=") for word in command if word.startswith("--drain=")]
    return int(seconds)


def _commands(deploy: Path) -> Iterator[list[str]]:
    """The words after `ibid` of every command that is given in deploy/."""
    for words in re.findall(r"^CMD (\[.+\])$", (deploy / "Dockerfile").read_text(), re.MULTILINE):
        yield json.loads(words)
    for file in deploy.glob("compose.*.yaml"):
        for service in yaml.safe_load(file.read_text())["services"].values():
            if service.get("command", [""])[0] in ("serve", "index"):
                yield service["command"]
    for file in (deploy / "kubernetes").rglob("*.yaml"):
        for manifest in yaml.safe_load_all(file.read_text()):
            if "entrypoint" in manifest.get("spec", {}):
                yield manifest["spec"]["entrypoint"].split()[1:]
            yield from (c["args"] for pod in _pods(manifest) for c in pod["containers"] if "args" in c)
