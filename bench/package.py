"""How long a desk waits for a lead package of sixteen reports with their documents, and who gets it for its verification.

`value` is the seconds of the export in a process that made one before, `work` the processor's, which others on the machine do not lengthen, `first` those of the first one, with the fonts loaded; `verify` those of
checking the package whole, with a key that is given. `verify_command` is the whole of `tipline package verify`, a new process.
`peer_value` is `bagit.make_bag` of the same files in a folder, put into a ZIP: what the packing alone costs; `verify_peer` is
`bagit.Bag.validate` of that folder.
"""

from __future__ import annotations

import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from _throwaway import installation
from drafts import arranged

SIZES = (16, 160)
TIMES = 5


def run(size: int, seed: int) -> dict[str, Any]:
    """A package of `size` reports on the desk of a district."""
    with installation() as settings:
        from tipline.core.keys import signing_key
        from tipline.exchange.package.reading import verify
        from tipline.exchange.package.sending import hand_over
        from tipline.referrals.models import LIVE, Referral
        from tipline.trust.actors import system
        from tipline.trust.agencies.agreements import Bounds, set_agreement
        from tipline.trust.audit.tree import checkpoint
        from tipline.trust.visibility import OPERATOR

        officer, reports = arranged(size)
        hops = list(Referral.objects.filter(report__in=reports, to_agency=officer.agency, state__in=LIVE))
        bounds = Bounds(data=frozenset({"metadata", "document"}))
        set_agreement(hops[0].from_agency, officer.agency, "bench", system("bench"), bounds=bounds)
        checkpoint(settings)
        exports, works, checks, body = [], [], [], b""
        for _ in range(TIMES + 1):
            out, started, worked = io.BytesIO(), time.perf_counter(), time.process_time()
            hand_over(settings, OPERATOR, None, [one.pk for one in hops], out)
            exports.append(time.perf_counter() - started)
            works.append(time.process_time() - worked)
            body = out.getvalue()
        key = signing_key(settings).public
        for _ in range(TIMES):
            started, worked = time.perf_counter(), time.process_time()
            verify(io.BytesIO(body), [key])
            checks.append((time.perf_counter() - started, time.process_time() - worked))
        packed, validated = _by_bagit(body)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "p.zip"
            file.write_bytes(body)
            started = time.perf_counter()
            command = [sys.executable, "-m", "tipline", "package", "verify", str(file), "--key", str(key)]
            subprocess.run(command, check=True, capture_output=True)
            whole = time.perf_counter() - started
    export, check = statistics.median(exports[1:]), statistics.median(wall for wall, _ in checks)
    return {
        "size": size, "value": round(export, 3), "unit": "s/package", "peer": "bagit.make_bag and a ZIP", "peer_value": round(packed, 3),
        "ratio": round(export / packed, 2), "verify_peer": round(validated, 3), "verify_ratio": round(check / validated, 2), "first": round(exports[0], 3),
        "work": round(statistics.median(works[1:]), 3), "verify": round(check, 3),
        "verify_work": round(statistics.median(work for _, work in checks), 3), "verify_command": round(whole, 3), "bytes": len(body), "hops": len(hops),
    }  # fmt: skip


def _by_bagit(body: bytes) -> tuple[float, float]:
    """Seconds in which the standard tool packs the files of a package, and in which it validates them."""
    import bagit

    packs, checks = [], []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                archive.extractall(folder / "all")
            shutil.move(next((folder / "all").iterdir()) / "data", folder / "bag")
            started = time.perf_counter()
            bagit.make_bag(str(folder / "bag"), checksums=["sha256", "sha512"])
            shutil.make_archive(str(folder / "bag"), "zip", folder / "bag")
            packs.append(time.perf_counter() - started)
            started = time.perf_counter()
            bagit.Bag(str(folder / "bag")).validate()
            checks.append(time.perf_counter() - started)
    return statistics.median(packs), statistics.median(checks)
