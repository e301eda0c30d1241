"""Run by the Python of TIPLINE_THREATEXCHANGE, where the `threatexchange` library is: reads a list with the library's own client.

Gets one JSON object on standard input: what to read, with which keys, from where on. Writes one JSON value a line: `entries` (kind, hash,
classification, reference, revoked), a `cursor` after each page that is whole, and `end` or `error` last. The address of an error is left
out, since it can hold a key.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

WINDOW_SECONDS = 30 * 86_400
BEGIN = 1_388_534_400  # 2014-01-01: before NCMEC's hash sharing began
_PAGE = 500

Said = dict[str, Any]


def ncmec(asked: Said, cursor: Said) -> Iterator[Said]:
    """NCMEC's hash sharing. Its pages are not in order of time, so that a window is done when all its pages are."""
    from threatexchange.exchanges.clients.ncmec.hash_api import NCMECEnvironment, NCMECHashAPI  # type: ignore[import-not-found]  # of another Python

    api = NCMECHashAPI(asked["user"], asked["password"], NCMECEnvironment[asked["environment"]])
    if asked["base"]:
        api._base_url = asked["base"]
    start, until = int(cursor.get("from", BEGIN)), int(time.time()) - 5
    following = str(cursor.get("next", ""))
    while start < until:
        end = int(cursor["to"]) if following else min(until, start + WINDOW_SECONDS)
        for page in api.get_entries_iter(start_timestamp=start, end_timestamp=end, resume_paging_url=following):
            yield {"entries": [row for one in page.updates for row in _ncmec_rows(one)]}
            if page.next:
                yield {"cursor": {"from": start, "to": end, "next": page.next}}
        start, following = end, ""
        yield {"cursor": {"from": start}}


def _ncmec_rows(one: Any) -> list[list[Any]]:
    reference = f"{one.member_id}-{one.id}"
    if one.deleted:
        return [["", "", "", reference, True]]
    return [[kind, value, one.classification or "", reference, False] for kind, value in one.fingerprints.items()]


def stopncii(asked: Said, cursor: Said) -> Iterator[Said]:
    """StopNCII."""
    from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI  # type: ignore[import-not-found]  # of another Python

    api = StopNCIIAPI(asked["subscription_key"], asked["function_key"], base_url_override=asked["base"] or None)
    start = int(cursor.get("from", StopNCIIAPI.DEFAULT_START_TIME))
    for page in api.fetch_hashes_iter(start_timestamp=start):
        yield {
            "entries": [
                [one.signalType.value, one.hashValue, "", "", one.hashStatus.value in ("Withdrawn", "Deleted")]
                for one in page.hashRecords
            ]
        }
        if not page.hasMoreRecords:  # a token of a page does not live long: what is cut off begins again
            yield {"cursor": {"from": page.nextSetTimestamp}}


def threatexchange(asked: Said, cursor: Said) -> Iterator[Said]:
    """A privacy group of ThreatExchange, or a list of another installation of this software, which speaks its form."""
    from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI  # type: ignore[import-not-found]  # of another Python

    api = ThreatExchangeAPI(asked["key"], endpoint_override=asked["base"] or None)
    start = int(cursor.get("from", 0))
    for page in api.get_threat_updates(int(asked["group"]), start_time=start or None, page_size=_PAGE):
        yield {"entries": [_update(one) for one in page if isinstance(one, dict)]}
        start = max([start, *(int(one.get("last_updated") or 0) for one in page if isinstance(one, dict))])
        if start:
            yield {"cursor": {"from": start}}


def _update(one: Said) -> list[Any]:
    tags = one.get("tags") or []
    tags = tags.get("data", []) if isinstance(tags, dict) else tags
    names = [str(tag.get("text") if isinstance(tag, dict) else tag) for tag in tags[:50]]
    gone = bool(one.get("should_delete")) or one.get("status") == "NON_MALICIOUS"
    return [str(one.get("type")), str(one.get("indicator")), "\n".join(names), str(one.get("id") or ""), gone]


READERS: dict[str, Callable[[Said, Said], Iterator[Said]]] = {
    "ncmec": ncmec, "stopncii": stopncii, "threatexchange": threatexchange,
}  # fmt: skip


def main() -> None:
    """Read what standard input asks for."""
    os.environ["TZ"] = "UTC"  # the library writes local time where UTC is meant
    time.tzset()
    asked = json.loads(sys.stdin.buffer.read())
    out = sys.stdout
    try:
        for said in READERS[asked["kind"]](asked, asked["cursor"]):
            out.write(json.dumps(said) + "\n")
            out.flush()
    except Exception as error:
        answer = getattr(error, "response", None)
        status = getattr(answer, "status_code", None)
        words = f"it answered {status}" if status else re.sub(r"https?://\S+|url: \S+", "", str(error))[:200]
        out.write(json.dumps({"error": f"{type(error).__name__}: {words}"}) + "\n")
        return
    out.write(json.dumps({"end": True}) + "\n")


if __name__ == "__main__":
    main()
