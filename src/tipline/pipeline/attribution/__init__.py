"""Stage `attribution`: each address sighting to a country, state, district and network owner, or abstain."""
