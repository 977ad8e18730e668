# ruff: noqa: E101, E501, W291  # what people paste is longer than our lines, and ragged
"""native traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
Unhandled exception in Shop.exe (NTDLL.DLL): 0xC0000005: Access Violation.""",
            types=(None,),
            messages=("Access Violation.",),
            codes=(0xC0000005,),
        ),
        id="visual_studio_without_an_address",
    ),
    pytest.param(
        Case(
            text=r"""0:000> kn
 # Child-SP          RetAddr               Call Site
00 000000e1`2b4ff6a8 00007ffb`1b2c3d4e     ntdll!NtWaitForSingleObject+0x14
01 000000e1`2b4ff6b0 00007ff6`0a1b2c3d     KERNELBASE!WaitForSingleObjectEx+0x93
02 000000e1`2b4ff750 00007ff6`0a1b2c3d     app!Worker::Run+0x51 [D:\src\worker.cpp @ 120] 
03 (Inline Function) --------`--------     app!main+0x5 [D:\src\m.cpp @ 3]
04 000000e1`2b4ff750 00007ff6`0a1b2c3d     0x00007ff6`0a1b2c3d
""",
            types=(None,),
            messages=(None,),
            frames=5,
            top=("ntdll!NtWaitForSingleObject", None, None),
        ),
        id="inline_and_raw_frames",
    ),
    pytest.param(
        Case(
            text="""\
*******************************************************************************
*                        Exception Analysis                                   *
*******************************************************************************
EXCEPTION_RECORD:  (.exr -1)
ExceptionAddress: 00007ffb1b2c3d4e (app!Foo+0x0000000000000012)
   ExceptionCode: c0000005 (Access violation)
  ExceptionFlags: 00000000
NumberParameters: 2

PROCESS_NAME:  app.exe

STACK_TEXT:  
000000e1`2b4ff6a8 00007ffb`1b2c3d4e : 00000000`00000001 00000000`00000002 00000000`00000003 00000000`00000004 : app!Foo+0x12
000000e1`2b4ff6b0 00007ff6`0a1b2c3d : 00000000`00000000 00000000`00000000 00000000`00000000 00000000`00000000 : app!main+0x3
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("app!Foo", None, None),
            codes=(0xC0000005,),
        ),
        id="analysis_with_arguments_in_the_stack",
    ),
    pytest.param(
        Case(
            text="""\
ChildEBP RetAddr  Args to Child              
0012f4a8 77e61d1c 00000001 00000002 00000003 app!Foo+0x12
0012f4b0 77e61d1c 00000001 00000002 00000003 app!main+0x3
WARNING: Stack unwind information not available. Following frames may be wrong.
0012f4b8 77e61d1c 00000001 00000002 00000003 kernel32!BaseProcessStart+0x23""",
            types=(None,),
            messages=(None,),
            frames=3,
            top=("app!Foo", None, None),
        ),
        id="warning_inside_the_stack",
    ),
    pytest.param(
        Case(
            text="""\
Unhandled exception at 0x00007FF60A1B2C3D (app.dll) in host.exe: 0xC0000005: bad read at 0x0000000000000008.""",
            types=(None,),
            messages=("bad read at 0x0000000000000008.",),
            codes=(0xC0000005,),
        ),
        id="visual_studio_names_the_code",
    ),
    pytest.param(
        Case(
            text="""\
Unhandled exception at 0x761B4192 in app.exe: Microsoft C++ exception: std::bad_alloc at memory location 0x00AFF8A4.""",
            types=("std::bad_alloc",),
            messages=("Microsoft C++ exception: std::bad_alloc at memory location 0x00AFF8A4.",),
        ),
        id="cxx_exception_names_its_type",
    ),
    pytest.param(
        Case(
            text="""\
>	app.exe!Foo::bar(int x=3)  Line 12 + 0x9 bytes	C++
 	app.exe!main(int argc=1, char * * argv=0x00)  Line 33	C++
 	kernel32.dll!BaseThreadInitThunk()  + 0x12 bytes	Unknown""",
            types=(None,),
            messages=(None,),
            frames=3,
            top=("app.exe!Foo::bar", None, 12),
        ),
        id="visual_studio_call_stack",
    ),
    pytest.param(
        Case(
            text="""\
(1a2c.3d4): Access violation - code c0000005 (first chance)
First chance exceptions are reported before any exception handling.
app!Foo+0x12:
00007ff6`0a1b2c3d 8b00 mov eax,dword ptr [rax] ds:00000000`00000000=????????
0:000> k
Child-SP          RetAddr           Call Site
000000e1`2b4ff6a8 00007ffb`1b2c3d4e app!Foo+0x12
000000e1`2b4ff6b0 00007ff6`0a1b2c3d app!main+0x3""",
            types=(None,),
            messages=("Access violation",),
            frames=2,
            top=("app!Foo", None, None),
            codes=(0xC0000005,),
        ),
        id="debugger_stops_then_lists_the_stack",
    ),
    pytest.param(
        Case(
            text="""\
00 ntdll!NtClose+0x14
01 KERNELBASE!CloseHandle+0x45
02 app!Handle::~Handle+0x12
""",
            types=(None,),
            messages=(None,),
            frames=3,
            top=("ntdll!NtClose", None, None),
        ),
        id="numbers_and_symbols_only",
    ),
    pytest.param(
        Case(
            text="""\
EXCEPTION_CODE: (NTSTATUS) 0xc0000374 - heap corruption
STACK_TEXT:
00000014`7fd0f0d0 00007ffa`12345678 : ntdll!RtlReportFatalFailure+0x9
00000014`7fd0f120 00007ffa`12345679 : app!free_twice+0x30
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("ntdll!RtlReportFatalFailure", None, None),
            codes=(0xC0000374,),
        ),
        id="heap_corruption",
    ),
    pytest.param(
        Case(
            text="""\
> ChildEBP RetAddr
> 0012f4a8 77e61d1c app!Foo+0x12
> 0012f4b0 77e61d1c app!main+0x3
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("app!Foo", None, None),
        ),
        id="quoted",
    ),
    pytest.param(
        Case(
            text="""\
Unbehandelte Ausnahme bei 0x00007FF6 (app.dll) in host.exe: 0xC0000094: Integer division by zero.""",
            types=(None,),
            messages=("Integer division by zero.",),
            codes=(0xC0000094,),
        ),
        id="german_visual_studio",
    ),
    pytest.param(
        Case(
            text="""\
ChildEBP RetAddr  Args to Child
f64138c0 8048b640 ff0ce870 ff0d7c08 ff0cde88 depot!StartDevice (!devobj ff0ce870)
f64138f0 8048d8e7 ff0cde88 f6413978 ff0cddc8 depot!StartAndList+0x1 (FPO: [Non-Fpo])""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("depot!StartDevice", None, None),
        ),
        id="notes_of_the_command_behind_the_name",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
deadbeef cafebabe 12345678
00000000 00000001 foo
hello!world
commit 1234abcd fix!foo""",
        id="hexadecimal_words",
    ),
    pytest.param(
        """\
00401000 55 8b ec 83 ec 08 c7 45
00401008 fc 00 00 00 00 8b 45 fc
""",
        id="bytes",
    ),
    pytest.param(
        """\
eax=00000000 ebx=00000001 ecx=00000002
eip=00401000 esp=0012f4a8 ebp=0012f4b0
""",
        id="registers",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "cpp-windbg")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
