"""winerr run, workspace, doctor and manifest: the bot in Slack, and in the local workspace."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
from typing import Any

from bot.cli.failure import CommandError


def add_commands(commands: Any) -> None:
    """Add run and workspace to the parser."""
    run = commands.add_parser("run", help="run the bot in Slack")
    run.set_defaults(command=run_bot)

    workspace = commands.add_parser("workspace", help="try the bot in a local stand-in for Slack")
    workspace.add_argument(
        "--host", default="127.0.0.1", help="default: %(default)s (loopback only)"
    )
    workspace.add_argument("--port", type=int, default=8765, help="default: %(default)s")
    workspace.set_defaults(command=run_workspace)

    doctor = commands.add_parser("doctor", help="check settings, token, store, clock and socket")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.set_defaults(command=run_doctor)

    manifest = commands.add_parser("manifest", help="print the manifest of the Slack app")
    manifest.add_argument(
        "--address", help="for HTTP mode: the public address, such as https://winerr.example.com"
    )
    manifest.add_argument(
        "--install-address",
        metavar="URL",
        help="for several workspaces: the public address at which people install it",
    )
    manifest.set_defaults(command=print_manifest)


def print_manifest(arguments: argparse.Namespace) -> int:
    """Print the manifest as YAML, to be pasted when the app is created at Slack."""
    import yaml

    from bot.manifest import manifest

    addresses = {"--address": arguments.address, "--install-address": arguments.install_address}
    for name, address in addresses.items():
        if address and not address.startswith("https://"):
            raise CommandError(f"{name} must begin with https://: Slack calls nothing else.")
    wanted = manifest(arguments.address, arguments.install_address)
    print(yaml.safe_dump(wanted, sort_keys=False), end="")
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print what each check found; exit code 1 when one found a fault."""
    from dataclasses import asdict

    from bot.checked import Checked
    from bot.doctor import Doctor, is_well
    from bot.errors import SettingsError
    from bot.settings import load_settings

    async def examine() -> list[Checked]:
        async with Doctor(load_settings()) as doctor:
            return await doctor.examine()

    try:
        found = asyncio.run(examine())
    except SettingsError as problem:
        raise CommandError(str(problem)) from problem
    if arguments.json:
        print(json.dumps([asdict(check) for check in found], ensure_ascii=False, indent=2))
    else:
        for check in found:
            print(f"{check.state:<8} {check.name:<10} {check.told}")
    return 0 if is_well(found) else 1


def run_bot(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    # Starting makes a hundred thousand objects and hardly any garbage. `run` collects afterwards.
    gc.disable()
    from bot.errors import SettingsError, StartError
    from bot.running import run
    from bot.settings import load_settings

    try:
        settings = load_settings()
        asyncio.run(run(settings))
    except (SettingsError, StartError) as problem:
        raise CommandError(str(problem)) from problem
    return 0


def run_workspace(arguments: argparse.Namespace) -> int:
    """Run the local workspace with the real bot in it until Ctrl-C."""
    from bot.errors import SettingsError, StartError
    from bot.workspace.command import serve_workspace

    try:
        asyncio.run(serve_workspace(arguments.host, arguments.port))
    except (SettingsError, StartError) as problem:
        raise CommandError(str(problem)) from problem
    except OSError as problem:
        raise CommandError(
            f"the workspace cannot listen on {arguments.host}:{arguments.port} "
            f"({os.strerror(problem.errno or 0)}). Is it running already? "
            "Choose another with --port."
        ) from problem
    return 0
