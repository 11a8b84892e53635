"""Tables of a page: every row says what its cells are, and the layout of a page is no table."""

from __future__ import annotations

import pytest

from ingest.read.html.reader import read_html

PROSE = "The ferry takes people and bicycles over the river, from the old pier to the island and back, all year round."


def read(body: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in read_html(f"<p>{PROSE}</p>{body}".encode())[0][1:]]


def rows(body: str) -> list[str]:
    return [text for kind, text in read(body) if kind == "row"]


@pytest.mark.parametrize(
    "head",
    [
        "<tr><th>Boat</th><th>Seats</th></tr>",
        "<thead><tr><td>Boat</td><td>Seats</td></tr></thead>",
        "<tr><td><b>Boat</b></td><td><p><strong>Seats</strong></p></td></tr>",
    ],
)
def test_rows_have_the_heads_of_their_columns(head: str) -> None:
    table = f"<table>{head}<tr><td>Heron</td><td>12</td></tr><tr><td>Teal</td><td></td></tr></table>"
    assert rows(table) == ["Boat: Heron | Seats: 12", "Boat: Teal"]


def test_heads_in_several_rows_are_one() -> None:
    head = "<tr><th rowspan=2>Boat</th><th colspan=2>Fare</th></tr><tr><th>Adult</th><th>Child</th></tr>"
    body = "<tr><td rowspan=2>Heron</td><td>4</td><td>2</td></tr><tr><td>5</td><td>3</td></tr>"
    expected = ["Boat: Heron | Fare › Adult: 4 | Fare › Child: 2", "Boat: Heron | Fare › Adult: 5 | Fare › Child: 3"]
    assert rows(f"<table>{head}{body}</table>") == expected
    assert rows(f"<table><thead>{head}</thead><tbody>{body}</tbody></table>") == expected


def test_a_row_is_named_by_its_head() -> None:
    assert rows("<table><tr><th>Built</th><td>1908</td></tr><tr><th>Length:</th><td>9 m</td></tr></table>") == [
        "Built: 1908",
        "Length: 9 m",
    ]


def test_heads_in_the_middle_begin_anew() -> None:
    table = "<tr><th>Boat</th><th>Seats</th></tr><tr><td>Heron</td><td>12</td></tr>"
    table += "<tr><th>Pier</th><th>Depth</th></tr><tr><td>East</td><td>3 m</td></tr>"
    assert rows(f"<table>{table}</table>") == ["Boat: Heron | Seats: 12", "Pier: East | Depth: 3 m"]


def test_a_foot_stands_last_wherever_it_is_written() -> None:
    table = "<thead><tr><th>Boat<th>Seats</thead><tfoot><tr><td>All<td>20</tfoot><tr><td>Heron<td>12"
    assert rows(f"<table>{table}</table>") == ["Boat: Heron | Seats: 12", "Boat: All | Seats: 20"]


@pytest.mark.parametrize("cell", ["<ul><li>ropes</li><li>oars</li></ul>", "<p>ropes</p><p>oars</p>", "ropes<br>Oars"])
def test_blocks_in_a_cell_are_kept_apart(cell: str) -> None:
    table = f"<table><tr><th>Boat</th><th>Carries</th></tr><tr><td>Heron</td><td>{cell}</td></tr></table>"
    assert [row.lower() for row in rows(table)] == ["boat: heron | carries: ropes; oars"]


@pytest.mark.parametrize(
    "table",
    [
        "<table><caption>Fares in euros</caption>{}</table>",
        "<figure><table>{}</table><figcaption>Fares in euros</figcaption></figure>",
        "<figure><figcaption>Fares in euros</figcaption><table>{}</table></figure>",
    ],
)
def test_a_caption_stands_before_its_table(table: str) -> None:
    content = "<tr><th>Who</th><th>Fare</th></tr><tr><td>Child</td><td>2</td></tr>"
    assert read(table.format(content)) == [
        ("paragraph", "Fares in euros"),
        ("heads", "Who | Fare"),
        ("row", "Who: Child | Fare: 2"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "<div role=table><div role=row><div role=columnheader>Who</div><div role=columnheader>Fare</div></div>"
        "<div role=row><div role=cell>Child</div><div role=cell>2</div></div></div>",
        "<div style='display: table'><div style='display:table-row'><b style='display:table-cell'>Who</b>"
        "<b style='display:table-cell'><b>Fare</b></b></div><div style='display:table-row'>"
        "<div style='display:table-cell'>Child</div><div style='display:table-cell'>2</div></div></div>",
        "<style>.t {display: table} .r {display: table-row} .c {display: table-cell}</style><div class=t>"
        "<div class=r><div class=c><b>Who</b></div><div class=c><b>Fare</b></div></div>"
        "<div class=r><div class=c>Child</div><div class=c>2</div></div></div>",
    ],
)
def test_what_is_shown_as_a_table_is_one(table: str) -> None:
    assert any("Child" in row and row.endswith("2") for row in rows(table))


def test_tables_that_lay_out_a_page_are_no_tables() -> None:
    inner = "<table><tr><th>Who<th>Fare<tr><td>Child<td>2</table>"
    layout = f"<table><tr><td><h2>Fares</h2><p>These are new.</p></td><td>{inner}</td></tr></table>"
    assert read(layout) == [
        ("heading", "Fares"),
        ("paragraph", "These are new."),
        ("heads", "Who | Fare"),
        ("row", "Who: Child | Fare: 2"),
    ]
    assert read("<table><tr><td>One.</td></tr><tr><td>Two.</td></tr></table>") == [
        ("paragraph", "One."),
        ("paragraph", "Two."),
    ]
    assert [k for k, _ in read("<table role=presentation><tr><td>One.<td>Two.</table>")] == ["paragraph"] * 2


def test_a_column_under_a_head_is_a_list_that_it_leads_in() -> None:
    table = "<table><tr><th>Not carried</th></tr><tr><td>dogs</td></tr><tr><td>cars</td></tr></table>"
    assert read(table) == [("paragraph", "Not carried"), ("item", "dogs"), ("item", "cars")]


def test_what_spans_at_length_is_not_said_again() -> None:
    note = "The fares of this table hold from spring to autumn only, " * 5
    table = f"<table><tr><th>Who<th>Fare<tr><td>Child<td>2<tr><td colspan=2>{note}<tr><td>Adult<td>4</table>"
    assert [k for k, _ in read(table)] == ["heads", "row", "paragraph", "heads", "row"]
    wide = "<table><tr>" + "<td rowspan=65534 colspan=1000>x" * 50 + "<tr><td>y" * 200 + "</table>"
    assert sum(len(text) for _, text in read(wide)) < 150_000


def test_what_spans_rows_is_said_again_until_it_is_much_for_so_few_rows() -> None:
    # 29 cells of 100 letters and one of 99 say 5,998 letters in two rows; from 6,000 on a cell is said once.
    first = "<td rowspan=2>" + "<td rowspan=2>".join(["a" * 100] * 29)
    below = [rows(f"<table><tr>{first}<td rowspan=2>{'b' * n}<tr><td>y</table>")[1] for n in (99, 100)]
    assert [len(row.split(" | ")) for row in below] == [31, 30]


def test_code_in_a_table_of_lines_is_code() -> None:
    lines = ["def f():", "    return 1"]
    cells = (f"<tr><td class=blob-num>{n}</td><td class=blob-code>{line}</td></tr>" for n, line in enumerate(lines))
    assert read(f"<table>{''.join(cells)}</table>") == [("code", "\n".join(lines))]


PLANS = ["Plan: River | Fee: 20 | Term: a year", "Plan: Lake | Fee: 30 | Term: a month"]


@pytest.mark.parametrize("name", ["<th>{}</th>", "<td><b>{}</b></td>", '<td style="font-weight: 700">{}</td>'])
def test_a_table_with_its_heads_in_the_first_column_is_turned(name: str) -> None:
    columns = [("Plan", "River", "Lake"), ("Fee", "20", "30"), ("Term", "a year", "a month")]
    table = "".join(f"<tr>{name.format(head)}<td>{a}</td><td>{b}</td></tr>" for head, a, b in columns)
    assert rows(f"<table>{table}</table>") == PLANS


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("<tr>", "<td>{}</td>"),
        ('<tr style="font-weight:bold">', "<td>{}</td>"),
        ('<tr class="table-header">', "<td>{}</td>"),
        ("<tr>", '<td class="head">{}</td>'),
    ],
)
def test_heads_that_are_marked_by_their_looks_or_not_at_all(row: str, cell: str) -> None:
    heads = row + "".join(cell.format(text) for text in ("Cover", "Paid", "Not paid")) + "</tr>"
    body = "<tr><td>Home</td><td>fire</td><td>rust</td></tr><tr><td>Boat</td><td>theft</td><td>frost</td></tr>"
    assert rows(f"<table>{heads}{body}</table>")[0] == "Cover: Home | Paid: fire | Not paid: rust"


def test_an_empty_corner_leaves_heads_heads() -> None:
    head = "<tr><td></td><th>River</th><th>Lake</th></tr>"
    assert rows(f"<table>{head}<tr><th>Fee</th><td>20</td><td>30</td></tr></table>") == ["Fee | River: 20 | Lake: 30"]


def test_labels_of_cells_are_heads_where_there_are_no_others() -> None:
    row = '<tr><td data-label="Plan">{}</td><td data-label="Fee">{}</td></tr>'
    table = f"<table>{row.format('River', 20)}{row.format('Lake', 30)}</table>"
    assert rows(table) == ["Plan: River | Fee: 20", "Plan: Lake | Fee: 30"]


@pytest.mark.parametrize(
    ("icon", "said"),
    [
        ('<img src="a.png" alt="no">', "no"),
        ('<img src="icons/not-paid.png">', "not-paid"),
        ('<i class="fa fa-times"></i>', "✗"),
        ('<span class="icon-check" aria-hidden="true"></span>', "✓"),
        ('<svg aria-label="included"><title>x</title></svg>', "included"),
        ("<svg><title>never</title><path/></svg>", "never"),
        ('<input type="checkbox" checked>', "☑"),
    ],
)
def test_a_cell_that_holds_an_icon_says_what_that_says(icon: str, said: str) -> None:
    head = "<tr><th>Loss</th><th>Paid</th></tr>"
    assert rows(f"<table>{head}<tr><td>Rust</td><td>{icon}</td></tr></table>") == [f"Loss: Rust | Paid: {said}"]


def test_a_row_that_lacks_its_other_cell_heads_nothing() -> None:
    head = "<tr><th>Pet</th><th>Allowed</th></tr>"
    body = "<tr><td>cat</td><td></td></tr><tr><td>dog</td><td>no</td></tr>"
    assert rows(f"<table>{head}{body}</table>") == ["Pet: cat", "Pet: dog | Allowed: no"]


def test_a_bold_row_alone_heads_those_below_it() -> None:
    head = "<tr><th>Loss</th><th>Fee</th></tr>"
    body = "<tr><td><b>Not paid</b></td><td></td></tr><tr><td>rust</td><td>0</td></tr>"
    assert rows(f"<table>{head}{body}</table>") == ["Not paid | Loss: rust | Fee: 0"]


@pytest.mark.parametrize(
    "struck",
    [
        "<style>p.old span {text-decoration: line-through}</style><p class=old>It costs <span>7</span> 9 crowns.</p>",
        "<style>@media screen {.x {text-decoration: line-through}}</style><p>It costs <i class=x>7</i> 9 crowns.</p>",
        '<p>It costs <span class="line-through">7</span> 9 crowns.</p>',
        "<s><p>It costs 7 crowns.</p></s><p>It costs 9 crowns.</p>",
        "<strike><p>It costs 7 crowns.</p></strike><p>It costs 9 crowns.</p>",
    ],
)
def test_what_is_struck_out_is_left_out_however_it_is_marked(struck: str) -> None:
    assert read(struck) == [("paragraph", "It costs 9 crowns.")]


def test_items_that_were_typed_are_items() -> None:
    found = read("<p>None of these:</p><p>a) rust</p><p>b) frost</p><p>All of these.</p><p>• fire</p>")
    assert [kind for kind, _ in found] == ["paragraph", "item", "item", "paragraph", "item"]


def test_a_list_directly_in_a_list_belongs_to_the_item_before_it() -> None:
    pieces = read_html(f"<p>{PROSE}</p><ul><li>Not paid:</li><ul><li>rust</li></ul></ul>".encode())[0]
    assert [piece.level for piece in pieces if piece.kind == "item"] == [1, 2]


def test_a_link_that_calls_a_note_is_raised_though_nothing_says_so() -> None:
    assert read('<p>It seats 12<a href="#n" role="doc-noteref">3</a>.</p>') == [("paragraph", "It seats 12³.")]
