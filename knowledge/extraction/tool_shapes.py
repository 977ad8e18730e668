"""Written forms of Windows' own tools and logs, in which a short number stands.

Rows like those of `shapes`. What only somebody who asks should hear stays below the alert
threshold (WHEN_ASKED): such numbers are short, and other programs print lines much like these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.extraction.shape import Shape

WHEN_ASKED = 0.65
_KERBEROS = ("kerberos", "krb", "kdc", "tgt", "service ticket")
_HEX_OF_STOP = r"((?=[A-F]{0,2}\d)(?=\d{0,2}[A-F])[0-9A-F]{2,3})\b"
_TOOLS = re.compile(
    r"\b(?:taskkill|msiexec|dism|wusa|sc\.exe|sc (?:start|stop|create|config|delete|query))\b", re.I
)
_NAMES_OF_TOOLS = (
    "taskkill", "msiexec", "dism", "wusa", "sc.exe", "sc start", "sc stop", "sc create",
    "sc config", "sc delete", "sc query",
)  # fmt: skip
_ROBOCOPY = re.compile(r"\brobocopy\b", re.I)
# How those messages begin that people meet.
_MSI_SENTENCES = (
    "There is a problem with this Windows Installer|An error occurred during the installation of"
    "|Service ['\"“‘]|Could not |Cannot |Source file not found|The cabinet file|The file ['\"]"
    "|A network error occurred while attempting|No valid source|Setup (?:can|is |has)"
    "|Error (?:reading|writing|opening|creating|attempting|getting)|Installation ended"
    "|Failed to (?:connect|write|read)|The installer (?:has|must)|Invalid (?:drive|command line)"
    "|Windows Installer|Another version of"
)
_NUMBERED_ERROR = re.compile(r"Error \d{4}[.:]")
_ENDED = (
    ("exit", r"\bexit(?:ed|s)?[ _]?(?:with[ _])?(?:code|status)?"),
    ("return", r"\breturn(?:ed|s)?(?: code| value)?"),
    ("errorlevel", r"\berrorlevel"),
)
_BEHIND_ENDED = r"%?[ :=]{1,3}(?:was |of |is )?"


def _stop_code(words: str, needs: str | tuple[str, ...], confidence: float = 0.9) -> Shape:
    """WinDbg and dump tools print stop codes in hexadecimal, without 0x."""
    return Shape(
        re.compile(rf"\b{words}:? {_HEX_OF_STOP}", re.I), 16, "bugcheck", confidence,
        "a stop code in hexadecimal, without 0x", needs,
    )  # fmt: skip


def _exit_codes() -> Iterator[Shape]:
    """Small exit codes, where a tool of Windows that has such codes stands on the line.

    The tool is the sign to look for: every log has lines in which something returned.
    """
    for word, words in _ENDED:
        yield Shape(
            re.compile(rf"{words}{_BEHIND_ENDED}(8|9|1[0-6])(?![\w.])", re.I), 10, "robocopy",
            WHEN_ASKED, "an exit code of robocopy that is a failure", "robocopy",
            behind=_ROBOCOPY, also=word,
        )  # fmt: skip
        yield Shape(
            re.compile(rf"{words}{_BEHIND_ENDED}((?!1\b)\d{{1,3}})(?![\w.])", re.I), 10, "win32",
            WHEN_ASKED, "the exit code of a tool that ends with the system error",
            _NAMES_OF_TOOLS, ranked=True, behind=_TOOLS, also=word,
        )  # fmt: skip


TOOL_SHAPES = (
    Shape(
        # The sentence behind the number is localised; console wraps put it on a line of its own.
        re.compile(r"\bRUNAS ERROR: [^\n]{1,200}?\s(\d{2,5}): "), 10, "win32", 0.95,
        "the system error that runas prints", "RUNAS ERROR",
    ),
    Shape(
        re.compile(r"\b(?:Failure|Result|Error) Code:\s{0,4}(0x[0-9A-Fa-f]{1,2})\b"), 16,
        "kerberos_rfc4120", 0.95, "the failure code of a Kerberos event", " Code:",
        near=_KERBEROS,
    ),
    Shape(
        re.compile(r"\b(?:4768|4769|4771)\b[^\n]{0,120}?\b(0x[0-9A-Fa-f]{1,2})\b"), 16,
        "kerberos_rfc4120", WHEN_ASKED, "beside the event of a Kerberos failure",
        ("4768", "4769", "4771"),
        near=_KERBEROS, unless=re.compile(r"(?:type|etype|options?|version)\W{0,6}$", re.I),
    ),
    Shape(
        # Where a directory adds its own error, that one says it.
        re.compile(
            r"\bldap_(?:sasl_|simple_|interactive_){0,2}(?:bind|search|modify|add|delete|rename"
            r"|modrdn|compare|result|start_tls|connect|initialize)\w{0,12}: "
            r"[A-Za-z' -]{3,60} \((\d{1,3})\)(?!\s{1,8}additional info: [0-9A-F]{8}:)"
        ), 10, "ldap", WHEN_ASKED,
        "the result in brackets, as LDAP tools print it", "ldap_",
    ),
    Shape(
        re.compile(r"\b[Ii]nvalid [Cc]redentials \((49)\)"), 10, "ldap", WHEN_ASKED,
        "the result in brackets, as LDAP tools print it", "(49)", near=("ldap", "bind"),
    ),
    Shape(
        re.compile(r"\bfailed in Win32: [^\n]{1,300}? \((0x[0-9A-Fa-f]{1,8})\)"), 16, "win32", 0.95,
        "the system error of a call to the container service", "failed in Win32: ",
    ),
    Shape(
        # The hosting module of ASP.NET Core: `ErrorCode = '0x80004005 : 80008083.`
        re.compile(r"\bErrorCode = '0x[0-9A-Fa-f]{8} : ([0-9A-Fa-f]{8})\b"), 16, "hresult", 0.93,
        "the inner code of the ASP.NET Core module", "ErrorCode = ",
    ),
    Shape(
        # Apache's runtime says whose number it is: elsewhere there is no OS before it.
        re.compile(r"\(OS (\d{1,5})\)"), 10, "win32", 0.95,
        "the system's own number, as Apache prints it", "(OS ",
    ),
    Shape(
        re.compile(
            r"Can't connect to (?:MySQL|MariaDB)[^\n]{1,160}?\((1[01]\d{3})\b"
        ), 10, "winsock", 0.9, "the socket error of a database client", "Can't connect to ",
    ),
    Shape(
        re.compile(r"\bsocket error\b[^\n\d]{0,40}?\b(1[01]\d{3})\b", re.I), 10, "winsock", 0.75,
        "on a line that tells of a socket error", "socket error", own=True,
    ),
    Shape(
        # MSI numbers its messages in the range of Win32's errors.
        re.compile(r"(?: -- |\b(?:DEBUG|Internal)[: ]{1,2})Error (\d{4})[.:]\s"), 10,
        "msi_internal", 0.93, "the number of a message of Windows Installer", "Error ", own=True,
        sign=_NUMBERED_ERROR,
    ),
    Shape(
        re.compile(rf"\bError (\d{{4}})\.\s{{1,2}}(?:{_MSI_SENTENCES})"), 10,
        "msi_internal", 0.93, "the number of a message of Windows Installer", "Error ", own=True,
        sign=_NUMBERED_ERROR,
    ),
    Shape(
        re.compile(
            r"\b(?:arg|parameter ?)\d\s?: (?:0x)?(?:[0f]{8}`?)?([c8][0-9a-f]{7}), "
            r"(?:the )?exception code",
            re.I,
        ), 16, "ntstatus", 0.9,
        "the exception code among the arguments of a bug check", "exception code",
    ),
    _stop_code(r"bug ?check(?: code)?", ("bugcheck", "bug check")),
    _stop_code("stop code", "stop code", WHEN_ASKED),  # trams stop at such, too
    _stop_code(r"livekernelevent(?: code)?", "livekernelevent"),
    *_exit_codes(),
)  # fmt: skip
