"""Run by the real client's own Python (`tools/ensure_threatexchange.sh`): a full read and a delta by each of its two ways.

    python threatexchange_reads.py BASE LIST KEY STATE

Prints a JSON object. STATE is a file in which checkpoints are kept between runs.
"""

import json
import pathlib
import sys

from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI, is_valid_app_token
from threatexchange.exchanges.clients.fb_threatexchange.descriptor import SimpleDescriptorRollup
from threatexchange.exchanges.clients.fb_threatexchange.threat_updates import ThreatUpdatesDelta
from threatexchange.exchanges.impl.fb_threatexchange_api import (
    FBThreatExchangeCheckpoint,
    FBThreatExchangeCollabConfig,
    FBThreatExchangeSignalExchangeAPI,
)


def main(base, number, key, state):
    kept = pathlib.Path(state)
    before = json.loads(kept.read_text()) if kept.exists() else None
    api = ThreatExchangeAPI(key, endpoint_override=base)

    # the library's own exchange, as `tx fetch` drives it: pages of a hundred
    exchange = FBThreatExchangeSignalExchangeAPI(api, FBThreatExchangeCollabConfig(name="list", privacy_group=number))
    checkpoint = before and FBThreatExchangeCheckpoint(before["exchange"])
    rows = {}
    for delta in exchange.fetch_iter([], checkpoint):
        checkpoint = delta.checkpoint
        for (kind, value), record in delta.updates.items():
            said = record and record.get_as_opinions()[0]
            rows[f"{kind} {value}"] = said and [said.category.name, sorted(said.tags), said.is_mine]

    # the client below it, which goes on from the time of its own clock
    updates = ThreatUpdatesDelta(number, start=before["updates"] if before else 0)
    while not updates.done:
        updates.one_fetch(api)
    live = [one.raw_json for one in updates.updates if not one.should_delete]
    rollups = [SimpleDescriptorRollup.from_threat_updates_json(api.app_id, one) for one in live]

    group = api.get_privacy_group(number)
    member = api.get_threat_privacy_groups_member()
    kept.write_text(json.dumps({"exchange": checkpoint.update_time, "updates": updates.current}))
    print(
        json.dumps(
            {
                "valid": is_valid_app_token(key),
                "exchange": rows,
                "updates": {f"{one.threat_type} {one.indicator}": not one.should_delete for one in updates.updates},
                "labels": sorted({label for one in rollups for label in one.labels}),
                "group": [group.name, group.threat_updates_enabled],
                "member": [one.id for one in member],
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
