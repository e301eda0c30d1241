"""Stage `extraction`: documents to persons, identifiers, sightings and file details."""
