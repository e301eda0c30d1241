"""How right automatic links are, on a generated truth (`pipeline.linking.truth`): pairwise precision and recall, and each rule by itself.

No database: the same keys, rules and limits as the stage's, in memory; a test holds the two against each other.
"""

from __future__ import annotations

import os
from typing import Any

SIZES = (5_000, 50_000, 500_000)


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()
    from tipline.pipeline.linking.truth import by_rule, generate, linked, measure

    reports = generate(size, seed)
    found = measure(reports, linked(reports))
    return {
        "size": size, "value": round(found.precision, 5), "unit": "pairwise precision", "peer": "goal 0.99 at recall 0.95", "peer_value": 0.99,
        "ratio": round(found.precision / 0.99, 4), "recall": round(found.recall, 5), "reports": found.reports, "people": found.people,
        "clusters": found.clusters, "rules": {rule: [pairs, round(share, 4)] for rule, (pairs, share) in by_rule(reports).items()},
    }  # fmt: skip
