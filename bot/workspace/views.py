"""Modals in a stack of at most three a person, and Home tabs.

Source: docs.slack.dev/surfaces/modals and …/reference/methods/views.open, .push, .update, .publish.
"""

from __future__ import annotations

import copy
from typing import Any, Literal

from bot.workspace.clock import new_id
from bot.workspace.errors import ApiError, raise_refusal
from bot.workspace.posting import with_block_ids
from bot.workspace.schema import Payload
from bot.workspace.state import APP, State
from bot.workspace.validation import check_view

STACK = 3


class Views:
    """Every open modal, by the person who sees it; Home tabs are kept in the state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stacks: dict[str, list[Payload]] = {}

    def stack(self, user: str) -> list[Payload]:
        """A person's open modals, the lowest first."""
        return self._stacks.setdefault(user, [])

    def top(self, user: str) -> Payload | None:
        """The modal that a person sees."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def open(self, user: str, view: Any) -> Payload:
        """Open a modal on top of what is open."""
        built = self._build(view, "modal", None)
        stack = self.stack(user)
        if len(stack) >= STACK:
            raise ApiError("push_limit_reached")
        built["root_view_id"] = stack[0]["id"] if stack else built["id"]
        built["previous_view_id"] = stack[-1]["id"] if stack else None
        stack.append(built)
        self._announce(user)
        return built

    def update(
        self, view: Any, view_id: str | None, external_id: str | None, hash_: str | None
    ) -> Payload:
        """Replace an open modal; its state of the inputs that stay is kept by the client."""
        user, index = self._find(view_id, external_id)
        old = self._stacks[user][index]
        _check_hash(old, hash_)
        built = self._build(view, "modal", old)
        self._stacks[user][index] = built
        self._announce(user)
        return built

    def publish(self, user: str, view: Any, hash_: str | None) -> Payload:
        """Replace a person's Home tab."""
        old = self._state.homes.get(user)
        if old is not None:
            _check_hash(old, hash_)
        built = self._build(view, "home", old)
        self._state.homes[user] = built
        self._announce(user)
        return built

    def find(self, view_id: str) -> Payload:
        """An open modal or a Home tab by its id; ApiError not_found."""
        for home in self._state.homes.values():
            if home["id"] == view_id:
                return home
        user, index = self._find(view_id, None)
        return self._stacks[user][index]

    def close(self, user: str, *, everything: bool = False) -> list[Payload]:
        """Take the top modal, or all, off a person's stack; what was taken."""
        stack = self.stack(user)
        closed = list(stack) if everything else stack[-1:]
        del stack[len(stack) - len(closed) :]
        self._announce(user)
        return closed

    def _find(self, view_id: str | None, external_id: str | None) -> tuple[str, int]:
        for user, stack in self._stacks.items():
            for index, view in enumerate(stack):
                by_id = view_id and view["id"] == view_id
                if by_id or (external_id and view["external_id"] == external_id):
                    return user, index
        raise ApiError("not_found")

    def _build(self, view: Any, surface: Literal["modal", "home"], old: Payload | None) -> Payload:
        raise_refusal(check_view(view, surface))
        external_id = view.get("external_id", "")
        if external_id and self._is_taken(external_id, old):
            raise ApiError("duplicate_external_id")
        view_id = old["id"] if old else new_id("V")
        defaults = {"callback_id": "", "private_metadata": "", "external_id": ""}
        switches = {"clear_on_close": False, "notify_on_close": False}
        return {
            **defaults,
            **switches,
            "title": None,
            "submit": None,
            "close": None,
            **copy.deepcopy(view),
            "blocks": with_block_ids(view["blocks"]),
            "id": view_id,
            "team_id": self._state.team.id,
            "app_id": APP,
            "app_installed_team_id": self._state.team.id,
            "bot_id": self._state.team.bot_id,
            "hash": f"{self._state.clock.ts()}.{new_id('', 8)}",
            "state": {"values": {}},
            "root_view_id": old["root_view_id"] if old else view_id,
            "previous_view_id": old["previous_view_id"] if old else None,
        }

    def _is_taken(self, external_id: str, old: Payload | None) -> bool:
        return any(
            view["external_id"] == external_id and view is not old
            for stack in self._stacks.values()
            for view in stack
        )

    def _announce(self, user: str) -> None:
        self._state.changes.announce("view", user=user)


def _check_hash(view: Payload, hash_: str | None) -> None:
    if hash_ and view["hash"] != hash_:
        raise ApiError("hash_conflict")
