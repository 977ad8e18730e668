"""One installation or many, as the settings say."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.installations.base import Installations
from bot.installations.one import OneInstallation
from bot.settings import Settings
from bot.store.database import Database
from bot.store.urls import parse_database_url


def open_installations(
    settings: Settings, database: Database, client: AsyncWebClient
) -> Installations:
    """The installations of a bot; nothing is asked before `start`."""
    app = settings.oauth
    if app is None:
        return OneInstallation(settings, client)
    # SQLAlchemy takes a third of a second, which a bot with one token need not wait for.
    from bot.installations.many import ManyInstallations
    from bot.installations.store import InstallationStore, open_engine

    url = parse_database_url(settings.database_url.get_secret_value())
    store = InstallationStore(app.client_id, open_engine(url))
    return ManyInstallations(app, store, database, client)
