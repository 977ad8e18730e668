"""The words around a number that make it an error code, or rule it out.

One table: each row is a cue with the family that it announces, how sure it makes us that the number
is a Windows error at all, and the pattern of the words directly before the number. New written
forms are added here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# How much text before a number is looked at. Long enough for "The service terminated with the
# following service-specific error", short enough that a text full of numbers stays cheap.
WINDOW_CHARS = 64


@dataclass(frozen=True, slots=True)
class Cue:
    """Words before a number: what they announce, and how sure they make us (0 to 1).

    `hint` is a family id, or one of the forms "exit" and "errno"; None when the words only say
    "error". `small` tells whether the cue also vouches for a short number such as 5 or 0x2.
    """

    id: str
    hint: str | None
    confidence: float
    small: bool
    words: str


# Order matters: the first row whose words end right before the number is taken.
CUES = (
    Cue("bugcheck", "bugcheck", 0.95, True,
        r"bug\s?check(?:code|string)?|stop\s?(?:code|error)|bsod|blue\s?screen(?:\s(?:error|code))?"
        r"|\bSTOP|BugcheckCode|BUGCHECK_CODE"),
    Cue("hresult", "hresult", 0.97, True,
        r"h\s?result|\bhr|\bscode|com_?error|com\serror|returned\shr|ExceptionHResult"),
    Cue("ntstatus", "ntstatus", 0.95, True,
        r"nt\s?status|(?<!http\s)(?<!shutdown\s)\bsub\s?status|exception\s?code"
        r"|exceptioncode|código\sde\sexcepción|ausnahmecode|code\sd.exception"),
    Cue("winerror", "win32", 0.98, True,
        r"winerror|windowserror|windows\s?error|win32\s?(?:api\s)?(?:error|exception|status)"
        r"|native\s?error(?:code)?|system\serror(?!s)|operating\ssystem\serror|systemfehler"
        r"|getlasterror(?:\s?\(\))?|\blast\s?error|dwerror"
        r"|service[- ]specific\serror|createprocess\s(?:error|failed)|create\sprocess\serror"
        r"|\[sc\]\s[a-z]{1,32}\s(?:failed|失败|失敗|fehler)|startservice\s(?:failed|失败)"),
    Cue("rust", "win32", 0.80, True, r"\bos\serror|\bos\s\{\scode"),
    Cue("rpc", "rpc", 0.90, True, r"rpc\s(?:status|error)(?:\scode)?"),
    Cue("msi", "msi", 0.95, True,
        r"msi\s?error|mainenginethread\sis\sreturning|windows\sinstaller\s(?:error|returned)"
        r"|msiexec(?:\.exe)?\s(?:failed|returned|exited)"),
    Cue("kerberos", "kerberos_rfc4120", 0.85, True,
        r"(?:kerberos|kdc|tgt|tgs)[^\n]{0,24}(?:failure\scode|result\scode|error)"),
    Cue("exit", "exit", 0.85, False,
        r"exit(?:ed|s)?(?:\swith)?(?:\s(?:code|status|value))|exit_?code|exit_?status|exited"
        r"|exit\sstatus|return(?:ed)?\s(?:code|value)|退出代码|終了コード|exitcode"
        r"|beendet\smit\scode|código\sde\ssa(?:l)?ida|last\srun\sresult|terminated\swith"),
    Cue("errno", "errno", 0.60, True, r"errno"),
    Cue("status", None, 0.75, False,
        r"\bstatus(?:\s?code)?|result(?:\s?code)?|\bretcode|\brc|return(?:s|ed|ing)?|\breason"),
    Cue("error", None, 0.70, True,
        r"error(?:\s?(?:code|number|no\.?|nr\.?|id|value))?|\berr(?:\s?code)?|errorcode|failure\scode"
        r"|fehler(?:code|nummer)?|erreur|code\sd.erreur|errore|c[oó]digo\sde\serro(?:r)?|\berro"
        r"|ошибк[аи]|код\sошибки|错误(?:代码|码)?|錯誤(?:代碼)?|エラー(?:\s?コード)?|오류(?:\s?코드)?"
        r"|hata(?:\skodu)?|\bfout(?:code)?|felkod|chyba|błąd|fault\scode|失败|失敗"),
    Cue("failed", None, 0.60, False,
        r"fail(?:ed|ure|s|ing)?(?:\swith)?|fehlgeschlagen|exception|crash(?:ed)?(?:\swith)?"
        r"|échou[ée]|\bcode|unknown"),
)  # fmt: skip

# What may stand between the words and the number: "error code is: (".
_FILLER = (
    r"(?:\s(?:code|is|was|of|no\.?|number|with|from|to|value|the|a|has|returned|returns|mit|:))"
)
_SEPARATORS = r"[\s:=#'\"(\[{<>*`~„“”‘’：（【,-]"
_LEFT = re.compile(
    rf"(?:{'|'.join(f'(?P<{cue.id}>{cue.words})' for cue in CUES)})"
    rf"{_FILLER}{{0,3}}{_SEPARATORS}{{0,6}}$",
    re.IGNORECASE,
)
_BY_ID = {cue.id: cue for cue in CUES}

# Words that give a number another job. Checked against the text directly before it.
_OTHER_JOB = re.compile(
    r"(?:\b(?:line|ln|col(?:umn)?|char|port|pid|tid|ppid|process\sid|thread(?:\sid)?|handle|fd|uid|gid"
    r"|version|ver|build|revision|rev|kb|http(?:/\d\.\d)?|https?\s(?:error|status|code)|page|chapter"
    r"|ticket|issue|order(?:\sno\.?)?|invoice|case|request|bug|pull|pr|phone|tel|size|bytes|length"
    r"|count|total|offset|address|addr|base|mask|flags?|ip|rva|at|ptr|pointer|memory|mem|reg|irq"
    r"|register|param(?:eter)?\s?\d?|arg(?:s|ument)?\s?\d?|mode|signal|sig|user|keywords?|colou?r"
    r"|reason\s?code|sqlstate|ora|tns|lnk|msb|cs|ca|ide|npm|cuda[\s\w]{0,16}error"
    r"|runtime\sapi\serror|api\serror|curl|mysql|event\s?id|level|state|attempt|retry|retries"
    r"|severity\s?code|msg|dsid|date|time|duration|elapsed|timeout|after|every|within|took|in)"
    r"[\s:=#('\"\[<-]{0,4}|[#$€£@+]|\bv\.?)$",
    re.IGNORECASE,
)


def cue_before(text: str, start: int) -> Cue | None:
    """Return the cue whose words end right before `start`, or None."""
    window = text[max(0, start - WINDOW_CHARS) : start]
    match = _LEFT.search(window)
    return _BY_ID[match.lastgroup] if match and match.lastgroup else None


def has_other_job(text: str, start: int) -> bool:
    """Tell whether the words right before `start` make the number a line, port, address, price…"""
    return _OTHER_JOB.search(text[max(0, start - 32) : start]) is not None
