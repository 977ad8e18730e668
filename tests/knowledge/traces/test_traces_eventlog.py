# ruff: noqa: E501, W291  # what people paste is longer than our lines, and ragged
"""event log traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
Nombre de la aplicación con errores: tienda.exe, versión: 1.2.0.0, marca de tiempo: 0x5f3a1122
Nombre del módulo con errores: KERNELBASE.dll, versión: 10.0.19041.1, marca de tiempo: 0x11223344
Código de excepción: 0xe0434352
Desplazamiento de errores: 0x000000000003a839
Identificador del proceso con errores: 0x1a2b""",
            types=(None,),
            messages=(None,),
            codes=(0xE0434352,),
        ),
        id="spanish_application_error",
    ),
    pytest.param(
        Case(
            text="""\
Hatalı uygulama adı: x.exe, sürüm: 1.0.0.0, zaman damgası: 0x5f3a1122
Hatalı modül adı: ntdll.dll, sürüm: 10.0.19041.1, zaman damgası: 0x11223344
Xyz kodu: 0xc0000374
Hata uzaklığı: 0x00000000000ff0f9""",
            types=(None,),
            messages=(None,),
            codes=(0xC0000374,),
        ),
        id="unknown_words_known_shape",
    ),
    pytest.param(
        Case(
            text="""\
Faulting application winword.exe, version 12.0.6, faulting module mso.dll, version 12.0.6, fault address 0x00012345.""",
            types=(None,),
            messages=(None,),
        ),
        id="windows_xp_without_a_code",
    ),
    pytest.param(
        Case(
            text="""\
Faulting application svc.exe, version 1.0.0.1, time stamp 0x4a5bc3c1, faulting module ntdll.dll, version 6.0.6002.1, time stamp 0x49e03821, exception code 0xc0000374, fault offset 0x000afaf8, process id 0x7f4, application start time 0x01ca.""",
            types=(None,),
            messages=(None,),
            codes=(0xC0000374,),
        ),
        id="all_on_one_line",
    ),
    pytest.param(
        Case(
            text="""\
错误应用程序名称: depot.exe，版本: 1.0.0.0，时间戳: 0x5e111c80
错误模块名称: ntdll.dll，版本: 10.0.18362.1139，时间戳: 0x468a1bf2
异常代码: 0xc0000005""",
            types=(None,),
            messages=(None,),
            codes=(0xC0000005,),
        ),
        id="chinese_commas",
    ),
    pytest.param(
        Case(
            text="""\
障害が発生しているアプリケーション名: depot.exe、バージョン: 1.0.0.0、タイム スタンプ: 0x5e111c80
障害が発生しているモジュール名: ntdll.dll、バージョン: 10.0.18362.1139、タイム スタンプ: 0x468a1bf2
例外コード: 0xc0000409""",
            types=(None,),
            messages=(None,),
            codes=(0xC0000409,),
        ),
        id="japanese_commas",
    ),
    pytest.param(
        Case(
            text="""\
Problem Event Name: CLR20r3
Problem Signature 01: depot.exe
Problem Signature 02: 1.0.0.0
Problem Signature 09: N3CTRYE2KN3C34SGL4ZQYRBFTE4M13NB
OS Version: 6.1.7601""",
            types=(None,),
            messages=(None,),
        ),
        id="hash_of_a_long_type_is_no_type",
    ),
    pytest.param(
        Case(
            text="""\
Fault bucket 123456, type 4
Event Name: APPCRASH
Response: Not available
Cab Id: 0

Problem signature:
P1: svc.exe
P2: 1.0.0.0
P3: 5f3a1122
P4: ntdll.dll
P5: 10.0.1.1
P6: 11223344
P7: c0000005
P8: 0000000000012345
P9: 
P10: """,
            types=(None,),
            messages=(None,),
            codes=(0xC0000005,),
        ),
        id="report_with_short_parameter_names",
    ),
    pytest.param(
        Case(
            text="""\
Anwendung: Lager.exe
Frameworkversion: v4.0.30319
Beschreibung: Der Prozess wurde aufgrund eines Ausnahmefehlers beendet.
Ausnahmeinformationen: System.IO.FileNotFoundException
   bei Lager.Start.Lesen(System.String)
   bei Lager.Start.Main()

Name der fehlerhaften Anwendung: Lager.exe, Version: 1.0.0.0, Zeitstempel: 0x5f3a1122
Name des fehlerhaften Moduls: KERNELBASE.dll, Version: 10.0.1.1, Zeitstempel: 0x11223344
Ausnahmecode: 0xe0434352""",
            types=("System.IO.FileNotFoundException",),
            messages=(None,),
            frames=2,
            top=("Lager.Start.Lesen", None, None),
            locale="de",
        ),
        id="runtime_record_makes_the_wrapper_silent",
    ),
    pytest.param(
        Case(
            text="""\
Application: api.exe
CoreCLR Version: 6.0.1623.17311
.NET Version: 6.0.16
Description: The process was terminated due to an unhandled exception.
Exception Info: System.TypeInitializationException: The type initializer threw.
 ---> System.DllNotFoundException: Unable to load DLL 'x' (0x8007007E)
   at Api.Native.Call()
   at Api.Boot..cctor()
   --- End of inner exception stack trace ---
   at Api.Program.Main(String[] args)""",
            types=("System.TypeInitializationException", "System.DllNotFoundException"),
            messages=("The type initializer threw.", "Unable to load DLL 'x' (0x8007007E)"),
            root=1,
            frames=3,
            top=("Api.Native.Call", None, None),
            codes=(
                None,
                0x8007007E,
            ),
        ),
        id="chain_of_a_net_core_process",
    ),
    pytest.param(
        Case(
            text="""\
Application: w3wp.exe
Framework Version: v4.0.30319
Description: The process was terminated due to an unhandled exception.
Exception Info: exception code c0000005, exception address 00007FFB12345678
Stack:
   at System.Foo.Bar(IntPtr)""",
            types=(None,),
            messages=(None,),
            frames=1,
            top=("System.Foo.Bar", None, None),
            codes=(0xC0000005,),
        ),
        id="native_exception_with_managed_frames",
    ),
    pytest.param(
        Case(
            text="""\
Application: x.exe Framework Version: v4.0.30319 Description: The process was terminated due to an unhandled exception. Exception Info: System.InvalidOperationException at A.B.C() at A.B.Main(System.String[])""",
            types=("System.InvalidOperationException",),
            messages=(None,),
            frames=2,
            top=("A.B.C", None, None),
        ),
        id="runtime_record_on_one_line",
    ),
    pytest.param(
        Case(
            text="""\
Problem signature:
  Problem Event Name:	BEX64
  Application Name:	a.exe
  Fault Module Name:	b.dll
  Exception Offset:	0000000000012345
  Exception Code:	c0000409
  Exception Data:	0000000000000007""",
            types=(None,),
            messages=(None,),
            codes=(0xC0000409,),
        ),
        id="stack_buffer_overrun_report",
    ),
    pytest.param(
        Case(
            text="""\
Application: a.exe
Framework Version: v4.0.30319
Description: The process was terminated due to an internal error in the .NET Runtime at IP 72F1 (72D0000) with exit code 80131506.""",
            types=(None,),
            messages=(None,),
            codes=(0x80131506,),
        ),
        id="failure_of_the_runtime_itself",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
Release notes: version: 1.2.3.4, see a.exe, version 1.2
.NET Version: 6.0.1
nothing else: here
Framework Version: 4.8
System.IO is fine""",
        id="release_notes_with_versions",
    ),
    pytest.param(
        """\
OS: Windows
.NET Framework: 4.8.1
Runtime: 6.0""",
        id="list_of_versions",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "event-log")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
