"""The names of CASE/UCO that its reader (`exhibits.case_uco`) and its writer (`exchange.case_uco`) share."""

from __future__ import annotations

# as it is now, and as it was before version 1
UCO = ("https://ontology.unifiedcyberontology.org/uco/", "https://unifiedcyberontology.org/ontology/uco/")
# The bundled context: what files that name an address instead of a mapping mean by their prefixes.
PREFIXES = {
    "uco-core": f"{UCO[0]}core/", "core": f"{UCO[0]}core/",
    "uco-observable": f"{UCO[0]}observable/", "observable": f"{UCO[0]}observable/",
    "uco-types": f"{UCO[0]}types/", "types": f"{UCO[0]}types/",
}  # fmt: skip
