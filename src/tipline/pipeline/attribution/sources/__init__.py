"""Asking the sources about many addresses at once."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb
from django.db import connection

from tipline.core.errors import TransientError
from tipline.pipeline.attribution.models import Source, SourceKind
from tipline.pipeline.attribution.places import Statement
from tipline.trust.places import canonical_place


def ask(addresses: Iterable[str]) -> dict[str, list[Statement]]:
    """What every active source says of each address, the first-ranked source first.

    One query for all range tables, one pass over each MMDB file. Of a source's overlapping networks the most precise speaks.
    """
    wanted = sorted(set(addresses))
    statements: dict[str, list[tuple[int, Statement]]] = defaultdict(list)
    _ask_ranges(wanted, statements)
    for source in Source.objects.filter(active=True, kind=SourceKind.MMDB).order_by("rank"):
        reader = _open(source.path, source.sha256)
        only_ipv4 = reader.metadata().ip_version == 4
        for ip in wanted:
            if only_ipv4 and ":" in ip:
                continue  # such a file refuses to be asked
            record, prefix = reader.get_with_prefix_len(ip)
            if isinstance(record, dict):
                network = str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))
                statements[ip].append((source.rank, _from_record(source, network, record)))
    return {ip: [s for _, s in sorted(found, key=lambda pair: pair[0])] for ip, found in statements.items()}


def _ask_ranges(wanted: Sequence[str], into: dict[str, list[tuple[int, Statement]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT host(a.ip), s.rank, s.name, s.imported_at, r.network::text, r.country, r.state, r.district, r.owner, r.flags"
            " FROM unnest(%s::inet[]) AS a(ip)"
            " JOIN LATERAL (SELECT DISTINCT ON (r.source_id) r.* FROM attribution_addressrange r"
            "   JOIN attribution_source active ON active.id = r.source_id AND active.active"
            "   WHERE r.network >>= a.ip ORDER BY r.source_id, masklen(r.network) DESC, r.id) r ON true"
            " JOIN attribution_source s ON s.id = r.source_id",
            [list(wanted)],
        )
        for ip, rank, name, at, network, country, state, district, owner, flags in cursor.fetchall():
            into[ip].append(
                (
                    rank,
                    Statement(
                        name,
                        SourceKind.RANGES.value,
                        network,
                        country,
                        state,
                        district,
                        owner,
                        tuple(flags),
                        f"{at:%Y-%m-%d}",
                    ),
                )
            )


@lru_cache(maxsize=8)
def _open(path: str, sha256: str) -> maxminddb.Reader:
    """An open MMDB, mapped into memory; `sha256` is in the key so that a replaced file is opened anew."""
    if not Path(path).is_file():
        raise TransientError(f"the MMDB file {Path(path).name} is missing from the data directory: import it again")
    return maxminddb.open_database(path, maxminddb.MODE_AUTO)


def _from_record(source: Source, network: str, record: dict[str, Any]) -> Statement:
    """The two layouts in use: nested (`country.iso_code`, `subdivisions[].names.en`) and flat (`country_code`, `state1`)."""
    country: Any = record.get("country")
    if isinstance(country, dict):
        divisions = record.get("subdivisions") or [{}]
        names = [d.get("names", {}).get("en", "") for d in divisions if isinstance(d, dict)]
        code, state, district = (
            country.get("iso_code", ""),
            names[0] if names else "",
            names[1] if len(names) > 1 else "",
        )
    else:
        code = record.get("country_code") or country or ""
        state, district = record.get("state1") or record.get("region") or "", record.get("state2") or ""
    owner = record.get("as_name") or record.get("autonomous_system_organization") or ""
    as_of = f"{source.built_at:%Y-%m-%d}" if source.built_at else ""
    code = str(code).upper() if len(str(code)) == 2 else ""
    state, district = canonical_place(code, str(state), str(district))
    return Statement(
        source.name, SourceKind.MMDB.value, network, code, state if code else "", district if code and state else "",
        str(owner), (), as_of,
    )  # fmt: skip
