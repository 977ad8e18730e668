"""Answered events again, with Slack's API behind TLS as the real one is."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.bots import Bench, Way, running_bots
from benchmarks.errors import SkippedError
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.processes import run_to_end
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "tls"
_WAYS: tuple[Way, ...] = ("plain", "winerr")


def measure(plan: Plan) -> list[Row]:
    """Flood both bots with alerts in turn; SkippedError without openssl to make a certificate."""
    if shutil.which("openssl") is None:
        raise SkippedError("openssl is not installed, and the stand-in needs a certificate")
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        rates = asyncio.run(_measure(plan, *_certificate(Path(folder))))
    return [
        Row(
            "answered events per core second over TLS / Bolt as it comes",
            f"{median(rates['winerr']):.0f} ({median(rates['plain']):.0f})",
            median_ratio(rates["winerr"], rates["plain"]),
            Goal("at least", 2.0),
            figures={way: rates[way] for way in _WAYS},
        )
    ]


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    run_to_end(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate),
        ]
    )  # fmt: skip
    return certificate, key


async def _measure(plan: Plan, certificate: Path, key: Path) -> dict[Way, list[float]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    rates: dict[Way, list[float]] = {way: [] for way in _WAYS}
    trusted = {"SSL_CERT_FILE": str(certificate)}
    texts = alerts()
    async with stand_in(context) as (arrivals, url), running_bots(_WAYS, url, trusted) as bots:
        bench = Bench(arrivals, plan.at_once)
        await bench.warm_up(bots.values(), texts)
        for _ in range(plan.tls_rounds):
            for way in _WAYS:
                load, cpu = await bench.flood(bots[way], texts, plan.events)
                rates[way].append(len(load.acks) / cpu)
    return rates
