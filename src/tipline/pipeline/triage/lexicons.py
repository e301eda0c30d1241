"""Words in texts of a report: transparent lists, found in linear time. A hit is a hint with its place, and says nothing of anybody.

Each list is a cited data file (`data/lexicons/`). A text is cut into words, each word is brought to a key (case, width, marks, invisible
letters and usual ways of spelling are ignored), and the keys are walked through a tree of the terms. Nothing in a text is ever run,
followed or obeyed: it is compared with the lists and that is all. Limits: docs/explanation/triage.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

Category = Literal[
    "self_harm", "meeting", "travel", "live_stream", "threat", "money", "urgency", "soon", "secrecy", "age_stated"
]
CATEGORIES: tuple[Category, ...] = (
    "self_harm", "meeting", "travel", "live_stream", "threat", "money", "urgency", "soon", "secrecy", "age_stated",
)  # fmt: skip
Mark = Literal["", "negated", "quoted"]

MOST_LETTERS = 20_000  # of one text; what stands behind is not read, and that is said
MOST_HITS = 40  # of one text
MOST_WORD = 40  # letters of a word that are compared
MOST_GAP = 2  # words that `~` may stand for
MOST_WORDS_OF_TERM = 8
NEAR = 12  # words between two hits that belong together
AGE = "<age>"
NUMBER = "<number>"
GAP = "~"
_YOUNGEST, _OF_AGE = 3, 18
_ASCII = 128

# Devanagari's vowel signs are no letters to `\w`; its two dandas end a sentence. Invisible letters inside a word belong to it.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_WORD = re.compile(rf"[\w\u0300-\u036f\u0900-\u0963\u0966-\u097f{_INVISIBLE}]+(?:['’][\w]{{1,3}}\b)?")
# What turns a hit round stands in its own part of the sentence.
_SENTENCE_ENDS = re.compile(r"[.!?,;:\u0964\u0965\n]")
_GONE = re.compile(rf"[{_INVISIBLE}'’\u0300-\u036f\u093c]")
# न् and म् before a consonant are written as anusvara as well: हिन्दी, हिंदी.
_NASAL = re.compile("[\u0928\u092e\u0919\u091e\u0923]\u094d(?=[\u0915-\u0939])")
_DEVANAGARI = str.maketrans({"\u0940": "\u093f", "\u0942": "\u0941", "\u0901": "\u0902"})
_ROMAN = (("aa", "a"), ("ee", "i"), ("oo", "u"), ("ph", "f"))
_ROMAN_LETTERS = str.maketrans({"w": "v", "z": "j", "q": "k", "y": "i"})
_DOUBLED = re.compile(r"(.)\1+")
_QUOTED_LINE = re.compile(r"^[ \t]{0,8}(?:>|\|)", re.MULTILINE)


class Term(Strict):
    """A word or phrase of one category.

    `text` holds words with spaces between them; a word that ends in `*` stands for all words that begin so; `~` for up to two words;
    `<age>` for a number from 3 to 17; `<number>` for any number. `exact`: in a list of Latin script, no other spelling counts.
    """

    text: Annotated[str, Field(min_length=1, max_length=120)]
    category: Category
    gloss: Annotated[str, Field(min_length=1, max_length=120)]
    exact: bool = False

    @model_validator(mode="after")
    def _can_be_found(self) -> Term:
        words = self.text.split()
        if len(words) > MOST_WORDS_OF_TERM:
            raise ValueError(f"{self.text!r}: a term has at most {MOST_WORDS_OF_TERM} words")
        if words[0] == GAP or words[-1] == GAP or words.count(GAP) > 1:
            raise ValueError(f"{self.text!r}: `~` stands once, and between words")
        if words[0].endswith("*") and len(words[0]) < 4:
            raise ValueError(f"{self.text!r}: too many words begin with {words[0][:-1]!r}")
        for word in words:
            if word in {GAP, AGE, NUMBER}:
                continue
            stem = word.removesuffix("*")
            whole = _WORD.fullmatch(stem)
            if not whole or not _key(stem):
                raise ValueError(f"{self.text!r}: {word!r} is no word that can be looked for")
        return self


class Negation(Strict):
    """Words that turn a hit round: how many words before and after it they may stand, in the same sentence."""

    words: tuple[str, ...]
    before: Annotated[int, Field(ge=0, le=6)]
    after: Annotated[int, Field(ge=0, le=6)]


class Quotation(Strict):
    """Phrases after which the rest of the paragraph is somebody else's: forwarded, or words of a song."""

    phrases: tuple[str, ...]


class Lexicon(Strict):
    """The list of one language in one script."""

    about: About
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z][a-z]{3})?$")]
    reviewed: bool = Field(description="a speaker who knows the field went through it")
    negation: Negation
    quotation: Quotation
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _once(self) -> Lexicon:
        texts = [term.text for term in self.terms]
        twice = {text for text in texts if texts.count(text) > 1}
        if twice:
            raise ValueError(f"terms stand twice: {', '.join(sorted(twice))}")
        return self

    @property
    def roman(self) -> bool:
        """Whether it is a language of another script, written in Latin letters as people spell it."""
        return self.language.endswith("-Latn")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at a place of a text: `start` and `end` count characters of the text as it stands; `word` counts words."""

    term: Term
    language: str
    start: int
    end: int
    word: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in one text; `cut`: it is longer than what was read, or had more hits than are kept."""

    hits: tuple[Hit, ...]
    cut: bool


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    """A word without what does not tell words apart."""
    if word.isascii():
        return word[:MOST_WORD].lower().replace("'", "")
    word = unicodedata.normalize("NFKD", word[: MOST_WORD * 2])
    word = _GONE.sub("", word).casefold()
    word = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in word)
    return _NASAL.sub("\u0902", word.translate(_DEVANAGARI))[:MOST_WORD]


@lru_cache(maxsize=20_000)
def _roman_key(key: str) -> str:
    """A key of Latin letters with the usual ways to spell Hindi and Marathi made one."""
    for form, one in _ROMAN:
        key = key.replace(form, one)
    return _DOUBLED.sub(r"\1", key.translate(_ROMAN_LETTERS))


class _Node:
    """A step of the tree: by whole word, and by how a word begins."""

    __slots__ = ("begins", "ends", "gap", "heads", "lengths", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.begins: dict[str, _Node] = {}
        self.lengths: tuple[int, ...] = ()
        self.heads: frozenset[str] = frozenset()  # as many letters of each beginning as the shortest has
        self.gap: _Node | None = None
        self.ends: list[tuple[Term, str]] = []

    def next(self, key: str) -> Iterator[_Node]:
        found = self.words.get(key)
        if found is not None:
            yield found
        for length in self.lengths:
            if len(key) >= length and (found := self.begins.get(key[:length])) is not None:
                yield found
        if key.isdecimal():
            found = self.words.get(NUMBER)
            if found is not None:
                yield found
            if len(key) < 3 and _YOUNGEST <= int(key) < _OF_AGE and (found := self.words.get(AGE)) is not None:
                yield found


class Reader:
    """All lists as one tree for words as written, and one for those written in Latin letters."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self.lexicons = tuple(lexicons)
        self._plain, self._roman = _Node(), _Node()
        self._negations: dict[str, tuple[frozenset[str], int, int]] = {}
        self._quotations: list[tuple[str, ...]] = []
        for lexicon in self.lexicons:
            fold = self._folded if lexicon.roman else _key
            for term in lexicon.terms:
                self._add(self._roman if lexicon.roman and not term.exact else self._plain, term, lexicon)
            negation = lexicon.negation
            words = frozenset(fold(word) for word in negation.words)
            self._negations[lexicon.language] = (words, negation.before, negation.after)
            self._quotations += [tuple(_key(word) for word in phrase.split()) for phrase in lexicon.quotation.phrases]
        self._quoting = {phrase[0] for phrase in self._quotations}

    @staticmethod
    def _folded(word: str) -> str:
        return _roman_key(_key(word))

    def _add(self, root: _Node, term: Term, lexicon: Lexicon) -> None:
        fold = self._folded if root is self._roman else _key
        node = root
        for word in term.text.split():
            if word == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            elif word in {AGE, NUMBER}:
                node = node.words.setdefault(word, _Node())
            elif word.endswith("*"):
                start = fold(word[:-1])
                node = node.begins.setdefault(start, _Node())
                # parents keep the lengths of their beginnings; set below
            else:
                node = node.words.setdefault(fold(word), _Node())
        node.ends.append((term, lexicon.language))
        self._measure(root)

    def _measure(self, node: _Node) -> None:
        """Note how long the beginnings are that a node asks for."""
        stack = [node]
        while stack:
            one = stack.pop()
            one.lengths = tuple(sorted({len(start) for start in one.begins}))
            one.heads = frozenset(start[: one.lengths[0]] for start in one.begins)
            stack += [*one.words.values(), *one.begins.values(), *([one.gap] if one.gap else [])]

    def read(self, text: str) -> Read:
        """What of the lists stands in a text. Time grows with its length, up to `MOST_LETTERS`."""
        cut = len(text) > MOST_LETTERS
        text = text[:MOST_LETTERS]
        words = [(match.start(), match.end(), _key(match[0])) for match in _WORD.finditer(text)]
        if not words:
            return Read((), cut)
        keys = [key for _, _, key in words]
        roman = [_roman_key(key) if key.isascii() else key for key in keys]
        found: list[tuple[int, int, Term, str]] = []
        for root, row in ((self._plain, keys), (self._roman, roman)):
            first, heads, shortest = root.words, root.heads, root.lengths[0] if root.lengths else 0
            for at, key in enumerate(row):
                if key not in first and key[:shortest] not in heads and not key.isdecimal():
                    continue
                for end, term, language in _walk(root, row, at):
                    found.append((at, end, term, language))
                if len(found) > MOST_HITS * 4:
                    cut = True
                    break
        if not found:
            return Read((), cut)
        kept = _longest(found)
        if len(kept) > MOST_HITS:
            kept, cut = kept[:MOST_HITS], True
        sentences = _sentences(text, words)
        inside = {place for at, end, _, _ in kept for place in range(at, end)}
        quoted = self._quoted(text, words, keys)
        hits = []
        for at, end, term, language in kept:
            start_at, end_at = words[at][0], words[end - 1][1]
            if quoted[at]:
                mark: Mark = "quoted"
            elif self._negated(language, roman if language.endswith("-Latn") else keys, sentences, inside, at, end):
                mark = "negated"
            else:
                mark = ""
            hits.append(Hit(term, language, start_at, end_at, at, mark))
        return Read(tuple(hits), cut)

    def _negated(
        self, language: str, keys: list[str], sentences: list[int], inside: set[int], at: int, end: int
    ) -> bool:
        """Whether a word that turns a hit round stands close by; one that is part of a term itself turns nothing round."""
        words, before, after = self._negations[language]
        here = sentences[at]
        around = [*range(max(0, at - before), at), *range(end, min(len(keys), end + after))]
        return any(keys[place] in words and sentences[place] == here and place not in inside for place in around)

    def _quoted(self, text: str, words: list[tuple[int, int, str]], keys: list[str]) -> list[bool]:
        """Of each word, whether it stands in a line that is quoted, or behind words that say that it is somebody else's."""
        lines = {text.count("\n", 0, match.start()) for match in _QUOTED_LINE.finditer(text)}
        found, line, place = [False] * len(words), 0, 0
        until = -1  # the paragraph that is somebody else's
        for number, (start, _, key) in enumerate(words):
            line += text.count("\n", place, start)
            if until >= 0 and "\n\n" in text[place:start]:
                until = -1
            place = start
            if key in self._quoting and any(
                tuple(keys[number : number + len(phrase)]) == phrase for phrase in self._quotations
            ):
                until = number
            found[number] = line in lines or until >= 0
        return found


def _walk(root: _Node, keys: list[str], at: int) -> Iterator[tuple[int, Term, str]]:
    """Every term that begins at a word: where it ends. At most as many steps as the longest term has words, and gaps."""
    states = [(root, at)]
    while states:
        node, place = states.pop()
        if place < len(keys):
            for following in node.next(keys[place]):
                for term, language in following.ends:
                    yield place + 1, term, language
                if following.words or following.begins or following.gap:
                    states.append((following, place + 1))
                if following.gap:
                    states += [(following.gap, place + 1 + skipped) for skipped in range(MOST_GAP + 1)]


def _longest(found: list[tuple[int, int, Term, str]]) -> list[tuple[int, int, Term, str]]:
    """Of hits of one category that lie in each other the longest; in order of place."""
    kept: dict[str, tuple[int, int]] = {}
    result = []
    for hit in sorted(found, key=lambda one: (one[0], -one[1], one[3], one[2].text)):
        at, end, term, _ = hit
        last = kept.get(term.category)
        if last is not None and last[0] <= at and end <= last[1]:
            continue
        kept[term.category] = (at, end)
        result.append(hit)
    return result


def _sentences(text: str, words: list[tuple[int, int, str]]) -> list[int]:
    """Of each word, the number of its part of a sentence."""
    ends = [match.start() for match in _SENTENCE_ENDS.finditer(text)]
    found, number = [], 0
    for start, _, _ in words:
        while number < len(ends) and ends[number] < start:
            number += 1
        found.append(number)
    return found


_FOLDER = Path(__file__).parent / "data" / "lexicons"
# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
LEXICONS = tuple(load_toml(path, Lexicon) for path in sorted(_FOLDER.glob("*.toml")))
READER = Reader(LEXICONS)
VERSIONS = {lexicon.language: lexicon.about.version for lexicon in LEXICONS}
