"""Whose a delivery is: read from what Slack authorises, whatever else it names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.incoming import message_from_event
from bot.installations.base import tenant_of
from bot.installations.many import _places
from bot.jobs import MessageJob, decode_job, encode_job
from bot.tenant import Tenant

ROOT = Path(__file__).parents[2]
EVENT = {"type": "message", "channel": "C1", "ts": "1.0", "text": "0x5", "team": "T9OUTSIDE"}


def delivered(**envelope: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event": EVENT, **envelope}


def authorized(team: str | None, enterprise: str | None = None, is_org: bool = False) -> Any:
    return [{"team_id": team, "enterprise_id": enterprise, "is_enterprise_install": is_org}]


ORGS = authorized(None, "E1", True)


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        (delivered(team_id="T1", authorizations=authorized("T1")), Tenant("T1")),
        # A shared channel: the message came from another workspace than the one that authorises us.
        (
            delivered(
                team_id="T9OUTSIDE", context_team_id="T1", is_ext_shared_channel=True,
                authorizations=authorized("T1", "E1"),
            ),
            Tenant("T1", "E1"),
        ),
        # An organisation's installation, with and without a workspace of its own.
        (
            delivered(team_id="T2", enterprise_id="E1", authorizations=ORGS),
            Tenant("T2", "E1", True),
        ),
        (
            delivered(
                team_id="T9OUTSIDE", context_team_id="T2", authorizations=ORGS
            ),
            Tenant("T2", "E1", True),
        ),
        (
            delivered(team_id="T2", authorizations=authorized("E1", "E1", True)),
            Tenant("T2", "E1", True),
        ),
        # What is told of a token that is gone names no authorisation.
        (delivered(team_id="T1", enterprise_id="E1"), Tenant("T1", "E1")),
        (
            {"command": "/winerr", "team_id": "T2", "enterprise_id": "E1",
             "is_enterprise_install": "true"},
            Tenant("T2", "E1", True),
        ),
        (
            {"type": "block_actions", "team": None, "enterprise": {"id": "E1", "name": "Org"},
             "is_enterprise_install": True, "user": {"id": "W1", "team_id": "T2"}},
            Tenant("T2", "E1", True),
        ),
        ({"type": "event_callback", "event": {"type": "message"}}, Tenant("")),
    ],
)  # fmt: skip
def test_the_authorisation_says_whose_it_is(body: dict[str, Any], tenant: Tenant) -> None:
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    assert tenant_of(request.context, body) == tenant


@pytest.mark.parametrize(
    ("tenant", "places"),
    [
        (Tenant("T1"), [(None, "T1")]),
        (Tenant("T1", "E1"), [("E1", "T1"), ("E1", None), (None, "T1")]),
        (Tenant("T1", "E1", True), [("E1", None), ("E1", "T1"), (None, "T1")]),
        (Tenant("", "E1", True), [("E1", None)]),
        (Tenant(""), []),
    ],
)
def test_an_installation_is_looked_for_where_it_is_likeliest_first(
    tenant: Tenant, places: list[Any]
) -> None:
    assert _places(tenant) == places


def test_a_job_remembers_whose_it_is_also_where_an_older_version_wrote_it() -> None:
    tenant = Tenant("T1", "E1", True)
    message = message_from_event(delivered(team_id="T9"), tenant)
    assert message is not None
    written = encode_job(MessageJob(message, "mention"))
    assert decode_job(written).tenant == tenant
    older = written.replace('"enterprise":"E1",', "").replace('"is_org":true', '"new_field":1')
    assert decode_job(older).tenant == Tenant("T1")


def test_a_bot_with_one_token_loads_no_sqlalchemy() -> None:
    code = (
        "import sys, bot.running, bot.web.application, bot.doctor\n"
        "assert not {'sqlalchemy', 'alembic', 'aiosqlite'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
