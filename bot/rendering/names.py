"""How a code, a reading and a confidence are said in words, the same in every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.inert import clip, quoted

if TYPE_CHECKING:
    from knowledge import Answer, Code, Finding, Reading

_FAMILIES = {
    "win32": "Win32 error",
    "hresult": "HRESULT",
    "ntstatus": "NTSTATUS",
    "bugcheck": "stop code",
    "winsock": "Winsock error",
    "errno": "errno",
    "msi": "Windows Installer",
    "msi_internal": "Windows Installer message",
    "clr": ".NET",
    "rpc": "RPC error",
    "kerberos_rfc4120": "Kerberos error",
    "ldap": "LDAP result",
    "tls_alert": "TLS alert",
    "com": "COM",
    "cbs": "component servicing",
    "windows_update": "Windows Update",
    "winrm": "WinRM",
    "wmi": "WMI",
    "crypto": "cryptography",
    "sspi": "security package",
    "appx": "AppX",
    "fast_fail": "fast fail",
    "http_status": "HTTP status",
}
# An HRESULT or NTSTATUS is told apart from a small number by its size: logs print it signed.
_SIGNED_FROM = 0x8000_0000
_WRITTEN_CHARS = 60
# The longest name of the catalogue is shorter; an overlay's may be anything.
_NAME_CHARS = 100
_FAMILY_CHARS = 40


def family_words(family: str) -> str:
    """What people call the codes of a family."""
    return _FAMILIES.get(family, clip(quoted(family.replace("_", " ")), _FAMILY_CHARS))


def decimal_words(code: Code | Reading) -> str:
    """The decimal form that logs and shells print."""
    return str(code.signed if code.value >= _SIGNED_FROM else code.value)


def code_words(code: Code | Reading) -> str:
    """A code in few words: its name, or its number where it has none."""
    return clip(quoted(code.name), _NAME_CHARS) if code.name else code.hex


def identity_words(reading: Reading) -> str:
    """What follows the name in the first line: decimal, hex, family and what it wraps."""
    parts = [decimal_words(reading)]
    if reading.name:
        # Without a name the hexadecimal form stands in its place already.
        parts.append(reading.hex)
    parts.append(family_words(reading.family))
    if reading.inner is not None:
        parts.append(f"wraps {code_words(reading.inner)} ({decimal_words(reading.inner)})")
    return " · ".join(parts)


def confidence_words(confidence: float) -> str:
    """A confidence (0 to 1) as a word."""
    if confidence >= 0.85:
        return "certain"
    return "likely" if confidence >= 0.5 else "possible"


def written_words(finding: Finding, reading: Reading) -> str | None:
    """What the reader typed, where the first line does not show it already."""
    written = quoted(finding.mention.as_written)
    shown = {decimal_words(reading), reading.hex, str(reading.value), f"0x{reading.value:x}"}
    if reading.name:
        shown.add(reading.name)
    known = {form.lower() for form in shown}
    return None if written.lower() in known else clip(written, _WRITTEN_CHARS)


def basis_words(answer: Answer) -> str:
    """What an answer rests on, in plain words."""
    if answer.basis == "article":
        return f"from the article {answer.article}" if answer.article else "from an article"
    if answer.basis == "playbook":
        return "no article about this code; from the playbook of its subsystem"
    return "no article about this code; only what its number says"


def first_sentence(words: str, chars: int) -> str:
    """The first sentence, cut to `chars`."""
    head, stop, _ = words.partition(". ")
    return clip(head + (stop.strip() if stop else ""), chars)
