"""The gazetteer: places by their names, codes and coordinates, as data by country. No table; nothing is fetched.

What it is not sure of it says so: a name that stands for several places is kept apart, and nothing is matched by a part of a name.
"""

from tipline.trust.places.kinds import Place, Resolved
from tipline.trust.places.loading import districts, head, known_countries, states, version
from tipline.trust.places.names import canonical_place, canonical_state, key, local_place
from tipline.trust.places.resolving import check_folders, resolve

__all__ = [
    "Place",
    "Resolved",
    "canonical_place",
    "canonical_state",
    "check_folders",
    "districts",
    "head",
    "key",
    "known_countries",
    "local_place",
    "resolve",
    "states",
    "version",
]
