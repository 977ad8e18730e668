# ruff: noqa: E501, W291  # what people paste is longer than our lines, and ragged
""".NET exceptions in other clothes than ToString()'s: error pages, JSON, XML, logs, reports."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
[SocketException (0x274d): No connection could be made because the target refused it 192.0.2.5:8443]
   Depot.Net.Dialer.Connect(EndPoint target, Int32 tries) +239
   Depot.Net.Pool.Rent(Boolean fresh) in d:\\depot\\Pool.cs:81 +449

[WebException: Unable to connect to the remote server]
   Depot.Web.Request.GetResponse() +6442136""",
            types=("WebException", "SocketException"),
            messages=(
                "Unable to connect to the remote server",
                "No connection could be made because the target refused it 192.0.2.5:8443",
            ),
            root=1,
            frames=3,
            top=("Depot.Net.Dialer.Connect", None, None),
            shown=(None, "0x274d"),
        ),
        id="error_page_prints_the_innermost_first_and_no_word_before_a_frame",
    ),
    pytest.param(
        Case(
            text="""\
Exception information: 
    Exception type: WebException 
    Exception message: The depot answered with an error: (401) Unauthorized. 
    at Depot.Net.Request.GetResponse()
    at ASP.depot_aspx.Page_Load(Object sender, EventArgs e)""",
            types=("WebException",),
            messages=("The depot answered with an error: (401) Unauthorized.",),
            frames=2,
            top=("Depot.Net.Request.GetResponse", None, None),
        ),
        id="event_of_aspnet_names_the_type_behind_a_label",
    ),
    pytest.param(
        Case(
            text="""\
Exception Type: SecurityException
Message: Requested access to the vault is not allowed.
Stack Trace
    at Depot.Vault.Key.Open(String name, Boolean writable)
    at Depot.Vault.Door.Enter(Object sender, EventArgs e)""",
            types=("SecurityException",),
            messages=("Requested access to the vault is not allowed.",),
            frames=2,
            top=("Depot.Vault.Key.Open", None, None),
        ),
        id="message_on_a_line_of_its_own",
    ),
    pytest.param(
        Case(
            text=r"""{"Message":"An error has occurred.","ExceptionMessage":"shelf full","ExceptionType":"System.IO.IOException","StackTrace":"   at Depot.Shelf.Put(Box box)\r\n   at Depot.Api.BoxController.Post(Box box)"}""",
            types=("System.IO.IOException",),
            messages=("shelf full",),
            frames=2,
            top=("Depot.Shelf.Put", None, None),
        ),
        id="json_of_a_web_api",
    ),
    pytest.param(
        Case(
            text="""\
<Exception>
   <ExceptionType>System.ServiceModel.CommunicationException, System.ServiceModel, Version=4.0.0.0</ExceptionType>
   <Message>The transfer was given up</Message>
   <StackTrace>
      at Depot.Channels.Input.OnRead(IAsyncResult result)
      at Depot.Channels.Lazy.Complete(IntPtr token)
   </StackTrace>
</Exception>""",
            types=("System.ServiceModel.CommunicationException",),
            messages=("The transfer was given up",),
            frames=2,
            top=("Depot.Channels.Input.OnRead", None, None),
        ),
        id="xml_of_a_service_trace",
    ),
    pytest.param(
        Case(
            text="""\
WARNING: Caught exception System.Runtime.InteropServices.COMException - The shelf is full. (Exception from HRESULT: 0x80070070)~~  $$<DEPOT_MANAGER><01-13-2016 17:56:35.572+00>
Call stack:
at Depot.Content.Stream.Complete()~~
at Depot.Content.Stream.Close()~~""",
            types=("System.Runtime.InteropServices.COMException",),
            messages=("The shelf is full. (Exception from HRESULT: 0x80070070)",),
            frames=2,
            top=("Depot.Content.Stream.Complete", None, None),
            codes=(0x80070070,),
        ),
        id="log_of_configuration_manager_ends_its_lines_with_tildes",
    ),
    pytest.param(
        Case(
            text="""\
12:36:22:Post-install failed: Threw Exception.Type: Depot.Xml.BrokenException, Exception.Message: could not read the box
12:36:22:StackTrace: at Depot.Xml.Handle.Read(XmlReader reader, Boolean verify)
at Depot.Xml.Helper.Deserialize[T](Byte[] data)""",
            types=("Depot.Xml.BrokenException",),
            messages=("could not read the box",),
            frames=2,
            top=("Depot.Xml.Handle.Read", None, None),
        ),
        id="first_frame_stands_behind_its_label",
    ),
    pytest.param(
        Case(
            text="""\
Caught Exception: [System.ArgumentOutOfRangeException] No such row.
Parameter name: row

Stack trace:
   at Depot.Adapter.Reader.Create(IDataReader reader)
   at Depot.Adapter.Reader.Next()""",
            types=("System.ArgumentOutOfRangeException",),
            messages=("No such row.",),
            frames=2,
            top=("Depot.Adapter.Reader.Create", None, None),
        ),
        id="type_in_square_brackets",
    ),
    pytest.param(
        Case(
            text="""\
System.IO.IOException: The file 'trust.xml' is taken. at 
Depot.Files.Opener.Open(String path, Boolean shared) at 
Depot.MainWindow.Save(Object sender, EventArgs e) in z:\\depot\\MainWindow.xaml.cs:line 1292""",
            types=("System.IO.IOException",),
            messages=("The file 'trust.xml' is taken.",),
            frames=2,
            top=("Depot.Files.Opener.Open", None, None),
        ),
        id="the_word_hangs_at_the_end_of_the_line_before",
    ),
    pytest.param(
        Case(
            text="""\
### Version 1.31(1.31) ###

### Stacktrace ###

Depot.Logging.Write(String filename, Exception ex);Depot

System.Windows.Application.Run(Window window);PresentationFramework

### Reason ###

System.IO.IOException: The file 'C:\\box\\error.log' is taken.

### Link to App Center ###""",
            types=("System.IO.IOException",),
            messages=("The file 'C:\\box\\error.log' is taken.",),
            frames=2,
            top=("Depot.Logging.Write", None, None),
        ),
        id="crash_group_names_the_exception_below_its_frames",
    ),
    pytest.param(
        Case(
            text="""\
| System.IO.IOException: gone
|    at Depot.Box.Open(String path)
|    at Depot.Program.Main()""",
            types=("System.IO.IOException",),
            messages=("gone",),
            frames=2,
            top=("Depot.Box.Open", None, None),
        ),
        id="edge_of_a_table",
    ),
    pytest.param(
        Case(
            text="""\
System.FormatException: The label has a wrong form.  
at Depot.Labels.Printer\\`1.Check(Context context)  
at Depot.Labels.Store.\\<Main>b__0(List\\`1 all)  
at Depot.Labels.Cache\\1.Read(String key)""",
            types=("System.FormatException",),
            messages=("The label has a wrong form.",),
            frames=3,
            top=("Depot.Labels.Printer`1.Check", None, None),
        ),
        id="marks_that_markdown_escaped",
    ),
]

NOT_TRACES = [
    pytest.param(
        "Exception type: the one of the caller\nMessage: none, see below", id="labels_in_prose"
    ),
    pytest.param(
        '{"ExceptionType":"System.IO.IOException","ExceptionMessage":"shelf full"}',
        id="exception_without_frames",
    ),
    pytest.param(
        "[IOException: see the list] +12\n   then call Depot (twice) +3",
        id="brackets_without_frames",
    ),
    pytest.param(
        "tests\n  at 10:11 Depot.Tests.ShelfTests (3 s)\n  at 10:12 Depot.Tests.BoxTests (5 s)",
        id="times_behind_at",
    ),
    pytest.param(
        "### Stacktrace ###\n\nnone was sent\n\n### Reason ###\n\nunknown", id="empty_group"
    ),
    pytest.param(
        "    except depot.BrokenError:\n        return box.open()\n", id="source_code_of_python"
    ),
    pytest.param(
        "    Depot.BrokenError: the label is read-only\n\n    Peeling depot.labels(7) changes it",
        id="prose_below_an_error",
    ),
    pytest.param("Meet you at \nDepot.Street(12) at noon", id="hanging_at_in_prose"),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read(case: Case) -> None:
    check(case, "dotnet")


@pytest.mark.parametrize("text", NOT_TRACES)
def test_nothing_is_taken_for_a_trace(text: str) -> None:
    assert find_traces(text) == ()
