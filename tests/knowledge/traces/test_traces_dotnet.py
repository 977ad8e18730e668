# ruff: noqa: E501, W291  # what people paste is longer than our lines, and ragged
""".NET traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
   at Warehouse.Stock.Counting.ShelfInspector.CountEverything(String shelf, Boolean deep, Int32 rows,
CancellationToken token)
   at Warehouse.Stock.Counting.ShelfReader.Read(String shelf, Boolean deep, Int32
rows, CancellationToken token)
   at Warehouse.Program.Main()""",
            types=(None,),
            messages=(None,),
            frames=3,
            top=("Warehouse.Stock.Counting.ShelfInspector.CountEverything", None, None),
        ),
        id="frames_wrapped_at_the_window_count_once",
    ),
    pytest.param(
        Case(
            text=r"""Unhandled exception. System.AggregateException: Two things failed. (disk gone) (net gone)
 ---> System.IO.IOException: disk gone
   at App.Store.Write(String path) in C:\src\Store.cs:line 44
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.Wait()
   at App.Program.Main(String[] args) in C:\src\Program.cs:line 9
 ---> (Inner Exception #1) System.Net.Sockets.SocketException (10061): net gone
   at App.Net.Dial() in /src/Net.cs:line 3<---

""",
            types=(
                "System.AggregateException",
                "System.IO.IOException",
                "System.Net.Sockets.SocketException",
            ),
            messages=("Two things failed. (disk gone) (net gone)", "disk gone", "net gone"),
            root=1,
            frames=4,
            top=("App.Store.Write", "C:\\src\\Store.cs", 44),
            shown=(None, None, "10061"),
        ),
        id="aggregate_member_printed_below_is_added_behind_the_first_chain",
    ),
    pytest.param(
        Case(
            text=r"""Failed: System.InvalidOperationException: no such queue at App.Queue.Open(String name) in C:\a b\Queue.cs:line 12 at App.Program.Main(String[] args)""",
            types=("System.InvalidOperationException",),
            messages=("no such queue",),
            frames=2,
            top=("App.Queue.Open", "C:\\a b\\Queue.cs", 12),
        ),
        id="whole_trace_on_one_line",
    ),
    pytest.param(
        Case(
            text=r"""{"level":"error","exception":"System.IO.IOException: gone\r\n   at App.A.B(String c) in C:\\new\\x.cs:line 3\r\n   at App.A.Main()"}""",
            types=("System.IO.IOException",),
            messages=("gone",),
            frames=2,
            top=("App.A.B", "C:\\new\\x.cs", 3),
        ),
        id="trace_in_a_json_string",
    ),
    pytest.param(
        Case(
            text="""\
2024-05-01 10:00:00.123 ERROR [12] App - System.IO.IOException: gone
2024-05-01 10:00:00.123 ERROR [12] App -    at App.A.B(String c)
2024-05-01 10:00:00.123 ERROR [12] App -    at App.A.C(String c)""",
            types=("System.IO.IOException",),
            messages=("gone",),
            frames=2,
            top=("App.A.B", None, None),
        ),
        id="log_prefix_on_each_line",
    ),
    pytest.param(
        Case(
            text="""\
Exception non gérée : System.Runtime.InteropServices.COMException: classe inconnue (Exception de HRESULT\xa0: 0x80040154 (REGDB_E_CLASSNOTREG))
   à Facture.Impression.Ouvrir(String nom) dans C:\\src\\Impression.cs:ligne 21
   à Facture.Program.Main()""",
            types=("System.Runtime.InteropServices.COMException",),
            messages=(
                "classe inconnue (Exception de HRESULT\xa0: 0x80040154 (REGDB_E_CLASSNOTREG))",
            ),
            frames=2,
            top=("Facture.Impression.Ouvrir", "C:\\src\\Impression.cs", 21),
            codes=(0x80040154,),
            locale="fr",
        ),
        id="french_with_hresult_after_a_hard_blank",
    ),
    pytest.param(
        Case(
            text=r"""System.IO.FileNotFoundException: 파일이 없어요
   위치: Shop.Cart.Load(String path) 파일 D:\w\Cart.cs:줄 10
   위치: Shop.App.Run()""",
            types=("System.IO.FileNotFoundException",),
            messages=("파일이 없어요",),
            frames=2,
            top=("Shop.Cart.Load", "D:\\w\\Cart.cs", 10),
            locale="ko",
        ),
        id="korean_keyword_with_colon",
    ),
    pytest.param(
        Case(
            text=r"""System.IO.FileNotFoundException: hiba
   a következő helyen: Shop.Cart.Load(String path) hely: D:\w\Cart.cs:sor 10
   a következő helyen: Shop.App.Run()""",
            types=("System.IO.FileNotFoundException",),
            messages=("hiba",),
            frames=2,
            top=("Shop.Cart.Load", "D:\\w\\Cart.cs", 10),
            locale="hu",
        ),
        id="hungarian_keyword_of_three_words",
    ),
    pytest.param(
        Case(
            text=r"""System.Exception: hata
   konum: Shop.Cart.Load(String path) D:\w\Cart.cs içinde: satır 10""",
            types=("System.Exception",),
            messages=("hata",),
            frames=1,
            top=("Shop.Cart.Load", "D:\\w\\Cart.cs", 10),
            locale="tr",
        ),
        id="turkish_path_before_its_keyword",
    ),
    pytest.param(
        Case(
            text=r"""System.ArgumentException: 値が無効です。
パラメーター名: key
   場所 Shop.Cart.Load(String path) 場所 D:\w\Cart.cs:行 10
--- 直前に例外がスローされた場所からのスタック トレースの終わり ---
   場所 Shop.App.Run()""",
            types=("System.ArgumentException",),
            messages=("値が無効です。",),
            frames=2,
            top=("Shop.Cart.Load", "D:\\w\\Cart.cs", 10),
            locale="ja",
        ),
        id="japanese_async_separator_closes_nothing",
    ),
    pytest.param(
        Case(
            text="""\
[ERROR] FATAL UNHANDLED EXCEPTION: System.NullReferenceException: nobody is there
  at Game.Board.Tick (System.Single dt) [0x00014] in <filename unknown>:0 
  at (wrapper managed-to-native) System.Reflection.MonoMethod:InternalInvoke (object,object[],System.Exception&)
  at Game.Main+<Start>c__Iterator0.MoveNext () <0x418f3610 + 0x0002b> in <4f2>:0 """,
            types=("System.NullReferenceException",),
            messages=("nobody is there",),
            frames=3,
            top=("Game.Board.Tick", None, None),
        ),
        id="mono_offsets_wrappers_and_no_files",
    ),
    pytest.param(
        Case(
            text=r"""NullReferenceException: nobody is there
  at Player.Update () [0x00000] in C:\p\Player.cs:12 """,
            types=("NullReferenceException",),
            messages=("nobody is there",),
            frames=1,
            top=("Player.Update", "C:\\p\\Player.cs", 12),
        ),
        id="type_without_namespace_above_mono_frames",
    ),
    pytest.param(
        Case(
            text="""\
ms, Int32 b)
   at App.A.B(String c)
   at App.A.Main(String[] args)
   --- End of inner exception stack trace ---
   at App.Z.Main(Stri""",
            types=(None, None),
            messages=(None, None),
            root=1,
            frames=3,
            top=("App.A.B", None, None),
        ),
        id="cut_off_at_both_ends",
    ),
    pytest.param(
        Case(
            text="""\
System.InvalidOperationException: bad
   at async Task<int> App.Svc.Load(string id) in /src/Svc.cs:line 3
   at void App.Program.Main(string[] args)+(int x) => { } in /src/P.cs:line 5
   at new App.Foo(string x)""",
            types=("System.InvalidOperationException",),
            messages=("bad",),
            frames=3,
            top=("App.Svc.Load", "/src/Svc.cs", 3),
        ),
        id="readable_frames_with_return_types_and_lambdas",
    ),
    pytest.param(
        Case(
            text="""\
System.Exception: outer ---> System.IO.IOException: inner
   --- End of inner exception stack trace ---
   at A.B.C()""",
            types=("System.Exception", "System.IO.IOException"),
            messages=("outer", "inner"),
            root=1,
            frames=1,
        ),
        id="root_without_frames_has_no_top_frame",
    ),
    pytest.param(
        Case(
            text="""\
System.NotImplementedException was unhandled by user code
 HResult=-2147467263
 Message=still to be written
 Source=Foo.Bar
 StackTrace:
 at Foo.Bar.Setter.get_Value()
 at Shop.Main()
 InnerException: System.IO.IOException
  HResult=-2147024864
  Message=in use
  StackTrace:
       at System.IO.File.Open(String x)
""",
            types=("System.NotImplementedException", "System.IO.IOException"),
            messages=("still to be written", "in use"),
            root=1,
            frames=3,
            top=("System.IO.File.Open", None, None),
            codes=(
                0x80004001,
                0x80070020,
            ),
        ),
        id="visual_studio_report_with_an_inner_exception",
    ),
    pytest.param(
        Case(
            text=r"""System.IO.FileNotFoundException
  HResult=0x80070002
  Message=Could not find x
  Source=Shop
  StackTrace:
   at Shop.Main() in C:\a.cs:line 3

Inner Exception 1:
Win32Exception: missing
""",
            types=("System.IO.FileNotFoundException",),
            messages=("Could not find x",),
            frames=1,
            top=("Shop.Main", "C:\\a.cs", 3),
            codes=(0x80070002,),
        ),
        id="visual_studio_report_with_a_hexadecimal_code",
    ),
    pytest.param(
        Case(
            text=r"""C:\p\x.targets(5,5): error MSB4018: The "Foo" task failed unexpectedly. [C:\p\a.csproj]
C:\p\x.targets(5,5): error MSB4018: System.IO.IOException: gone [C:\p\a.csproj]
C:\p\x.targets(5,5): error MSB4018:    at Shop.Task.Execute() [C:\p\a.csproj]
C:\p\x.targets(5,5): error MSB4018:    at Microsoft.Build.X.Y() [C:\p\a.csproj]
""",
            types=("System.IO.IOException",),
            messages=("gone",),
            frames=2,
            top=("Shop.Task.Execute", None, None),
        ),
        id="build_prefix_and_project_on_each_line",
    ),
    pytest.param(
        Case(
            text=r"""Error while trying to connect: System.Net.Sockets.SocketException (0x80004005): nobody answered
   at Shop.Net.<Go>b__0() in C:\x y\n.cs:line 3
""",
            types=("System.Net.Sockets.SocketException",),
            messages=("nobody answered",),
            frames=1,
            top=("Shop.Net.<Go>b__0", "C:\\x y\\n.cs", 3),
            codes=(0x80004005,),
        ),
        id="words_before_the_type_are_no_frame",
    ),
    pytest.param(
        Case(
            text=r"""System.IO.DirectoryNotFoundException: 没有“D:\数据”。
   在 仓库.读取.打开(String 路径) 位置 D:\源\读取.cs:行号 31
   在 Depot.Program.Main()
""",
            types=("System.IO.DirectoryNotFoundException",),
            messages=("没有“D:\\数据”。",),
            frames=2,
            top=("仓库.读取.打开", "D:\\源\\读取.cs", 31),
            locale="zh-Hans",
        ),
        id="chinese_names_and_paths",
    ),
    pytest.param(
        Case(
            text=r"""System.InvalidCastException: Ungültige Konvertierung ---> System.FormatException: Falsches Format
   bei Microsoft.VisualBasic.CompilerServices.Conversions.ToInteger(String Value)
   --- Ende der internen Ausnahmestapelüberwachung ---
   bei Kasse.Form1.Button1_Click(Object sender, EventArgs e) in C:\vb\Form1.vb:Zeile 8.
""",
            types=("System.InvalidCastException", "System.FormatException"),
            messages=("Ungültige Konvertierung", "Falsches Format"),
            root=1,
            frames=2,
            top=("Microsoft.VisualBasic.CompilerServices.Conversions.ToInteger", None, None),
            locale="de",
        ),
        id="german_inner_exception_ends",
    ),
    pytest.param(
        Case(
            text="""\
System.TimeoutException: nobody answered in time
   at Api.Client.<SendAsync>d__4.MoveNext()
--- End of stack trace from previous location where exception was thrown ---
   at System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw()
   at Api.Job.<Run>d__1.MoveNext()
""",
            types=("System.TimeoutException",),
            messages=("nobody answered in time",),
            frames=3,
            top=("Api.Client.<SendAsync>d__4.MoveNext", None, None),
        ),
        id="async_hops_belong_to_one_exception",
    ),
    pytest.param(
        Case(
            text="""\
System.IO.FileLoadException: no assembly 'Foo' (0x80131040)
File name: 'Foo'

(a remark of the loader)
   at Api.Start()
   at Api.Program.Main()
""",
            types=("System.IO.FileLoadException",),
            messages=("no assembly 'Foo' (0x80131040)",),
            frames=2,
            top=("Api.Start", None, None),
            codes=(0x80131040,),
        ),
        id="message_lines_and_blank_before_the_frames",
    ),
    pytest.param(
        Case(
            text="""\
// System.InvalidOperationException: late
//    at Api.Queue.Push(Object item)
//    at Api.Program.Main(String[] args)
""",
            types=("System.InvalidOperationException",),
            messages=("late",),
            frames=2,
            top=("Api.Queue.Push", None, None),
        ),
        id="commented_out_in_source_code",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
In Foo.Bar() we call this.
Then in Foo.Baz(x) it fails.
See System.IO.IOException: gone""",
        id="prose_that_names_methods",
    ),
    pytest.param(
        """\
   return Foo.Bar (reader);
   throw Foo.Bar(x);
  in Foo.Bar(x)
""",
        id="source_code_that_calls_methods",
    ),
    pytest.param(
        """\
java.lang.X: m
	at a.b.C.d(C.java:1)
	at a.b.C.e(Native Method)""",
        id="java_frames",
    ),
    pytest.param(
        r"""Error: m
    at Object.foo (node:fs:1:2)
    at a.b (C:\x\y.js:1:2)
    at Foo.bar (<anonymous>)""",
        id="javascript_frames",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "dotnet")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert all(trace.language != "dotnet" for trace in find_traces(text))


def test_a_trace_below_a_page_of_calls_behind_foreign_words_is_found() -> None:
    calls = "foo A.B(c)\n" * 120
    trace = "System.IO.IOException: gone\n   at Shop.Cart.Open(String id)\n"
    (found,) = find_traces(calls + trace)
    assert (found.start, found.root.type) == (len(calls), "System.IO.IOException")
