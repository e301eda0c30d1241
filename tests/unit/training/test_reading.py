"""Reading papers: tables, values found again, headers, ledgers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training_attempts import EXAMPLES
from tipline.training.scenarios import explorer
from tipline.training.scenarios.building import build
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.loading import Folder, load
from tipline.training.scenarios.reading import Asked, everywhere, headers_of, places_of, rows_of
from tipline.training.scenarios.worlds import Column, Document, DocumentRow, Paper, World


@pytest.fixture(scope="module")
def world() -> World:
    folder = load(EXAMPLES / "example")
    assert isinstance(folder, Folder)
    return build(folder, Level.ADVANCED, "a seed")


def test_a_table_is_searched_filtered_sorted_and_paged(world: World) -> None:
    statement = world.documents["statement"]
    account = str(world.facts["mule_account"])
    assert rows_of(statement, Asked()).pages == 5
    assert rows_of(statement, Asked(page=99)).page == 5
    assert {row.id for row in rows_of(statement, Asked(only={"to": account})).rows} == set(world.facts["mule_rows"])  # type: ignore[arg-type]
    assert rows_of(statement, Asked(search=account.upper())).found == 3
    amounts = [Decimal(row.cells[3]) for row in rows_of(statement, Asked(by="-amount")).rows]
    assert amounts == sorted(amounts, reverse=True)
    assert rows_of(statement, Asked(by="nothing", only={"nothing": "x"})).found == statement.rows.__len__()


def test_a_value_leads_to_every_place_where_it_stands(world: World) -> None:
    account = str(world.facts["mule_account"])
    assert [place.document.id for place in places_of(world, "account", account)] == ["statement"] * 3 + ["reply"]
    assert {place.document.id for place in places_of(world, "transaction", "coinmule")} == {"chain"}
    assert places_of(world, "amount", "1") == places_of(world, "nonsense", "x") == ()
    assert len(everywhere(world, account)) == 4


@given(st.text(), st.text(), st.text(), st.integers())
def test_no_question_fails(search: str, column: str, by: str, page: int) -> None:
    document = Document(
        "d",
        Paper.TABLE,
        columns=(Column("time", "time"), Column("amount", "amount")),
        rows=(DocumentRow("d-1", ("x", "")),),
    )
    rows_of(document, Asked(search, {column: search, "time": search}, by, page))
    rows_of(document, Asked(by="amount"))
    headers_of(search)


def test_headers_keep_their_order_and_their_folds() -> None:
    headers, text = headers_of("Received: from a\n by b\nReceived: from c\nSubject: x\n\nbody\n\nmore")
    assert headers == [("Received", "from a\nby b"), ("Received", "from c"), ("Subject", "x")]
    assert text == "body\n\nmore"
    assert headers_of("no headers here\nat all") == ([], "no headers here\nat all")


def test_coins_are_followed_forward_and_back_and_balances_add_up(world: World) -> None:
    ledger = explorer.read(world.documents["chain"])
    first, second = ledger.transactions
    assert ledger.next_of(first, first.outputs[0]) == (second,)
    assert ledger.before(second, second.inputs[0]) == (first,)
    lines = ledger.history("coinvictim")
    assert [line.balance[""] for line in lines] == [Decimal("2.0"), Decimal("0.0")]
    picture = explorer.near_transaction(ledger, second)
    assert {node.name for node in picture.nodes} == {first.id, second.id, "coinvictim", "coinmule", "coinchange"}
    assert len(picture.edges) == 4


def test_accounts_are_followed_too_and_the_picture_stays_bounded() -> None:
    columns = tuple(map(Column, ("tx", "time", "from", "to", "asset", "amount")))
    rows = tuple(
        DocumentRow(f"l-{n}", (f"tx{n}", f"2026-03-02 10:{n:02}:00", "hub", f"account{n}", "TOKEN", "1"))
        for n in range(40)
    )
    odd = DocumentRow("l-odd", ("tx-odd", "no time", "", "hub", "TOKEN", "no amount"))
    ledger = explorer.read(Document("l", Paper.LEDGER, columns=columns, rows=(*rows, odd)))
    assert len(ledger.history("hub")) == 41
    assert ledger.history("hub")[-1].balance["TOKEN"] == -40
    picture = explorer.near_address(ledger, "hub")
    assert len(picture.nodes) <= 5 * (explorer.MOST_NEAR + 1)
    assert "+34" in {node.label for node in picture.nodes}
    assert ledger.next_of(ledger.by_id["tx-odd"], ledger.by_id["tx-odd"].outputs[0])[0].id == "tx0"
