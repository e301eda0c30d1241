"""Figures on paper: the blocks that an answer is printed as, with its sentences, its chart and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from tipline.core.clock import zone_of
from tipline.core.printing.model import Block, Document, Facts, Heading, Paragraph, Picture, Remark, Run, Style, Table
from tipline.core.text import visible
from tipline.investigation.leads.texts import LANGUAGES as LEADS
from tipline.investigation.process.rates import UNLISTED
from tipline.referrals.counts import SMALLEST_TOLD
from tipline.statistics.charts import plots, spec, svg
from tipline.statistics.figures import Answer, Dimension, Over, Row
from tipline.statistics.files import fingerprint
from tipline.statistics.tables import Table as Told
from tipline.statistics.tables import hides, table_of
from tipline.statistics.wording import Wording, wording
from tipline.trust.agencies.models import Agency
from tipline.trust.places.names import local_place

MOST_COLUMNS = 9


def translated(answer: Answer, words: Wording) -> Answer:
    """An answer with its labels in the language, to be printed and for nothing else: what names somebody or some place of ours stays as it is."""
    if words.translation is None:
        return answer
    over = answer.definition.over
    rows = tuple(
        replace(row, labels=tuple(_label(row, place, one, over, words) for place, one in enumerate(answer.asked.by)))
        for row in answer.rows
    )
    return replace(answer, definition=words.definition(answer.definition), rows=rows)


def _label(row: Row, place: int, dimension: Dimension, over: Over, words: Wording) -> str:
    key, label = row.keys[place], row.labels[place]
    if not key:
        return words.say("not_known")
    if key == UNLISTED and over == Over.REQUESTS:
        return words.say("unlisted")
    if dimension == Dimension.CATEGORY:
        incidents = LEADS[words.code].words["incident"]
        return words.word("request", key) if over == Over.REQUESTS else incidents.get(key, label)
    if dimension == Dimension.DISTRICT and key.count("/") == 2:
        country, state, district = key.split("/")
        return local_place(country, state, district, words.code)[1]
    return label


def blocks_of(answer: Answer, language: str = "en") -> list[Block]:
    """One figure: heading, sentences, charts and the table with all numbers."""
    words, drawn = wording(language), plots(answer)
    answer = translated(answer, words)
    definition, table = answer.definition, table_of(answer, words)
    heading = definition.title
    if table.keys:
        keys = [key.lower() for key in table.keys]
        both = words.say("both", one=keys[0], other=keys[1]) if len(keys) > 1 else keys[0]
        heading = words.say("cut_by", title=heading, keys=both)
    made: list[Block] = [
        Heading(heading),
        Facts(
            (
                (words.say("counts"), definition.counts),
                (words.say("leaves_out"), definition.leaves_out),
                (words.say("version"), f"{definition.name}@{definition.version}"),
            )
        ),
    ]
    if not table.rows:
        return [*made, Paragraph(words.say("nothing"))]
    # What draws SVG on paper sets the signs of Devanagari over each other, so charts have English words; what they say is told in the language.
    made += [Picture(svg(spec(plot)), told.alt) for plot, told in zip(drawn, plots(answer, words), strict=True)]
    made.append(_table(f"{heading}: {words.say('table')}", table, words))
    if hides(answer):
        made.append(Remark(words.say("hidden", few=words.say("few", number=SMALLEST_TOLD))))
    return made


def _table(caption: str, table: Told, words: Wording) -> Table:
    """All numbers; where there are more columns than a page has room for, one number a line."""
    keys = len(table.keys)
    if keys + len(table.measures) > MOST_COLUMNS:
        rows = tuple(
            (*labels, measure, text)
            for labels, cells in table.rows
            for measure, text in zip(table.measures, cells, strict=True)
        )
        return Table(caption, (*table.keys, words.say("number"), words.say("value")), rows, (*[1.2] * keys, 3.0, 1.0))
    rows = tuple((*labels, *cells) for labels, cells in table.rows)
    return Table(caption, (*table.keys, *table.measures), rows, (*[1.6] * keys, *[1.0] * len(table.measures)))


def report_of(
    agency: Agency, answers: Sequence[Answer], *, first: date, last: date, made_at: datetime, language: str, as_of: datetime
) -> Document:  # fmt: skip
    """A desk's report of the days from `first` to `last`: who, when, every figure with its sentences, and the fingerprint of all of them."""
    words, zone = wording(language), zone_of(agency.timezone)
    print_of = fingerprint(answers)
    period = words.say("from_to", first=words.day(first), last=words.day(last))
    facts = Facts(
        (
            (words.say("agency"), f"{visible(agency.name, 200)} ({agency.code})"),
            (words.say("period"), period),
            (words.say("as_of"), words.moment(as_of, zone)),
            (words.say("made"), words.moment(made_at, zone)),
            (words.say("fingerprint"), (Run(print_of, Style.CODE),)),
        )
    )
    return Document(
        title=f"{words.say('title')}: {period}",
        language=words.code,
        blocks=(facts, *(block for answer in answers for block in blocks_of(answer, language))),
        head=(visible(agency.name, 200),),
        reference=f"{agency.code} · {period} · {print_of[:16]}",
        page_word=words.say("page"),
    )
