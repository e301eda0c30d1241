"""The model as data: what is compared, what each level of likeness says, how folded texts come about, and where suggesting begins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

Share = Annotated[float, Field(gt=0, lt=1)]
FieldName = Literal["nicks", "names", "numbers", "places"]


class Level(Strict):
    """A level of likeness: how often it is seen between two reports of one person (m), and of different people (u)."""

    id: str = Field(pattern=r"^[a-z_]{1,20}$")
    m: Share
    u: Share
    sentence: str = Field(default="", max_length=200)


class Comparison(Strict):
    """A field, with its levels from the strongest to whatever is left."""

    field: FieldName
    title: str
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=8)]

    @model_validator(mode="after")
    def _whole(self) -> Comparison:
        for name, total in (("m", sum(one.m for one in self.levels)), ("u", sum(one.u for one in self.levels))):
            if abs(total - 1) > 0.001:
                raise ValueError(f"the {name} of {self.field} must add up to 1, not to {total:.3f}")
        if self.levels[-1].id != "other" or any(one.id == "other" or not one.sentence for one in self.levels[:-1]):
            raise ValueError(f"the last level of {self.field} is `other`, and every level before it has a sentence")
        return self


class Devanagari(Strict):
    """How Devanagari is written in Latin letters."""

    consonants: dict[str, str]
    vowels: dict[str, str]
    signs: dict[str, str]
    marks: dict[str, str]


class Model(Strict):
    """The model of suggestions."""

    about: About
    probability_of_match: Share
    threshold: Share
    largest_block: Annotated[int, Field(ge=2, le=1000)]
    most_values: Annotated[int, Field(ge=1, le=100)]
    shortest_nick: Annotated[int, Field(ge=3)]
    shortest_number: Annotated[int, Field(ge=7)]
    comparisons: tuple[Comparison, ...]
    look_alikes: dict[Annotated[str, Field(min_length=1, max_length=1)], str]
    digits_between_letters: dict[Annotated[str, Field(pattern="^[0-9]$")], str]
    devanagari: Devanagari
    spellings: dict[str, str]

    @model_validator(mode="after")
    def _known(self) -> Model:
        if sorted(one.field for one in self.comparisons) != ["names", "nicks", "numbers", "places"]:
            raise ValueError("each of nicks, names, numbers and places is compared, once")
        for comparison in self.comparisons:
            if unknown := {one.id for one in comparison.levels[:-1]} - set(LEVELS[comparison.field]):
                raise ValueError(f"{comparison.field} has no level {', '.join(sorted(unknown))}")
        return self


# What each level means, for DuckDB, over lists of texts. The words of the file choose among these, and never write SQL.
_PAIRS = "flatten(list_transform({0}_l, lambda a: list_transform({0}_r, lambda b: [a, b])))"
_DISTANCE = f"coalesce(list_min(list_transform({_PAIRS}, lambda p: levenshtein(p[1], p[2]))), 99)"
_LIKENESS = f"coalesce(list_max(list_transform({_PAIRS}, lambda p: jaro_winkler_similarity(p[1], p[2]))), 0)"
_BARE = "list_filter(list_transform({0}_{1}, lambda a: regexp_replace(a, '[0-9]', '', 'g')), lambda a: len(a) >= 5)"
_SAME = "list_has_any({0}_l, {0}_r)"
LEVELS: dict[str, dict[str, str]] = {
    "nicks": {
        "same": _SAME.format("nicks"),
        "one_apart": f"{_DISTANCE.format('nicks')} <= 1",
        "stem": f"list_has_any({_BARE.format('nicks', 'l')}, {_BARE.format('nicks', 'r')})",
        "near": f"{_LIKENESS.format('nicks')} >= 0.94",
    },
    "names": {"same": _SAME.format("names"), "one_apart": f"{_DISTANCE.format('names')} <= 1"},
    "numbers": {"same": _SAME.format("numbers")},
    "places": {"same": _SAME.format("places")},
}


def settings_of(model: Model) -> dict[str, object]:
    """The model as Splink takes it."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": model.probability_of_match,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        # pairs come from blocks of our own, which are bounded; Splink wants a rule nevertheless
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.unique_id = r.unique_id", "sql_dialect": "duckdb"}
        ],
        "comparisons": [
            {
                "output_column_name": one.field,
                "comparison_levels": [
                    {
                        "sql_condition": f"len({one.field}_l) = 0 OR len({one.field}_r) = 0",
                        "is_null_level": True,
                        "label_for_charts": "not given",
                    },
                    *(
                        {
                            "sql_condition": "ELSE" if level.id == "other" else LEVELS[one.field][level.id],
                            "label_for_charts": level.id,
                            "m_probability": level.m,
                            "u_probability": level.u,
                        }
                        for level in one.levels
                    ),
                ],
            }
            for one in model.comparisons
        ],
    }


# Read when the code is loaded: a wrong file stops the start.
MODEL = load_toml(Path(__file__).parent / "data" / "suggestions.toml", Model)
MODEL_VERSION = f"suggestions-{MODEL.about.version}"
