"""Figures on paper: the blocks that an answer is printed as, with its sentences, its chart and its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tipline.core.clock import zone_of
from tipline.core.printing.model import Block, Document, Facts, Heading, Paragraph, Picture, Remark, Run, Style, Table
from tipline.core.text import visible
from tipline.statistics.charts import plots, spec, svg
from tipline.statistics.figures import Answer
from tipline.statistics.files import fingerprint
from tipline.statistics.tables import Table as Told
from tipline.statistics.tables import hides, table_of
from tipline.trust.agencies.models import Agency

LANGUAGES = ("en", "hi", "mr")
MOST_COLUMNS = 9
# The sentences of figures themselves are in English, as their definitions have them.
_WORDS = {
    "title": ("Report of figures", "आँकड़ों की रिपोर्ट", "आकडेवारीचा अहवाल"),
    "agency": ("Agency", "एजेंसी", "यंत्रणा"),
    "period": ("Period", "अवधि", "कालावधी"),
    "as_of": ("As known at", "इस समय तक ज्ञात", "या वेळेपर्यंत ज्ञात"),
    "made": ("Made", "बनाई गई", "तयार केले"),
    "fingerprint": ("Fingerprint of the figures", "आँकड़ों का फ़िंगरप्रिंट", "आकड्यांचा फिंगरप्रिंट"),
    "counts": ("Counts", "क्या गिना गया", "काय मोजले"),
    "leaves_out": ("Does not count", "क्या नहीं गिना गया", "काय मोजले नाही"),
    "version": ("Figure and version", "आँकड़ा और संस्करण", "आकडा आणि आवृत्ती"),
    "table": ("all numbers", "सभी संख्याएँ", "सर्व संख्या"),
    "number": ("Number", "संख्या", "संख्या"),
    "value": ("Value", "मान", "मूल्य"),
    "nothing": ("Nothing to count in this period.", "इस अवधि में गिनने को कुछ नहीं।", "या कालावधीत मोजण्यासारखे काही नाही."),
    "hidden": (
        "Numbers from one to four are written as fewer than 5, since they could point at a single child; another number is withheld where it would give one away.",
        "एक से चार तक की संख्याएँ «fewer than 5» लिखी गई हैं, क्योंकि वे किसी एक बच्चे की ओर इशारा कर सकती हैं; जहाँ कोई और संख्या उसे प्रकट करती, वहाँ वह रोकी गई है।",
        "एक ते चार या संख्या «fewer than 5» अशा लिहिल्या आहेत, कारण त्या एखाद्या बालकाकडे निर्देश करू शकतात; दुसरी संख्या ती उघड करत असेल तेथे ती रोखली आहे.",
    ),
}  # fmt: skip


def word(name: str, language: str) -> str:
    """A phrase of the paper in the language; English where there is none."""
    return _WORDS[name][LANGUAGES.index(language) if language in LANGUAGES else 0]


def blocks_of(answer: Answer, language: str = "en") -> list[Block]:
    """One figure: heading, sentences, charts and the table with all numbers."""
    definition, table = answer.definition, table_of(answer)
    heading = definition.title + (f", by {' and '.join(table.keys).lower()}" if table.keys else "")
    made: list[Block] = [
        Heading(heading),
        Facts(
            (
                (word("counts", language), definition.counts),
                (word("leaves_out", language), definition.leaves_out),
                (word("version", language), f"{definition.name}@{definition.version}"),
            )
        ),
    ]
    if not table.rows:
        return [*made, Paragraph(word("nothing", language))]
    made += [Picture(svg(spec(plot)), plot.alt) for plot in plots(answer)]
    made.append(_table(f"{heading}: {word('table', language)}", table, language))
    if hides(answer):
        made.append(Remark(word("hidden", language)))
    return made


def _table(caption: str, table: Told, language: str) -> Table:
    """All numbers; where there are more columns than a page has room for, one number a line."""
    keys = len(table.keys)
    if keys + len(table.measures) > MOST_COLUMNS:
        rows = tuple(
            (*labels, measure, text)
            for labels, cells in table.rows
            for measure, text in zip(table.measures, cells, strict=True)
        )
        return Table(
            caption, (*table.keys, word("number", language), word("value", language)), rows, (*[1.2] * keys, 3.0, 1.0)
        )
    rows = tuple((*labels, *cells) for labels, cells in table.rows)
    return Table(caption, (*table.keys, *table.measures), rows, (*[1.6] * keys, *[1.0] * len(table.measures)))


def report_of(
    agency: Agency, answers: Sequence[Answer], *, period: str, made_at: datetime, language: str, as_of: datetime
) -> Document:
    """A desk's report: who, when, every figure with its sentences, and the fingerprint of all of them."""
    print_of = fingerprint(answers)
    zone = zone_of(agency.timezone)
    facts = Facts(
        (
            (word("agency", language), f"{visible(agency.name, 200)} ({agency.code})"),
            (word("period", language), period),
            (word("as_of", language), _moment(as_of, zone)),
            (word("made", language), _moment(made_at, zone)),
            (word("fingerprint", language), (Run(print_of, Style.CODE),)),
        )
    )
    return Document(
        title=f"{word('title', language)}: {period}",
        language=language,
        blocks=(facts, *(block for answer in answers for block in blocks_of(answer, language))),
        head=(visible(agency.name, 200),),
        reference=f"{agency.code} · {period} · {print_of[:16]}",
    )


def _moment(at: datetime, zone: object) -> str:
    return f"{at.astimezone(zone):%d %b %Y %H:%M %Z}"  # type: ignore[arg-type]
