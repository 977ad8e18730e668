# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""Ruby, PHP and Dart traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
app.rb:12:in `load': No such file or directory @ rb_sysopen - x (Errno::ENOENT)
	from app.rb:20:in `block in run'
	from C:/Ruby31/lib/ruby/3.1.0/set.rb:501:in `each'
	from app.rb:30:in `<main>'
""",
            types=("Errno::ENOENT",),
            messages=("No such file or directory @ rb_sysopen - x",),
            frames=4,
            top=("load", "app.rb", 12),
            language="ruby",
        ),
        id="ruby_newest_first",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
	1: from app.rb:9:in `<main>'
app.rb:3:in `go': bad (ArgumentError)
""",
            types=("ArgumentError",),
            messages=("bad",),
            frames=2,
            top=("go", "app.rb", 3),
            language="ruby",
        ),
        id="ruby_oldest_first",
    ),
    pytest.param(
        Case(
            text="""\
ActiveRecord::ConnectionNotEstablished (no server):

app/models/a.rb:12:in `x'
app/models/b.rb:13:in `y'
""",
            types=("ActiveRecord::ConnectionNotEstablished",),
            messages=("no server",),
            frames=2,
            top=("x", "app/models/a.rb", 12),
            language="ruby",
        ),
        id="rails_log",
    ),
    pytest.param(
        Case(
            text=r"""PHP Fatal error:  Uncaught PDOException: no driver in C:\www\db.php:12
Stack trace:
#0 C:\www\db.php(12): PDO->__construct('x')
#1 C:\www\index.php(3): Db::open()
#2 {main}

Next RuntimeException: no database in C:\www\db.php:20
Stack trace:
#0 C:\www\index.php(3): Db::open()
#1 {main}
  thrown in C:\www\db.php on line 20""",
            types=("RuntimeException", "PDOException"),
            messages=("no database", "no driver"),
            root=1,
            frames=3,
            top=("PDO->__construct", "C:\\www\\db.php", 12),
            language="php",
        ),
        id="php_chain",
    ),
    pytest.param(
        Case(
            text="""\
Unhandled exception:
FileSystemException: Cannot open file, path = 'x' (OS Error: Access is denied., errno = 5)
#0      _File.throwIfError (dart:io/file_impl.dart:635:7)
#1      main (package:app/main.dart:3:9)
<asynchronous suspension>
#2      _delayEntrypointInvocation.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:295:33)""",
            types=("FileSystemException",),
            messages=("Cannot open file, path = 'x' (OS Error: Access is denied., errno = 5)",),
            frames=3,
            top=("_File.throwIfError", "dart:io/file_impl.dart", 635),
            language="dart",
        ),
        id="dart_async",
    ),
    pytest.param(
        Case(
            text="""\
x.rb:3:in 'Integer': invalid value for Integer(): "a" (ArgumentError)
	from x.rb:3:in 'Object#parse'
	from x.rb:9:in '<main>'
""",
            types=("ArgumentError",),
            messages=('invalid value for Integer(): "a"',),
            frames=3,
            top=("Integer", "x.rb", 3),
            language="ruby",
        ),
        id="ruby_new_quotes",
    ),
    pytest.param(
        Case(
            text="""\
PHP Fatal error:  Uncaught exception 'RuntimeException' with message 'no room' in /srv/a.php:3
Stack trace:
#0 /srv/b.php(9): fill()
#1 {main}
  thrown in /srv/a.php on line 3
""",
            types=("RuntimeException",),
            messages=("no room",),
            frames=1,
            top=("fill", "/srv/b.php", 9),
            language="php",
        ),
        id="php_old_wording",
    ),
    pytest.param(
        Case(
            text="""\
E/flutter ( 4321): [ERROR:flutter/runtime/dart_vm.cc(1)] Unhandled Exception: StateError: no element
E/flutter ( 4321): #0      List.first (dart:core-patch/growable_array.dart:343:5)
E/flutter ( 4321): #1      _Cart.open (package:shop/cart.dart:20:7)
""",
            types=("StateError",),
            messages=("no element",),
            frames=2,
            top=("List.first", "dart:core-patch/growable_array.dart", 343),
            language="dart",
        ),
        id="flutter_log",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
see x.rb:3 in the parser
x.rb:9: warning: unused""",
        id="ruby_warning",
    ),
    pytest.param(
        """\
#1 first item (3): todo
#2 second item""",
        id="numbered_list",
    ),
    pytest.param(
        """\
#0 first
#1 second (x)""",
        id="short_numbered_list",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
