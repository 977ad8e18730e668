"""An organisation's own codes: from a C header, a Message Compiler file or a CSV to an overlay."""

from __future__ import annotations

from knowledge.importing.importing import Clash, ImportReport, import_codes
from knowledge.importing.overlay import write_overlay

__all__ = ["Clash", "ImportReport", "import_codes", "write_overlay"]
