"""A new scenario's folder: small, whole in its form, and with a list of what is to be written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.training.scenarios.format import LANGUAGES, NAME, Topic
from tipline.training.scenarios.loading import DATA

_SCENARIO = """# What this scenario asks. docs/reference/scenarios.md explains every key; `tipline training scenario lint` says what is missing.
name = "{name}"
topic = "{topic}"
skills = ["reading"]

[about]
title = "{name}"
version = "1"
source = "own words"
licence = "Apache-2.0"
as_of = "{today}"

# Minutes for each level that the scenario has: foundation, practitioner, advanced.
[minutes]
foundation = 30

[[tasks]]
id = "account"
kind = "text"
form = "account"
levels = ["foundation"]
skill = "reading"
points = 10
answer = "account"

[[tasks]]
id = "evidence"
kind = "rows"
levels = ["foundation"]
skill = "reading"
points = 10
answer = "payment_rows"
hints = [{{ id = "time", cost = 2 }}]

[[sources]]
id = "source"
title = "A public document that the debrief stands on"
where = "its section"
as_of = "{today}"
"""
_WORLD = """# What happened, in order: each step is a block with its parameters. Every trainee's world is made anew of a seed of their own.
[[steps]]
block = "code"
with = { name = "account", pattern = "00############" }

[[steps]]
block = "moment"
with = { name = "paid_at", after = "2026-03-02 09:00", before = "2026-03-06 18:00" }

[[steps]]
block = "number"
with = { name = "paid", low = 2000, high = 90000 }

[[steps]]
block = "table"
[steps.with]
id = "statement"
sort = "time"
columns = [{ key = "time", kind = "time" }, { key = "to", kind = "account" }, { key = "amount", kind = "amount" }]
rows = [{ cells = ["{paid_at}", "{account}", "{paid}"], fact = "payment_rows" }]
noise = [{ count = 20, cells = ["2026-03-0# 1#:##:00+05:30", "00############", "#####"] }]

[[steps]]
block = "letter"
with = { id = "complaint", text = "complaint" }
"""
_COMPLAINT = """To the cyber police station

I paid {paid} rupees by net banking and got nothing for it. I do not know to whom the money went.
"""
_TEXTS = """title = "TODO title"
summary = "TODO what is trained here, in one sentence"
debrief = \"\"\"
TODO how it is found, in some paragraphs, an empty line between them. Cite sources by their id: [source].
\"\"\"

[story]
foundation = "TODO the story: who came, with what, and what is to be found out"

[skills]
reading = "TODO what this skill is called"

[documents]
statement = "TODO title of the statement"
complaint = "TODO title of the complaint"

[tasks.account]
question = "TODO question: to which account was it paid?"
explains = "TODO why this is right: the amount of the complaint stands once in the statement [source]"

[tasks.evidence]
question = "TODO question: which row shows it?"
explains = "TODO why these rows [source]"
hints = { time = "TODO a hint that leads on" }
"""
TODO = re.compile(r"\bTODO\b")


def make(parent: Path, name: str, topic: Topic) -> Path:
    """Write a new scenario's folder and return it.

    Raises
    ------
    InvalidInputError
        when the name is none.
    ConflictError
        when there is one of this name.
    """
    if not re.fullmatch(NAME, name):
        raise InvalidInputError(f"{name!r} is no name: lower-case letters, digits and _, beginning with a letter")
    folder = parent / name
    if folder.exists() or (DATA / name).exists():
        raise ConflictError(f"there is a scenario {name!r} already")
    for below in ("texts", "papers"):
        (folder / below).mkdir(parents=True)
    today = date.today().isoformat()  # noqa: DTZ011 - the author's day
    (folder / "scenario.toml").write_text(_SCENARIO.format(name=name, topic=topic, today=today), encoding="utf-8")
    (folder / "world.toml").write_text(_WORLD, encoding="utf-8")
    (folder / "papers" / "complaint.txt").write_text(_COMPLAINT, encoding="utf-8")
    for language in LANGUAGES:
        (folder / "texts" / f"{language}.toml").write_text(_TEXTS, encoding="utf-8")
    return folder
