"""VICS, the JSON of Project VIC: the hashes of reported files, and nothing else.

After what tools that read and write VICS 2.0 agree on (docs/reference/forms-out/vics.md says how sure that is): an OData answer whose `value` is a
list of media, each with its hashes and size. The category is 0, which is "uncategorised": no hash goes out of here with a judgement.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from tipline.exchange.forms import NO_BODIES, Bodies, Described, description
from tipline.exchange.record.model import Hashed, Record

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
_MD5 = re.compile(r"[0-9a-f]{32}")
_SHA1 = re.compile(r"[0-9a-f]{40}")


class Vics:
    """The form `vics`."""

    described: Described = description(__file__)

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """One document, each hash once."""
        files = (file for report in record.reports for file in report.files)
        yield b"".join(_document(files, record.made_at.isoformat()))


def _document(files: Iterable[Hashed], at: str) -> Iterator[bytes]:
    yield b'{"@odata.context":%s,"value":[' % json.dumps(CONTEXT).encode()
    seen: set[str] = set()
    for one in files:
        # the format's key is the MD5: without it there is no entry
        if not _MD5.fullmatch(one.md5) or one.md5 in seen:
            continue
        media: dict[str, object] = {"MediaID": len(seen) + 1, "Category": 0, "MD5": one.md5.upper()}
        if _SHA1.fullmatch(one.sha1):
            media["SHA1"] = one.sha1.upper()
        media |= {"MediaSize": one.size_bytes, "DateUpdated": at, "IsPrecategorized": "false"}
        yield (b"," if seen else b"") + b"\n" + json.dumps(media, separators=(",", ":")).encode()
        seen.add(one.md5)
    yield b"\n]}\n"


FORMS = (Vics(),)
