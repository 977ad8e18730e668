"""The words that make a number an error code: one table, each row a cue.

A cue says which family it announces and how sure it makes us that the number behind it is a Windows
error at all. New written forms are added here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Cue:
    """Words before a number: what they announce, and how sure they make us (0 to 1).

    `hint` is a family id, or one of the forms "exit" and "errno"; None when the words only say
    "error". `small` tells whether the cue also vouches for a short number such as 5 or 0x2.
    `own` says that the family's numbers are everybody's numbers, so that the cue vouches only for
    those the family has, and only as far as its confidence goes.
    `words` are patterns for lower-case text; each begins with at least two plain characters (a
    `\\b` may stand before them), by which the places to look at are found in one pass.
    """

    id: str
    hint: str | None
    confidence: float
    small: bool
    words: tuple[str, ...]
    own: bool = False

    @property
    def stems(self) -> tuple[str, ...]:
        """The plain beginnings of the patterns."""
        return tuple(_stem(pattern) for pattern in self.words)


def _stem(pattern: str) -> str:
    match = _STEM.match(pattern.removeprefix(r"\b"))
    if match is None:
        raise ValueError(f"the cue {pattern!r} does not begin with plain characters")
    return match[0]


# Plain characters that no quantifier makes optional.
_STEM = re.compile(r"(?:[^\W_](?![?*{])|[_ -](?![?*{\[]))+")

# The plural announces a list of codes; `errors: 12` is a count.
LIST = r"[:\s]{1,2}(?:0x[0-9a-f]{1,8}|\d{2,10})(?:,|\s(?:or|and|und|oder|et|ou)\s)"

# Order matters: where two rows begin at the same place, the first that fits is taken.
CUES = (
    Cue("bugcheck", "bugcheck", 0.95, True, (
        r"bugcheck_(?:code|str)", r"bugcheck(?!code)(?:string)?", r"bug check(?: code| string)?",
        r"stop\s?(?:code|error)", r"\bstop:?(?=\s{0,2}(?:0x|c0[0-9a-f]{6}\b))", r"bsod",
        r"blue\s?screen(?:\s(?:error|code))?", r"livekernelevent(?:\scode)?",
    )),
    # The event log gives the number in decimal; everything else in hexadecimal, often without 0x.
    Cue("bugcheckcode", "bugcheck", 0.95, True, (r"bugcheckcode",)),
    Cue("hresult", "hresult", 0.97, True, (
        r"hresult", r"h result", r"\bhr\b", r"\bscode", r"com_error", r"comerror", r"com error",
        r"returned hr", r"resultmapped",
    )),
    Cue("winerror", "win32", 0.98, True, (
        r"lasterrorvalue: \(win32\)", r"winerror", r"windowserror", r"windows\s?error",
        r"win32\s?(?:api\s)?(?:error|exception|status)", r"win32_exit_code",
        r"native\s?error(?:code)?", r"system error(?!s)(?:\.\s{1,3}code)?",
        r"\bsystem:(?=\d)", r"\bgle\b",
        r"operating system error", r"systemfehler", r"\bdos error",
        r"getlasterror(?:\s?\(\))?", r"\blast\s?err(?:or)?", r"dwerror",
        r"service[- ]specific\serror",
        r"createprocess[aw]?\s(?:error|failed(?:[,:]?\serror)?)", r"create process error",
        r"sc\]\s[a-z]{1,32}\s(?:failed|失败|失敗|fehler)", r"startservice\s(?:failed|失败)",
        r"error de sistema", r"erreur système", r"errore di sistema",
        r"erro (?:de|do) sistema", r"błąd systemu", r"ошибка системы", r"системная ошибка",
        r"系统错误",
        r"systemfout", r"systeemfout", r"systemfel",
        r"sistem hatası", r"시스템 오류", r"システム\s?エラー",
    )),
    Cue("ntstatus", "ntstatus", 0.95, True, (
        r"ntstatus", r"nt status", r"sub\s?status", r"exception\s?code", r"código de excepción",
        r"ausnahmecode", r"laststatusvalue: \(ntstatus\)", r"code d.exception",
    )),
    Cue("rust", "win32", 0.80, True, (rf"\bos error(?:s(?={LIST}))?", r"\bos \{ code")),
    Cue("ldap", "ldap", 0.95, True, (r"ldap:? error code", r"ldap:? error", r"ldap_bind:? error")),
    # "Named Pipes Provider, error: 40" numbers the client's own reasons, not the system's.
    # Native clients count on: "SQL Network Interfaces, error: 26", in the reader's language.
    Cue("sqlclient", "sqlclient", 0.2, True, (
        r"provider, error", *(
            rf"{word}\s?[:：][^()\n]{{3,80}}?[,，、]\s?(?:error|fehler|erreur|erro|ошибка|错误|エラー)(?!e)"
            for word in (
                "provider", "anbieter", "proveedor", "provedor", "fournisseur", "поставщик",
                "提供程序", "プロバイダー",
            )
        ),
    )),
    # Schannel's own sentences (events 36887 and 36888), then what others say of an alert.
    Cue("schannel", "tls_alert", 0.9, True, (
        r"\bfatal alert was received", r"tls protocol defined fatal (?:alert|error) code is",
    ), own=True),
    Cue("tls_alert", "tls_alert", 0.65, True, (
        r"\bfatal alert code(?:\sis)?", r"\bssl\s(?:fatal\s)?alert(?:\s(?:number|code))?",
        r"\btls(?:\s?v?1\.\d)?\s(?:fatal\s)?alert(?:\s(?:number|code))?",
        r"schannel\s(?:fatal\s)?alert(?:\scode)?",
    ), own=True),
    # What a service chose itself, and the second number of a remote desktop client.
    Cue("own", "own", 0.2, True, (r"service_exit_code", r"extended error code")),
    # SQL Server shows its own numbers so, and the system's where it could not be reached.
    Cue("sqlserver", None, 0.55, True, (r"sql server, error",)),
    Cue("fastfail", "fast_fail", 0.90, True, (r"\bsubcode", r"fast\s?fail\s(?:sub)?code")),
    Cue("ras", "ras", 0.95, True, (
        r"error code returned on (?:failure|termination)", r"\bras(?:client|man|dial)?\serror",
        r"remote access error",
        *(rf"{kind}(?:\sconnection)?\serror" for kind in ("broadband", "dial-up", "pppoe")),
    ), own=True),
    Cue("rpc", "rpc", 0.90, True, (r"\brpc\s(?:status|error)(?:\scode)?",)),
    Cue("msi", "msi", 0.95, True, (
        r"msi\s?error", r"mainenginethread is returning", r"windows installer\s(?:error|returned)",
        r"msiexec(?:\.exe)?\s(?:failed|returned|exited)",
    )),
    Cue("kerberos", "kerberos_rfc4120", 0.85, True, (
        r"kerberos[^\n]{0,24}?(?:failure\scode|result\scode|error)",
        r"kdc[^\n]{0,24}?(?:failure\scode|result\scode|error)",
        r"tg[st][^\n]{0,24}?(?:failure\scode|result\scode|error)",
    )),
    Cue("exit", "exit", 0.85, False, (
        r"exit(?:ed|s)?(?:\swith)?\s(?:code|status|value)", r"exit_?code", r"exit_?status",
        r"\bexited",
        r"return(?:ed)?\s(?:code|value)", r"退出代码", r"終了コード", r"beendet mit code",
        r"código de sa(?:l)?ida", r"last run result", r"terminated with",
        r"expected process to exit with \[[\d, ]{1,40}\], but received",
    )),
    Cue("errno", "errno", 0.60, True, (r"errno",)),
    Cue("status", None, 0.75, False, (
        r"\bstatus(?:\s?code)?", r"result(?:\s?code)?", r"\bretcode", r"dwret", r"retval",
        r"\brc\b",
        r"\breturn(?:s|ed|ing)?",
    )),
    # Who writes both words has an error number in hand.
    Cue("failed_error", None, 0.70, True, (
        r"\bfail(?:ed|s|ure)\swith\s(?:an?\s)?(?:the\s)?(?:following\s)?error(?:\s?(?:code|number))?",
        r"\bfail(?:ed|s),?\serror(?:\s?code)?",
    )),
    Cue("error", None, 0.70, True, (
        r"erreur", r"errore", r"error(?:\s?(?:code|number|no\.?|nr\.?|id|value|info(?:rmation)?)"
        rf"|s(?:\scodes?)?(?={LIST})|\scodes(?={LIST}))?",
        r"\berr(?:\s?code)?(?![a-z])", r"failure code",
        r"fehler(?:code|nummer)?(?!haft)", r"code d.erreur", r"código de erro(?:r)?",
        r"codigo de erro(?:r)?", r"\berro\b", r"ошибк[аи]", r"код ошибки", r"错误(?:代码|码)?",
        r"錯誤(?:代碼)?", r"エラー(?:\s?コード)?", r"오류(?:\s?코드)?",
        r"hata(?:\skodu)?", r"\bfout(?:code)?", r"kod błędu",
        r"felkod", r"chyba", r"błąd", r"fault code", r"失败", r"失敗",
        r"\bfel(?=:?\s\d{2})", r"\bfeil(?:kode)?", r"\bfejl(?:kode)?", r"\bvirhe(?:koodi)?",
        r"\beroare", r"\bhiba(?:kód)?", r"σφάλμα", r"помилка", r"\blỗi", r"خطأ", r"שגיאה",
        r"ข้อผิดพลาด",
    )),
    # "The agent failed with 0x2F7": what follows "with" is what it failed with.
    Cue("failed_with", None, 0.68, False, (
        r"\bfail(?:ed|ure|s|ing)\swith", r"\bcrashed with", r"\berrored with", r"\bdied with",
        r"\baborted with",
    )),
    Cue("failed", None, 0.60, False, (
        r"\bfail(?:ed|ure|s|ing)?", r"fehlgeschlagen", r"exception", r"crash(?:ed)?",
        r"échou[ée]", r"\bunknown", r"\bdied", r"\bended with",
    )),
    Cue("code", None, 0.50, False, (r"\bcode",)),
)  # fmt: skip

# Words behind a number say less than words before it.
ERROR_AFTER = Cue("error behind it", None, 0.60, False, ())

BY_ID = {cue.id: cue for cue in CUES}
STEMS = tuple(sorted({stem for cue in CUES for stem in cue.stems}))


@cache
def cues_beginning(stem: str) -> re.Pattern[str]:
    """Return the pattern of all cues that can begin where `stem`, the longest there, stands.

    Its groups are named after the cues. A pattern of all cues would try each of them everywhere.
    """
    kinds = []
    for cue in CUES:
        words = [word for word in cue.words if stem.startswith(_stem(word))]
        if words:
            kinds.append(f"(?P<{cue.id}>{'|'.join(words)})")
    return re.compile("|".join(kinds))


# What may stand between the words and the number: "error code is: (".
MAX_GAP_CHARS = 36
GAP = re.compile(
    r"(?:[,:]?\s(?:code|is|was|of|no\.?|number|with|from|to|value|the|a|has|returned|returns|becomes|"
    r"became|mit|:)\b|\s\((?:decimal|hex|dec|win32)\)){0,3}"
    r"[\s:=#!'\"()\[\]{<>*`~„“”‘’：（【,-]{0,6}"
)

# Words that give a number another job. One word, or two.
OTHER_JOBS = frozenset(
    {
        "line", "ln", "col", "column", "char", "port", "pid", "tid", "ppid", "handle", "fd",
        "uid", "gid", "version", "ver", "build", "revision", "rev", "kb", "http", "https", "page",
        "chapter", "ticket", "issue", "order", "invoice", "case", "request", "bug", "pull", "pr",
        "phone", "tel", "size", "bytes", "length", "count", "total", "offset", "address", "addr",
        "base", "mask", "flag", "flags", "ip", "rva", "at", "ptr", "pointer", "memory", "mem",
        "reg", "irq", "register", "param", "parameter", "arg", "args", "argument", "mode",
        "signal", "sig", "user", "keyword", "keywords", "color", "colour", "sqlstate", "dword",
        "qword", "binary", "ref", "reference", "account", "acct", "iban", "rax", "rbx", "rcx",
        "rdx", "rsi", "rdi", "rsp", "rbp", "rip", "eip", "esp", "ebp", "eax", "ora", "tns", "lnk",
        "msb", "cs", "ca", "ide", "npm", "curl", "mysql", "level", "state", "attempt", "retry",
        "retries", "msg", "dsid", "date", "time", "duration", "elapsed", "timeout", "after",
        "every", "within", "took", "in", "thread", "v", "location", "bfar", "mmfar",
    }
)  # fmt: skip
# Those that even a well-known code in full cannot be.
ADDRESS_WORDS = frozenset(
    {
        "at", "address", "addr", "base", "ptr", "offset", "handle", "rip", "rsp", "rbp",
        "rax", "rbx", "rcx", "rdx", "eip", "esp", "ebp", "eax", "dword", "qword",
        "mask", "flags", "keywords", "color", "colour", "ref", "location", "bfar", "mmfar",
    }
)  # fmt: skip
OTHER_JOBS_OF_TWO = frozenset(
    {
        ("process", "id"), ("thread", "id"), ("event", "id"), ("reason", "code"),
        ("api", "error"), ("event", "error"), ("order", "no"), ("part", "number"),
        ("serial", "number"),
        ("order", "number"), ("phone", "number"), ("account", "number"), ("case", "number"),
        ("ticket", "number"), ("model", "number"), ("invoice", "number"), ("http", "error"),
        ("http", "status"), ("https", "error"), ("http", "code"), ("https", "status"),
        ("status", "http"), ("severity", "code"), ("cuda", "error"), ("mysql", "error"),
        ("curl", "error"), ("shutdown", "status"), ("report", "status"),
        *((kind, "code") for kind in (
            "promo", "area", "zip", "postal", "country", "dialing", "dialling", "discount",
            "voucher", "coupon", "gift", "referral", "bar", "qr", "pin", "access", "door", "gate",
            "sort", "swift", "booking", "dress", "tax", "product", "currency", "language", "key",
        )),
    }
)  # fmt: skip
SECOND_WORDS_OF_JOBS = frozenset(second for _, second in OTHER_JOBS_OF_TWO)
