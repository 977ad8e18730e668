"""What a text about anything may say: worth a word to somebody who asks, at most."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.explanation import explain


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "org.springframework.security.access.AccessDeniedException: Access is denied\n"
            "\tat com.harborline.orders.OrderResource.list(OrderResource.java:41)",
            id="sentence-of-a-framework",
        ),
        pytest.param("refund refused: The parameter is incorrect: amount", id="sentence-of-an-api"),
        pytest.param("Timed out retrying: Element not found.", id="sentence-of-a-browser-test"),
        pytest.param("portal: The user name or password is incorrect.", id="sentence-of-a-portal"),
        pytest.param("device 47710: Error Code: 0x12, reading stopped", id="id-like-an-event"),
        pytest.param("bus stop code 7A is out of order", id="stop-of-a-bus"),
        pytest.param("deploy job 12 exited with code 1053", id="exit-code-of-anybody"),
        pytest.param("Error 00000502 after convex fill", id="opengl"),
        pytest.param(
            "node 12: SDO upload failed with 0x20, then with 0x31", id="answer-of-a-device"
        ),
        pytest.param("the tag answered error 0x6A", id="status-byte"),
        pytest.param("the sidecar stopped with error 1053, see the chart", id="anybodys-number"),
        pytest.param(
            '{"log":"level=error msg:\\"worker quit\\" detail=\\"a\\\\nb\\\\nstatus error 1067\\"",'
            '"host":"https://logs.example.com/x"}',
            id="json-in-json",
        ),
        pytest.param(
            "CreateContainerConfigError, LoadBalancerIngressError and error 1053 of the sidecar",
            id="names-of-kubernetes",
        ),
        pytest.param(
            "2025-03-04 07:02:11 10.20.0.5 GET /favicon.ico - 80 - 10.20.0.77 Agent/2 - 404 0 2 1",
            id="missing-icon",
        ),
        pytest.param("58 rpc errors in 30 s, error 14", id="rpc-of-another-system"),
        pytest.param("SNMP error code 5 (genErr)", id="protocol-that-windows-has-too"),
        pytest.param("npm ERR! errno 1\nHandle error 5 of the parser", id="small-error-of-a-tool"),
        pytest.param("2147942405 requests since start", id="a-count-of-ten-digits"),
        pytest.param(
            "#05 pc 00000000000002f7  /lib/libc.so (abort+0x5)\nException code 0x0000000B",
            id="exception-code-of-another-system",
        ),
    ],
)
def test_no_reply_unasked(text: str, base: KnowledgeBase) -> None:
    assert not explain(text, base, surface="alert").auto_reply
