# ruff: noqa: E501, W291  # what people paste is longer than our lines, and ragged
"""PowerShell traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text=r"""Get-Content : Die Datei "D:\daten\x.txt" fehlt uns.
In D:\skripte\lesen.ps1:12 Zeichen:5
+     Get-Content D:\daten\x.txt
+     ~~~~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : ObjectNotFound: (D:\daten\x.txt:String) [Get-Content], ItemNotFoundException
    + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand
""",
            types=("ItemNotFoundException",),
            messages=('Die Datei "D:\\daten\\x.txt" fehlt uns.',),
            frames=1,
            top=(None, "D:\\skripte\\lesen.ps1", 12),
            locale="de",
        ),
        id="german",
    ),
    pytest.param(
        Case(
            text="""\
Stop-Service : le service reste actif
Au caractère Ligne:1 : 1
+ Stop-Service spooler
+ ~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : CloseError: (System.ServiceProcess.ServiceController:ServiceController) [Stop-Service], Serv 
   iceCommandException
    + FullyQualifiedErrorId : CouldNotStopService,Microsoft.PowerShell.Commands.StopServiceCommand
""",
            types=("ServiceCommandException",),
            messages=("le service reste actif",),
            frames=1,
            top=(None, None, 1),
            locale="fr",
        ),
        id="french_with_the_type_cut_in_two",
    ),
    pytest.param(
        Case(
            text=r"""Get-Item : 这里没有“D:\x”。
所在位置 行:1 字符: 1
+ Get-Item D:\x
+ ~~~~~~~~~~~~
    + CategoryInfo          : ObjectNotFound: (D:\x:String) [Get-Item], ItemNotFoundException
    + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand
""",
            types=("ItemNotFoundException",),
            messages=("这里没有“D:\\x”。",),
            frames=1,
            top=(None, None, 1),
            locale="zh-Hans",
        ),
        id="chinese",
    ),
    pytest.param(
        Case(
            text=r"""PS C:\> .\deploy.ps1
no space left on the build drive
At C:\jobs\deploy.ps1:44 char:9
+         throw "no space left on the build drive"
+         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : OperationStopped: (no space left on the build drive:String) [], RuntimeException
    + FullyQualifiedErrorId : no space left on the build drive
""",
            types=("RuntimeException",),
            messages=("no space left on the build drive",),
            frames=1,
            top=(None, "C:\\jobs\\deploy.ps1", 44),
        ),
        id="thrown_text_without_a_command",
    ),
    pytest.param(
        Case(
            text=r"""Remove-Item : C:\x stays: (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))
At line:1 char:12
+ Remove-Item <<<<  C:\x
    + CategoryInfo          : PermissionDenied: (C:\x:DirectoryInfo) [Remove-Item], UnauthorizedAccessException
    + FullyQualifiedErrorId : RemoveFileSystemItemUnAuthorizedAccess,Microsoft.PowerShell.Commands.RemoveItemCommand
""",
            types=("UnauthorizedAccessException",),
            messages=("C:\\x stays: (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",),
            frames=1,
            top=(None, None, 1),
            codes=(0x80070005,),
        ),
        id="version_2_marks_the_place_in_the_source",
    ),
    pytest.param(
        Case(
            text="""\
Enter-PSSession : Connecting to remote server srv01 went wrong : not allowed
At line:1 char:1
+ Enter-PSSession srv01
+ ~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : InvalidArgument: (srv01:String) [Enter-PSSession], PSRemotingTransportException
    + FullyQualifiedErrorId : -2144108477,PSSessionOpenFailed
""",
            types=("PSRemotingTransportException",),
            messages=("Connecting to remote server srv01 went wrong : not allowed",),
            frames=1,
            top=(None, None, 1),
            codes=(0x80338043,),
        ),
        id="id_begins_with_the_code",
    ),
    pytest.param(
        Case(
            text=r"""Get-ChildItem: C:\s\list.ps1:7
Line |
   7 |  Get-ChildItem Z:\nowhere
     |  ~~~~~~~~~~~~~~~~~~~~~~~~
     | no drive is called Z
""",
            types=(None,),
            messages=("no drive is called Z",),
            frames=1,
            top=("Get-ChildItem", "C:\\s\\list.ps1", 7),
        ),
        id="concise_view",
    ),
    pytest.param(
        Case(
            text=r"""ScriptStackTrace : at Install-Thing, C:\s\a.psm1: line 12
                   at <ScriptBlock>, C:\s\b.ps1: line 3
                   at <ScriptBlock>, <No file>: line 1
""",
            types=(None,),
            messages=(None,),
            frames=3,
            top=("Install-Thing", "C:\\s\\a.psm1", 12),
        ),
        id="script_stack_alone",
    ),
    pytest.param(
        Case(
            text=r"""Exception calling "Open" with "0" argument(s): "Timeout"
At C:\s\x.ps1:3 char:1
+ $c.Open()
+ ~~~~~~~~~
    + CategoryInfo          : NotSpecified: (:) [], MethodInvocationException
    + FullyQualifiedErrorId : SqlException
""",
            types=("MethodInvocationException",),
            messages=('Exception calling "Open" with "0" argument(s): "Timeout"',),
            frames=1,
            top=(None, "C:\\s\\x.ps1", 3),
        ),
        id="method_call_failed",
    ),
    pytest.param(
        Case(
            text="""\
a-b : one
At line:1 char:1
+ a-b
+ ~~~
    + CategoryInfo          : ObjectNotFound: (x:String) [], CommandNotFoundException
    + FullyQualifiedErrorId : CommandNotFoundException

c-d : two
At line:2 char:1
+ c-d
+ ~~~
    + CategoryInfo          : ObjectNotFound: (y:String) [], CommandNotFoundException
    + FullyQualifiedErrorId : CommandNotFoundException
""",
            types=("CommandNotFoundException",),
            messages=("one",),
            frames=1,
            top=(None, None, 1),
            traces=2,
        ),
        id="two_records",
    ),
    pytest.param(
        Case(
            text=r"""C:\jobs\run me.ps1 : Cannot bind argument
At C:\jobs\very long path\that goes on\and on\until it is wr
apped.ps1:3 char:1
+ & $x
+ ~~~~
    + CategoryInfo          : InvalidData: (:) [run me.ps1], ParameterBindin 
   gValidationException
    + FullyQualifiedErrorId : ParameterArgumentValidationError,run me.ps1
""",
            types=("ParameterBindingValidationException",),
            messages=("Cannot bind argument",),
            frames=1,
            top=(
                None,
                "C:\\jobs\\very long path\\that goes on\\and on\\until it is wrapped.ps1",
                3,
            ),
        ),
        id="path_and_type_wrapped",
    ),
    pytest.param(
        Case(
            text="""\
Get-Foo : bad thing
At line:1 char:1
+ Get-Foo
+ ~~~~~~~""",
            types=(None,),
            messages=("bad thing",),
            frames=1,
            top=(None, None, 1),
        ),
        id="category_cut_off",
    ),
    pytest.param(
        Case(
            text="""\
&gt; Get-Foo : bad &amp; thing
&gt; At line:1 char:1
&gt; + Get-Foo
&gt; + ~~~~~~~
&gt;     + CategoryInfo          : InvalidData: (:) [Get-Foo], FooException
&gt;     + FullyQualifiedErrorId : Foo""",
            types=("FooException",),
            messages=("bad & thing",),
            frames=1,
            top=(None, None, 1),
        ),
        id="quoted_and_escaped_by_chat",
    ),
    pytest.param(
        Case(
            text=r"""PSMessageDetails      :
Exception             : System.Management.Automation.ItemNotFoundException: there is no C:\x here
                           at System.Management.Automation.SessionStateInternal.GetItem(String path, Boolean force)
                           at Microsoft.PowerShell.Commands.GetItemCommand.ProcessRecord()
TargetObject          : C:\x
CategoryInfo          : ObjectNotFound: (C:\x:String) [Get-Item], ItemNotFoundException
FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand
ErrorDetails          :
InvocationInfo        : System.Management.Automation.InvocationInfo
ScriptStackTrace      : at <ScriptBlock>, <No file>: line 1
PipelineIterationInfo : {0, 1}
""",
            types=("System.Management.Automation.ItemNotFoundException",),
            messages=("there is no C:\\x here",),
            frames=3,
            top=("System.Management.Automation.SessionStateInternal.GetItem", None, None),
        ),
        id="list_of_all_properties",
    ),
    pytest.param(
        Case(
            text=r"""2024-05-01T10:00:00.1234567Z ##[error]Get-Foo : bad thing
2024-05-01T10:00:00.1234567Z At D:\a\1.ps1:3 char:1
2024-05-01T10:00:00.1234567Z + Get-Foo
2024-05-01T10:00:00.1234567Z + ~~~~~~~
2024-05-01T10:00:00.1234567Z     + CategoryInfo          : InvalidData: (:) [Get-Foo], FooException
2024-05-01T10:00:00.1234567Z     + FullyQualifiedErrorId : Foo""",
            types=("FooException",),
            messages=("bad thing",),
            frames=1,
            top=(None, "D:\\a\\1.ps1", 3),
        ),
        id="time_stamp_on_each_line",
    ),
    pytest.param(
        Case(
            text=r"""At C:\s\x.ps1:3 char:20
+ if ($a -eq 1 {
+             ~
a bracket is missing
At C:\s\x.ps1:9 char:1
+ }
+ ~
this brace is too many
    + CategoryInfo          : ParserError: (:) [], ParseException
    + FullyQualifiedErrorId : MissingEndParenthesisAfterStatement
""",
            types=("ParseException",),
            messages=("a bracket is missing",),
            frames=2,
            top=(None, "C:\\s\\x.ps1", 3),
        ),
        id="parser_names_two_places",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
Meeting at 10:30 char:2
Name : Foo
At line:3 char:4 there is a bug""",
        id="prose_with_times",
    ),
    pytest.param(
        """\
Line | Count
  1 | foo
  2 | bar""",
        id="table_with_bars",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "powershell")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
