"""The pages that somebody sees who installs the app: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from html import escape

from slack_sdk.oauth.installation_store import Installation

_STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1rem;"
    "color:#1d1c1d;background:#fff}a.button{display:inline-block;padding:.6rem 1.2rem;"
    "border-radius:.4rem;background:#4a154b;color:#fff;text-decoration:none;font-weight:600}"
    "code{background:#f0f0f0;padding:.1rem .3rem;border-radius:.2rem}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}"
    "code{background:#2c2f33}a{color:#8ab4f8}}"
)
# What the pages may load; the style by its place, because there is no other of anything.
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_REASON = re.compile(r"[A-Za-z0-9_]{1,60}", re.ASCII)
_AGAIN = '<p><a class="button" href="/slack/install">Try again</a></p>'
_WORDS = {
    "access_denied": "You cancelled at Slack: nothing was installed.",
    "invalid_browser": (
        "This was not begun in this browser, or your browser did not keep its cookie."
    ),
    "invalid_state": "This was used before, or it took longer than ten minutes.",
    "missing_code": "Slack sent no code along.",
}


def install_page(url: str) -> str:
    """The page that leads to Slack, at `url`."""
    return _page(
        "Add winerr to Slack",
        "<p>winerr explains Windows errors where people talk about them: codes, messages and stack"
        " traces. Slack shows what it asks for before you agree.</p>"
        f'<p><a class="button" href="{escape(url)}">Add to Slack</a></p>',
    )


def success_page(installation: Installation) -> str:
    """What to do next, with links into Slack."""
    name = installation.team_name or installation.enterprise_name or "your workspace"
    if installation.is_enterprise_install:
        return _page(f"winerr is installed in {name}", _org_steps(installation))
    team, app = installation.team_id or "", installation.app_id or ""
    return _page(
        f"winerr is installed in {name}",
        "<p>Next, in a channel: <code>/invite @winerr</code>, then <code>@winerr 0x2F7</code>."
        " <code>/winerr 0x2F7</code> works everywhere at once.</p>"
        f'<p><a class="button" href="slack://app?team={escape(team)}&amp;id={escape(app)}">'
        f'Open Slack</a> <a href="https://app.slack.com/client/{escape(team)}">'
        "or in the browser</a></p>",
    )


def failure_page(reason: str) -> str:
    """Why it did not work: `reason` is Bolt's, or comes with the address."""
    plain = plain_reason(reason)
    words = _WORDS.get(plain, f"Slack says <code>{plain}</code>.")
    return _page("winerr is not installed", f"<p>{words}</p>{_AGAIN}")


def broken_page(reason: str, reference: str) -> str:
    """It cannot work before somebody mends it: who runs winerr finds the reference in the log."""
    return _page(
        "winerr is not installed",
        f"<p>That is not your fault (<code>{plain_reason(reason)}</code>). Who runs winerr finds"
        f" the reason in its log under <code>{escape(reference)}</code>.</p>{_AGAIN}",
    )


def busy_page() -> str:
    """Too many people, or a script."""
    return _page("Too many at once", "<p>Come back in a minute.</p>")


def plain_reason(reason: str) -> str:
    """The reason, if it looks like one: it may come from whoever wrote the address."""
    return reason if _REASON.fullmatch(reason) else "unknown_reason"


def _org_steps(installation: Installation) -> str:
    org, app = escape(installation.enterprise_id or ""), escape(installation.app_id or "")
    link = f"https://app.slack.com/manage/{org}/integrations/profile/{app}/workspaces/add"
    return (
        "<p>Next, choose the workspaces of your organisation that get it.</p>"
        f'<p><a class="button" href="{link}">Choose workspaces</a></p>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
