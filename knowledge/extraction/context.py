"""What kind of machine a text comes from: does it look like Windows, or like something else?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from knowledge.wording import is_glued

# A paste says early where it comes from; looking at all of a 1 MB log would not change the verdict.
_LOOKED_AT_CHARS = 20_000
_ENOUGH = 4

# Signs of either side, in lower case. They count where they stand as words of their own; a sign
# that begins or ends with another character than a letter or digit binds to its neighbour.
_WINDOWS = (
    ":\\", "\\\\", ".exe", ".dll", ".msi", ".msu", ".sys", ".ps1", ".bat", ".cmd", ".appx", ".vhdx",
    ".cab", "windows", "win32", "win64", "win10", "win11", "win7", "win8", "windows7", "windows8",
    "windows10", "windows11", "winerror", "winrm", "winget",
    "windbg", "winsock", "winpe", "win 10", "win 11", "powershell", "hresult", "ntstatus", "hkey_",
    "hklm", "ntdll", "kernel32", "kernelbase", "iis", "hyper-v", "hyperv", "wsl", "event log",
    "eventlog", "event viewer", "sccm", "service control manager", "task scheduler",
    "active directory", "microsoft", "sc start", "sc stop", "sc query", "net start", "net stop",
    "net use", "msiexec", "dism", "chkdsk", "sfc", "sql server", "com", "robocopy", "schtasks",
    "diskpart", "rpc server", "visual studio", ".net framework", "hcsshim", "bitlocker", "vss",
    "getlasterror", "createfile", "createprocess", "loadlibrary", "deviceiocontrol", "scm", "smb",
    "rdp", "netp", "netlogon", "directory service", "domain controller", "ntds", "repadmin",
    "dcpromo", "dcdiag", "nltest", "netdom", "gpupdate", "group policy", "wmi", "dcom", "configmgr",
    "wsus", "bcdedit", "certutil", "appcmd", "slmgr", "wbadmin", "regsvr32", "rundll32", "[sc]",
    "netsh", "fsutil", "runas", "userenv", "tsmanager", "opsmgr", "wdsserver", "w32tm", "psexec",
    "icacls", "vssadmin", "diskshadow", "ntdsutil", "setspn", "gpresult", "secedit", "regedit",
    "winlogon", "lsass", "svchost", "procmon", "wuauclt", "pnputil", "bootrec", "wevtutil",
    "cscript", "wscript", "tasklist", "taskkill", "wmic", "regasm", "gacutil", "hcs::",
)  # fmt: skip
_OTHER = (
    "/usr/", "/var/", "/home/", "/etc/", "/lib/", "/opt/", "/proc/", "/dev/", "/bin/", "/tmp/",  # noqa: S108 - a sign to look for, no file of ours
    "/mnt/", "/root/", "/users/", "/sys/", "linux", "ubuntu", "debian", "centos", "rhel", "fedora",
    "macos", "darwin", "android", "alpine", "freebsd", "ios", "systemd", "dmesg", "kernel:", ".so",
    "bash:", "sudo", "apt-get", "kubelet", "qemu", "gdb", "libc", "pgsql", "postgres",
    # POSIX' own sentences; Windows has others for the same conditions.
    "no such file or directory", "permission denied", "operation not permitted", "broken pipe",
)  # fmt: skip

# The names of Windows' functions and of .NET's types: CreateJobObject, System.IO… Others create and
# load, too: CreateContainerError, LoadBalancer.
_NAMES = re.compile(
    r"\b(?:(?:Nt|Zw|Rtl)[A-Z][a-z]+[A-Z]\w+"
    r"|Reg(?:Open|Create|Query|Set|Delete|Enum|Load|Save|Unload|Get|Close|Connect)[A-Z]\w+"
    r"|(?:Create|Open|Query|Duplicate|Terminate|Assign|Load)(?:File[A-Z2]|Process|Job|Event|Mutex"
    r"|Semaphore|Thread|Remote|Service(?:[AWCSEO]|\b)|SC|Directory[AWE]|Named?Pipe|Symbolic|Hard|Window[ES]"
    r"|Instance|Io|Toolhelp|Handle|Token|Library|Performance|Information|Object|Desktop|Pseudo"
    r"|Waitable|Compatible|DIB|Restricted|Environment|Persisted|Well|Image|Icon|String|Full"
    r"|Security|Dos|Interface|Virtual)\w*[a-z]\w*"
    r"|System\.[A-Z]\w+)"
)
_JOINTS = frozenset("./@")
# How all of them begin.
_NAME_BEGINNINGS = (
    "Nt", "Zw", "Rtl", "Reg", "Create", "Open", "Assign", "Query", "Duplicate", "Terminate",
    "Load", "System.",
)  # fmt: skip
# Words that may go on: `qemu-system`, `microsoft.web`, `win32k`.
_MAY_GO_ON = frozenset(
    {"microsoft", "win32", "systemd", "qemu", "hkey_", "postgres", "winerror", "netp"}
)


# The errors of the service control manager: other systems count theirs from 1 or 100.
_ANY_ERROR = re.compile(r"error:? 10[567]\d")
_SERVICE_ERROR = re.compile(r"\bservice\b[^\n]{0,80}?\berror:? 10(?:5[1-9]|6\d|7\d)\b")


@cache
def _beginnings() -> AhoCorasick:
    return AhoCorasick(_NAME_BEGINNINGS)


@cache
def _signs() -> AhoCorasick:
    signs = (*_WINDOWS, *_OTHER)
    return AhoCorasick(
        signs, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
    )


def windows_leaning(text: str) -> int:
    """Return how clearly the text speaks of Windows: positive yes, negative another system.

    The value lies between -4 and 4 and counts signs such as drive letters, `.dll`, registry keys
    on the one side and `/usr/`, `.so`, `systemd` on the other.
    """
    head = text[:_LOOKED_AT_CHARS]
    windows = sum(1 for _, _ in zip(_names_in(head), range(_ENOUGH), strict=False))
    other = 0
    lower = head.lower()
    for index, start, end in _signs().find_matches_as_indexes(lower):
        sign = _WINDOWS[index] if index < len(_WINDOWS) else _OTHER[index - len(_WINDOWS)]
        if not _counts(sign, lower, start, end):
            continue
        if index < len(_WINDOWS):
            windows += 1
        else:
            other += 1
        if windows >= _ENOUGH and other >= _ENOUGH:
            break
    if "service" in lower and _ANY_ERROR.search(lower) and _SERVICE_ERROR.search(lower):
        windows += 1
    return min(windows, _ENOUGH) - min(other, _ENOUGH)


def _names_in(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_NAMES.finditer` would, looking only where a name may begin."""
    end = 0
    for _, start, _ in _beginnings().find_matches_as_indexes(text, overlapping=True):
        name = _NAMES.match(text, start) if start >= end else None
        if name is not None:
            end = name.end()
            yield name


def _counts(sign: str, text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if sign == ":\\":
        # A drive has one letter; `error:\"…` is JSON inside JSON.
        is_drive = before.isalpha() and not text[max(0, start - 2) : start - 1].isalnum()
        return is_drive and after.strip() != ""
    if sign == "\\\\":
        # A server's name, and not the line breaks of a log that was quoted twice.
        return after.isalnum() and not before.isalnum()
    if sign == "com" and (before in _JOINTS or after in _JOINTS):
        return False  # of example.com, com.example…
    if sign[0] == "/":
        # A path of its own, not the end of `C:/usr/` or of a web address.
        return before in ("", " ", "\n", "\t", "'", '"', "=", "(", ":", "`")
    if sign[0].isalnum() and (is_glued(before) or before == "_"):
        return False
    return sign in _MAY_GO_ON or not (sign[-1].isalnum() and (is_glued(after) or after == "_"))
