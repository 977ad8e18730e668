"""Texts to work on, all made here from a seed: alerts, chatter, traces and logs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

SEED = 8
CODES = (
    "0x80070005", "0x800706BA", "0xC0000005", "0x80004005", "0x80070002", "0x8007000E",
    "0x80072EE7", "0x80240034", "0x80073CF9", "0xC0000142", "0x8009030C", "0xC000006D",
    "0x80131500", "0x80070643", "0x80070490", "0xC0000374",
)  # fmt: skip
NAMES = (
    "ERROR_ACCESS_DENIED", "RPC_S_SERVER_UNAVAILABLE", "STATUS_ACCESS_VIOLATION", "E_OUTOFMEMORY",
    "ERROR_SHARING_VIOLATION", "WSAECONNREFUSED", "STATUS_LOGON_FAILURE", "ERROR_DISK_FULL",
)  # fmt: skip
_HOSTS = ("web-14", "sql02", "build-agent-7", "dc1", "print-3", "vdi-0231", "fs-eu-1")
_WHAT = (
    "Nightly backup of D:\\data", "Windows service Contoso.Billing", "Deployment of release 4.12",
    "Scheduled task \\Ops\\rotate", "Domain join", "Update installation", "Print queue HP-2",
)  # fmt: skip
_CHATTER = (
    "who is taking the on-call shift on friday, I have 2 appointments that day",
    "the deploy of build 4127 went fine, took 12 minutes and 40 seconds",
    "lunch at 12:30? there are 6 of us, table for 8 is booked under my name",
    "p99 went from 180 ms to 95 ms after the change in region eu-west-1, graph attached",
    "please review pull request 2210 when you find time, it touches 14 files",
    "status page says all systems are operational, closing the incident from this morning",
    "we rotated the certificates of 38 hosts yesterday, nothing left to do until 2027",
    "can somebody restart the staging cluster? pods hang since 09:41, nodes 3 and 5",
)


def alerts(count: int = 200) -> list[str]:
    """Return alert posts of about 300 characters, each with one error of Windows in it."""
    chance = random.Random(SEED)
    return [_alert(chance, number) for number in range(count)]


def _alert(chance: random.Random, number: int) -> str:
    host, what = chance.choice(_HOSTS), chance.choice(_WHAT)
    code = chance.choice(CODES) if number % 4 else chance.choice(NAMES)
    return (
        f"[FIRING:1] {what} failed on {host}.corp.example (critical)\n"
        f"*Summary:* {what} stopped with error {code} after {chance.randint(2, 300)} s\n"
        f"*Details:* attempt {chance.randint(1, 5)} of 5, started 2026-11-{chance.randint(10, 28)}"
        f" 03:{chance.randint(10, 59)} UTC, log in C:\\ProgramData\\ops\\{host}\\run.log, process"
        f" id {chance.randint(1000, 30000)}\n*Runbook:* ask the owners of {host} first"
    )


def chatter(count: int = 200) -> list[str]:
    """Return messages as people write them all day, none with an error of Windows."""
    chance = random.Random(SEED)
    return [
        f"{chance.choice(_CHATTER)} ({chance.randint(2, 900)})"
        + chance.choice(("", f" {chance.choice(_CHATTER)}", " thanks!"))
        for _ in range(count)
    ]


def traces(count: int = 20, chars: int = 4_000) -> list[str]:
    """Return pasted .NET traces of about that length, with an inner exception and a code."""
    chance = random.Random(SEED)
    return [_trace(chance, chars) for _ in range(count)]


def _trace(chance: random.Random, chars: int) -> str:
    code = chance.choice(CODES)
    lines = [
        "Unhandled exception. System.InvalidOperationException: the job could not be finished",
        f" ---> System.Runtime.InteropServices.COMException ({code}): the call was refused",
    ]
    length = sum(map(len, lines))
    while length < chars:
        line = (
            f"   at Contoso.Jobs.{chance.choice(('Runner', 'Queue', 'Store', 'Mailer'))}."
            f"{chance.choice(('Start', 'Take', 'Flush', 'Open'))}{chance.randint(1, 40)}"
            f"(String name, Int32 count) in C:\\src\\jobs\\file{chance.randint(1, 90)}.cs:line"
            f" {chance.randint(5, 900)}"
        )
        lines.append(line)
        length += len(line) + 1
    lines.insert(len(lines) // 2, "   --- End of inner exception stack trace ---")
    return "\n".join(lines)


def log_lines(names: Sequence[str], total_bytes: int) -> Iterator[str]:
    """Yield lines of made-up logs, chat and traces until they hold that many bytes.

    One line in twelve tells an error of Windows, by number or by one of `names`.
    """
    chance = random.Random(SEED)
    written = 0
    while written < total_bytes:
        line = _log_line(chance, names)
        written += len(line) + 1
        yield line


def _log_line(chance: random.Random, names: Sequence[str]) -> str:
    kind = chance.random()
    stamp = f"2026-11-{chance.randint(10, 28)} {chance.randint(10, 23)}:{chance.randint(10, 59)}:31"
    host = chance.choice(_HOSTS)
    number = chance.randint(1, 99_999)
    if kind < 0.04:
        return f"{stamp} ERROR {host} {chance.choice(_WHAT)} failed: error {chance.choice(CODES)}"
    if kind < 0.08:
        return f"{stamp} WARN {host} worker returned {chance.choice(names)} for item {number}"
    if kind < 0.2:
        return (
            f"   at Contoso.Jobs.Step{number % 90}.Run(String name) in C:\\src\\a.cs:line {number}"
        )
    if kind < 0.35:
        return f"{host} {chance.choice(_CHATTER)}"
    return (
        f"{stamp},{number % 1000:03d} INFO [{number % 64}] {host} Contoso.Web.Requests - GET"
        f" /api/orders/{number} answered 200 in {number % 700} ms, {number * 7} bytes,"
        f" request {number * 2654435761 % 2**64:016x}"
    )


def messages(lines: Iterator[str], chars: int = 4_000) -> Iterator[str]:
    """Join lines to messages of about that many characters."""
    part: list[str] = []
    length = 0
    for line in lines:
        part.append(line)
        length += len(line) + 1
        if length >= chars:
            yield "\n".join(part)
            part, length = [], 0
    if part:
        yield "\n".join(part)
