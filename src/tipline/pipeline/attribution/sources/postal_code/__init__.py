"""The postal code of a written address, where its country is stated or its form is of one country alone."""

from __future__ import annotations

import re

from tipline.pipeline.attribution.hints import Material, elements, hint, text
from tipline.pipeline.attribution.statements import Statement
from tipline.trust.places import resolve

KIND = "postal_code"
_PIN = re.compile(r"[1-9][0-9]{2} ?[0-9]{3}")


def read(material: Material) -> list[Statement]:
    """One statement for each code of an address that says its country."""
    found = []
    for person in material.people:
        for address in elements(person, "address"):
            country, code = text(address, "country").upper(), text(address, "zipCode")[:20]
            if len(country) != 2 or not code or (country == "IN" and not _PIN.fullmatch(code)):
                continue
            place = resolve(country, state=text(address, "nonUsaState") or text(address, "state"), postal_code=code)
            found.append(hint(KIND, "zipCode", place, f"{country} {code}", material.at))
    return [one for one in found if one]
