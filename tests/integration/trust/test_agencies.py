"""The tree: the one that comes with Tipline, and what an import refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tipline.core.errors import InvalidInputError
from tipline.trust.agencies.models import Agency, AgencyKind, Jurisdiction
from tipline.trust.agencies.queries import tree
from tipline.trust.agencies.services import COLUMNS, STANDARD_DESKS, import_tree

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS) + "\n"


def imported(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "tree.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    import_tree(path, factories.TESTS)


def test_the_standard_tree_leads_from_the_clearinghouse_to_every_district_of_maharashtra() -> None:
    factories.standard_tree()
    (root,) = tree()
    (national,) = root.children
    state = next(node for node in national.children if node.agency.code == "IN-MH-CYBER")
    assert (root.agency.kind, national.agency.code) == (AgencyKind.CLEARINGHOUSE, "IN-NCRB")
    assert len(national.children) == 36
    assert len(state.children) == 36
    jalgaon = next(node for node in state.children if node.agency.code == "IN-MH-JALGAON")
    assert jalgaon.places == ("IN / Maharashtra / Jalgaon",)


def test_the_national_desks_of_other_countries_stand_beside_the_national_desk_of_india() -> None:
    factories.standard_tree()
    import_tree(STANDARD_DESKS, factories.TESTS)
    (root,) = tree()
    desks = {node.agency.code: node for node in root.children}
    assert {"IN-NCRB", "GB-NCA", "NP-CYBER"} <= set(desks)
    assert desks["GB-NCA"].places == ("GB",)
    assert Agency.objects.filter(kind=AgencyKind.NATIONAL).count() == len(desks)


def test_importing_twice_changes_nothing() -> None:
    factories.standard_tree()
    before = (Agency.objects.count(), Jurisdiction.objects.count())
    factories.standard_tree()
    assert (Agency.objects.count(), Jurisdiction.objects.count()) == before


def test_a_repeated_code_adds_a_place(tmp_path: Path) -> None:
    imported(tmp_path, "XX,Desk,national,,IN,,,UTC,en\nXX,Desk,national,,NP,,,UTC,en\n")
    assert Agency.objects.get().jurisdictions.count() == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("xx,Desk,national,,IN,,,UTC,en\n", "line 2, code"),
        ("XX,,national,,IN,,,UTC,en\n", "line 2, name"),
        ("XX,Desk,planet,,IN,,,UTC,en\n", "line 2, kind"),
        ("XX,Desk,national,NOBODY,IN,,,UTC,en\n", "there is no agency 'NOBODY'"),
        ("XX,Desk,national,,India,,,UTC,en\n", "line 2, country"),
        ("XX,Desk,national,,IN,,Jalgaon,UTC,en\n", "line 2, state"),
        ("XX,Desk,national,,IN,,,Mars/Olympus,en\n", "line 2, timezone"),
        ("XX,Desk,national,XX,IN,,,UTC,en\n", "would stand above itself"),
        ("XX,A,national,YY,IN,,,UTC,en\nYY,B,national,XX,IN,,,UTC,en\n", "would stand above itself"),
        ("XX,Desk,national,,IN\n", "line 2, columns"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_imported(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        imported(tmp_path, rows)
    assert not Agency.objects.exists()
