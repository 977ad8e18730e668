"""What kind of machine a text comes from: does it look like Windows, or like something else?"""

from __future__ import annotations

import re

# A paste says early where it comes from; looking at all of a 1 MB log would not change the verdict.
_LOOKED_AT_CHARS = 20_000
_ENOUGH = 4

_WINDOWS = re.compile(
    r"\b[A-Za-z]:\\{1,2}\w|\\\\\w+\\\w"
    r"|\.(?:exe|dll|msi|msu|sys|ps1|bat|cmd|appx|vhdx|cab)\b|\bwindows?\b|\bwin(?:32|64|10|11|error|rm|get|dbg|sock)\b|powershell|\bhresult\b|\bntstatus\b"
    r"|\bHKEY_|\bHKLM\b|ntdll|kernel(?:32|base)|\bIIS\b|hyper-?v|\bWSL\b"
    r"|event ?(?:log|viewer)|\bSCCM\b"
    r"|service control manager|task scheduler|active directory|\bSystem\.[A-Z]\w+|\bMicrosoft\b"
    r"|\b(?:sc|net) (?:start|stop|use|query)\b|msiexec|\bdism\b|\bchkdsk\b|\bsfc\b|sql server"
    r"|\bCOM\b|robocopy|schtasks|diskpart|\bwinpe\b"
    r"|\brpc server\b|visual studio|\.net framework|hcsshim"
    r"|bitlocker|\bvss\b"
    # The names of Windows' functions: CreateJobObject, NtQueryInformationProcess…
    r"|(?-i:\b(?:Nt|Zw|Rtl|Reg|Create|Open|Assign|Query|Duplicate|Terminate|Load)[A-Z][a-z]+[A-Z]\w+)"
    r"|\bGetLastError\b|DeviceIoControl|CreateFile|CreateProcess|LoadLibrary|\bSCM\b|\bSMB\b|\bRDP\b|\bDC\d*\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:^|[\s'\"=(:`])/(?:usr|var|home|etc|lib|opt|proc|dev|bin|tmp|mnt|root|Users|sys)/"
    r"|\b(?:linux|ubuntu|debian|centos|rhel|fedora|macos|darwin|android|alpine|freebsd|ios)\b"
    r"|systemd|dmesg|\bkernel:|\.so(?:\.\d+)?\b|\bbash:|\bsudo\b|\bapt(?:-get)?\b|\bkubelet\b"
    r"|\bqemu|gdb\b|libc\.|\bpgsql|postgres|/dev/null"
    # POSIX' own sentences; Windows has others for the same conditions.
    r"|No such file or directory|Permission denied|Operation not permitted|Broken pipe",
    re.IGNORECASE,
)


def windows_leaning(text: str) -> int:
    """Return how clearly the text speaks of Windows: positive yes, negative another system.

    The value lies between -4 and 4 and counts signs such as drive letters, `.dll`, registry keys
    on the one side and `/usr/`, `.so`, `systemd` on the other.
    """
    head = text[:_LOOKED_AT_CHARS]
    return _count(_WINDOWS, head) - _count(_OTHER, head)


def _count(pattern: re.Pattern[str], text: str) -> int:
    found = 0
    for _ in pattern.finditer(text):
        found += 1
        if found == _ENOUGH:
            break
    return found
