"""The chart: rendered by Helm itself, checked against Kubernetes' own schemas, and hardened."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bot.settings import variable_names
from tests.deploy.conftest import DEPLOY

CHART = DEPLOY / "helm" / "winerr"
Values = dict[str, Any]
Manifests = dict[str, dict[str, Any]]
Render = Callable[[Values], Manifests]

SLACK = {"slack": {"existingSecret": "winerr-slack"}}
REPLICAS = SLACK | {"database": {"existingSecret": "winerr-database"}}
ALONE = SLACK | {"replicaCount": 1}
HTTP = {
    "slack": {"existingSecret": "winerr-slack", "mode": "http"},
    "database": {"existingSecret": "winerr-database"},
    "ingress": {
        "enabled": True, "host": "winerr.example.com", "className": "nginx",
        "tlsSecret": "winerr-tls", "annotations": {"example.com/size": "1m"},
    },
}  # fmt: skip
EVERYTHING = HTTP | {
    "image": {"repository": "images/winerr", "digest": "sha256:" + "0" * 64},
    "imagePullSecrets": [{"name": "pull"}],
    "config": {
        "WINERR_CHANNEL_POLICIES": "C0123ABCD=alerts",
        "WINERR_SOCKETS": 3,
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
    },
    "extraEnv": [
        {"name": "X", "valueFrom": {"secretKeyRef": {"name": "more", "key": "x"}}},
    ],
    "extraVolumes": [{"name": "own", "configMap": {"name": "own"}}],
    "extraVolumeMounts": [{"name": "own", "mountPath": "/own", "readOnly": True}],
    "networkPolicy": {
        "from": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}],
        "extraEgress": [{"ports": [{"port": 3128}]}],
    },
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True},
    "serviceAccount": {"annotations": {"a": "b"}},
    "podAnnotations": {"a": "b"},
    "podLabels": {"team": "windows"},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "spot", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "priorityClassName": "high",
    "service": {"annotations": {"a": "b"}},
}
SEVERAL = REPLICAS | {
    "slack": {"existingSecret": "winerr-slack", "publicUrl": "https://winerr.example.com"},
    "ingress": {"enabled": True, "host": "winerr.example.com", "tlsSecret": "winerr-tls"},
}
SEVERAL_HTTP = SEVERAL | {"slack": SEVERAL["slack"] | {"mode": "http"}}
WAYS = {
    "replicas": REPLICAS,
    "alone": ALONE,
    "http": HTTP,
    "several": SEVERAL,
    "several-http": SEVERAL_HTTP,
    "everything": EVERYTHING,
    "bare": ALONE | {
        "persistence": {"enabled": False}, "networkPolicy": {"enabled": False},
        "serviceAccount": {"create": False}, "topologySpreadConstraints": [],
        "podSecurityContext": {"runAsUser": None, "runAsGroup": None, "fsGroup": None},
    },
}  # fmt: skip


@pytest.fixture
def render() -> Render:
    import helm_python

    def rendered(values: Values) -> Manifests:
        with helm_python.Chart.load(CHART) as chart:
            chart.validate_schema(values)
            texts = chart.render(values, name="winerr", namespace="incidents")
        documents = [
            document
            for name, text in texts.items()
            if name.endswith(".yaml")
            for document in yaml.safe_load_all(text)
            if document
        ]
        manifests = {document["kind"]: document for document in documents}
        assert len(manifests) == len(documents)
        return manifests

    return rendered


@pytest.fixture
def refusal() -> Callable[[Values], str]:
    import helm_python

    def refused(values: Values) -> str:
        with helm_python.Chart.load(CHART) as chart:
            try:
                chart.validate_schema(values)
                chart.render(values, name="winerr", namespace="incidents")
            except helm_python.HelmError as error:
                return str(error)
        pytest.fail("it is taken")

    return refused


def container(manifests: Manifests) -> dict[str, Any]:
    (only,) = manifests["Deployment"]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def environment(manifests: Manifests) -> dict[str, Any]:
    variables = container(manifests)["env"]
    named = {entry["name"]: entry for entry in variables}
    assert len(named) == len(variables)
    return named


@pytest.mark.parametrize("way", WAYS)
def test_helm_lint_finds_nothing(way: str) -> None:
    import helm_python

    report = helm_python.lint(CHART, WAYS[way], strict=True)
    faults = [message for message in report["messages"] if message["severity"] > 1]
    assert (report["errors"], faults) == ([], [])


@pytest.mark.parametrize("version", ["1.27", "1.37"])
@pytest.mark.parametrize("way", WAYS)
def test_kubernetes_takes_it(render: Render, way: str, version: str) -> None:
    import kubernetes_validate

    known = 0
    for kind, manifest in render(WAYS[way]).items():
        if manifest["apiVersion"].startswith("monitoring.coreos.com"):
            continue  # the operator's own kinds: Kubernetes has no schema for them
        kubernetes_validate.validate(manifest, version, strict=True)
        assert manifest["metadata"]["name"] == "winerr", kind
        known += 1
    assert known >= 2


def test_the_schemas_would_find_a_fault(render: Render) -> None:
    import kubernetes_validate

    deployment = render(REPLICAS)["Deployment"]
    deployment["spec"]["template"]["spec"]["containers"][0]["livenessprobe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, "1.37", strict=True)


@pytest.mark.parametrize("way", WAYS)
def test_a_pod_may_do_nothing_that_it_does_not_need(render: Render, way: str) -> None:
    manifests = render(WAYS[way])
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert ("runAsUser" in pod["securityContext"]) == (way != "bare")
    assert container(manifests)["securityContext"] == {
        "allowPrivilegeEscalation": False, "privileged": False,
        "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    assert all("hostPath" not in volume for volume in pod["volumes"])
    if way != "bare":
        assert manifests["ServiceAccount"]["automountServiceAccountToken"] is False


@pytest.mark.parametrize("way", WAYS)
def test_secrets_are_references_and_settings_exist(render: Render, way: str) -> None:
    variables = environment(render(WAYS[way]))
    for name, entry in variables.items():
        assert ("value" in entry) == name.startswith(("WINERR_", "OTEL_")), name
    standard = {"X", "OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert set(variables) - standard <= set(variable_names())


def test_several_replicas_share_a_database_and_are_spread_and_kept(render: Render) -> None:
    manifests = render(REPLICAS)
    deployment = manifests["Deployment"]["spec"]
    assert deployment["replicas"] == 2
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    reference = environment(manifests)["DATABASE_URL"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "winerr-database", "key": "DATABASE_URL"}
    spread = deployment["template"]["spec"]["topologySpreadConstraints"]
    labels = deployment["selector"]["matchLabels"]
    assert [entry["labelSelector"]["matchLabels"] for entry in spread] == [labels, labels]
    budget = manifests["PodDisruptionBudget"]["spec"]
    assert (budget["maxUnavailable"], budget["selector"]["matchLabels"]) == (1, labels)
    assert manifests["Service"]["spec"]["selector"] == labels
    assert labels.items() <= deployment["template"]["metadata"]["labels"].items()
    assert "PersistentVolumeClaim" not in manifests


def test_one_alone_keeps_a_file_that_one_pod_writes(render: Render) -> None:
    manifests = render(ALONE)
    assert manifests["Deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    assert "DATABASE_URL" not in environment(manifests)  # the image's default: /data
    (volume,) = manifests["Deployment"]["spec"]["template"]["spec"]["volumes"]
    assert volume["persistentVolumeClaim"]["claimName"] == "winerr"
    assert "PersistentVolumeClaim" in manifests
    assert "PodDisruptionBudget" not in manifests  # it would keep the node from being emptied


@pytest.mark.parametrize(("grace", "given"), [(0, 15), (20, 35), (7.5, 23), (300, 315)])
def test_a_pod_gets_longer_than_its_work(render: Render, grace: float, given: int) -> None:
    manifests = render(REPLICAS | {"shutdownGraceSeconds": grace})
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == given
    assert float(environment(manifests)["WINERR_SHUTDOWN_GRACE_SECONDS"]["value"]) == grace


def test_probes_ask_what_is_served(render: Render) -> None:
    asked = container(render(REPLICAS))
    paths = {name: asked[f"{name}Probe"]["httpGet"]["path"] for name in ("liveness", "readiness")}
    assert paths == {"liveness": "/healthz", "readiness": "/readyz"}
    assert asked["ports"] == [{"name": "http", "containerPort": 3000}]
    assert environment(render(REPLICAS))["WINERR_HTTP_PORT"]["value"] == "3000"


def test_slack_reaches_one_path_only(render: Render) -> None:
    manifests = render(EVERYTHING)
    (rule,) = manifests["Ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (rule["host"], path["path"], path["pathType"]) == (
        "winerr.example.com", "/slack/events", "Exact",
    )  # fmt: skip
    assert "SLACK_SIGNING_SECRET" in environment(manifests)
    assert "SLACK_APP_TOKEN" not in environment(manifests)
    assert container(manifests)["image"] == "images/winerr@sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("values", "paths", "secrets"),
    [
        (SEVERAL, ["/slack/install", "/slack/oauth_redirect"], "SLACK_APP_TOKEN"),
        (
            SEVERAL_HTTP,
            ["/slack/events", "/slack/install", "/slack/oauth_redirect"],
            "SLACK_SIGNING_SECRET",
        ),
    ],
)
def test_people_reach_the_pages_on_which_they_install_it(
    render: Render, values: Values, paths: list[str], secrets: str
) -> None:
    manifests = render(values)
    (rule,) = manifests["Ingress"]["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == paths
    assert {path["pathType"] for path in rule["http"]["paths"]} == {"Exact"}
    variables = environment(manifests)
    assert {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", secrets} <= variables.keys()
    assert variables["WINERR_PUBLIC_URL"]["value"] == "https://winerr.example.com"
    assert "SLACK_BOT_TOKEN" not in variables
    assert manifests["NetworkPolicy"]["spec"]["ingress"] != []


def test_pages_and_api_are_published_where_that_is_chosen(render: Render) -> None:
    chosen = {"enabled": True, "host": "winerr.example.com", "pages": True, "api": True}
    manifests = render(REPLICAS | {"ingress": chosen})
    (rule,) = manifests["Ingress"]["spec"]["rules"]
    found = {path["path"]: path["pathType"] for path in rule["http"]["paths"]}
    assert found == {"/codes": "Prefix", "/api/v1": "Prefix"}
    assert environment(manifests)["WINERR_PUBLIC_URL"]["value"] == "https://winerr.example.com"
    assert manifests["NetworkPolicy"]["spec"]["ingress"] != []
    # Where nobody can open the pages, no answer leads to them.
    assert environment(render(SEVERAL))["WINERR_PAGES"]["value"] == "false"
    assert "WINERR_PAGES" not in environment(render(SEVERAL | {
        "ingress": {**SEVERAL["ingress"], "pages": True}
    }))  # fmt: skip


def test_the_network_is_closed_but_for_what_is_needed(render: Render) -> None:
    policy = render(REPLICAS)["NetworkPolicy"]["spec"]
    assert policy["ingress"] == []
    ports = [port["port"] for rule in policy["egress"] for port in rule["ports"]]
    assert ports == [53, 53, 443, 5432]
    alone = render(ALONE)["NetworkPolicy"]["spec"]
    assert 5432 not in [port["port"] for rule in alone["egress"] for port in rule["ports"]]
    everything = render(EVERYTHING)["NetworkPolicy"]["spec"]
    assert everything["ingress"][0]["from"] == EVERYTHING["networkPolicy"]["from"]
    assert everything["egress"][-1] == {"ports": [{"port": 3128}]}
    assert "from" not in render(HTTP)["NetworkPolicy"]["spec"]["ingress"][0]


def test_the_rules_are_those_of_prometheus(render: Render) -> None:
    manifests = render(EVERYTHING)
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))
    assert manifests["PrometheusRule"]["spec"] == rules
    monitor = manifests["ServiceMonitor"]
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["endpoints"][0]["path"] == "/metrics"
    # The rules say job="winerr": the operator names the job after this label of the Service.
    service = manifests["Service"]["metadata"]["labels"]
    assert service[monitor["spec"]["jobLabel"]] == "winerr"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "slack.existingSecret is missing"),
        (SLACK, "several replicas need PostgreSQL"),
        (REPLICAS | {"ingress": {"enabled": True, "host": "x"}}, "needs slack.mode: http"),
        (HTTP | {"ingress": {"enabled": True}}, "ingress.host is missing"),
        (SEVERAL | {"ingress": {"enabled": True, "host": "x"}}, "Slack sends people to the first"),
        (REPLICAS | {"slack": {"publicUrl": "http://x"}}, "publicUrl"),
        (REPLICAS | {"config": {"WINERR_PUBLIC_URL": "https://x"}}, "WINERR_PUBLIC_URL"),
        (REPLICAS | {"replicaCount": 5}, "more than the 10 that Slack allows"),
        (REPLICAS | {"config": {"WINERR_SOCKETS": 4}}, "more than the 10 that Slack allows"),
        (REPLICAS | {"replicas": 3}, "replicas"),
        (REPLICAS | {"replicaCount": "2"}, "replicaCount"),
        (REPLICAS | {"config": {"SLACK_BOT_TOKEN": "xoxb-1"}}, "SLACK_BOT_TOKEN"),
        (REPLICAS | {"config": {"WINERR_HTTP_PORT": "1"}}, "WINERR_HTTP_PORT"),
        (REPLICAS | {"extraEnv": [{"name": "X", "value": "secret"}]}, "extraEnv"),
        (REPLICAS | {"slack": {"existingSecret": "s", "mode": "rtm"}}, "mode"),
    ],
)
def test_what_does_not_go_together_is_refused_with_advice(
    refusal: Callable[[Values], str], values: Values, words: str
) -> None:
    assert words in refusal(values)


def test_every_value_has_its_place_in_the_schema() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert schema["properties"].keys() - {"global"} == values.keys()
