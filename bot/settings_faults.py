"""Settings that do not go together: each fault in one sentence, with what to do about it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_CLIENT_ID = re.compile(r"\d{1,20}\.\d{1,20}", re.ASCII)


def combination_faults(values: Mapping[str, str]) -> list[str]:
    """What is wrong with the tokens and secrets, and with what is missing beside them."""
    bot = values.get("SLACK_BOT_TOKEN", "")
    app = values.get("SLACK_APP_TOKEN", "")
    secret = values.get("SLACK_SIGNING_SECRET", "")
    faults = [*_token_faults(bot, app), *_secret_faults(secret)]
    if values.get("SLACK_CLIENT_ID") or values.get("SLACK_CLIENT_SECRET"):
        return [*faults, *_oauth_faults(values)]
    if bot and not app and not secret:
        faults.append(
            "SLACK_BOT_TOKEN is set alone: add SLACK_APP_TOKEN (Socket Mode)"
            " or SLACK_SIGNING_SECRET (HTTP), both from your app's page at Slack"
        )
    if not bot and (app or secret):
        given = "SLACK_APP_TOKEN" if app else "SLACK_SIGNING_SECRET"
        faults.append(
            f"{given} is set without SLACK_BOT_TOKEN: add the token that begins with xoxb-"
            " (your app's page at Slack, OAuth & Permissions)"
        )
    return faults


def _token_faults(bot: str, app: str) -> list[str]:
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        return ["SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: exchange their values"]
    faults = []
    if bot and not bot.startswith("xoxb-"):
        faults.append(_wrong_token("SLACK_BOT_TOKEN", "xoxb-", bot))
    if app and not app.startswith("xapp-"):
        faults.append(_wrong_token("SLACK_APP_TOKEN", "xapp-", app))
    return faults


def _wrong_token(name: str, prefix: str, value: str) -> str:
    kinds = {
        "xapp-": "an app-level token",
        "xoxb-": "a bot token",
        "xoxp-": "a user token",
        "xoxe": "a token for token rotation",
    }
    found = next((kind for start, kind in kinds.items() if value.startswith(start)), None)
    what = f"this is {found}" if found else "this is no Slack token"
    return f"{name}: must begin with {prefix}, {what}; copy it from your app's page at Slack"


def _secret_faults(secret: str) -> list[str]:
    parts = [part.strip() for part in secret.split(",")]
    if secret and (len(parts) > 2 or not all(parts)):
        return ["SLACK_SIGNING_SECRET: give one secret, or two separated by a comma while rotating"]
    if any(part.startswith(("xoxb-", "xapp-", "xoxp-")) for part in parts):
        return [
            "SLACK_SIGNING_SECRET: this is a token; the signing secret is on your app's"
            " Basic Information page at Slack"
        ]
    return []


def public_url_fault(url: str) -> str | None:
    """What is wrong with the address under which people reach us; None when nothing is."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username:
        return "is no address: write it like https://winerr.example.com"
    # Slack redirects browsers to it with a code that is worth a token.
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return "must begin with https://: a code that is worth a token is sent to it"
    return None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _oauth_faults(values: Mapping[str, str]) -> list[str]:
    """Faults of the settings for several workspaces."""
    faults = []
    where = "Basic Information, App Credentials, on your app's page at Slack"
    client_id = values.get("SLACK_CLIENT_ID", "")
    if not client_id:
        faults.append(f"SLACK_CLIENT_SECRET is set without SLACK_CLIENT_ID: both are under {where}")
    elif not _CLIENT_ID.fullmatch(client_id):
        faults.append(
            f"SLACK_CLIENT_ID: must be two numbers with a dot between; it is under {where}"
        )
    if not values.get("SLACK_CLIENT_SECRET"):
        faults.append(f"SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET: both are under {where}")
    if not values.get("WINERR_PUBLIC_URL"):
        faults.append(
            "SLACK_CLIENT_ID needs WINERR_PUBLIC_URL: the address to which Slack sends people back,"
            " such as https://winerr.example.com"
        )
    if values.get("SLACK_BOT_TOKEN"):
        faults.append(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for several: remove one of them"
        )
    if not values.get("SLACK_APP_TOKEN") and not values.get("SLACK_SIGNING_SECRET"):
        faults.append(
            "SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode),"
            " both from your app's page at Slack"
        )
    return faults
