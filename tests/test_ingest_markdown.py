"""Markdown, as pieces."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.layout import Piece
from ingest.read.markdown import reader as markdown


def read_markdown(text: str) -> list[Piece]:
    return markdown.read_markdown(text)[0]


def dropped(text: str) -> list[str]:
    return markdown.read_markdown(text)[1]


def texts(text: str) -> list[str]:
    return [piece.text for piece in read_markdown(text)]


def test_headings_keep_their_levels() -> None:
    assert read_markdown("# A\n\n### B\n\nC\n---\n") == [
        Piece("heading", "A", 1),
        Piece("heading", "B", 3),
        Piece("heading", "C", 2),
    ]


def test_formatting_is_dropped_and_its_words_are_kept() -> None:
    text = "A **bold** [link](https://x.example) with `code`,\nbroken, &lt;5 &amp; ![a picture](p.png) <b>more</b>"
    assert read_markdown(text) == [Piece("paragraph", "A bold link with code, broken, <5 & more")]


def test_a_line_break_in_html_parts_words() -> None:
    assert read_markdown("5 mg<br>daily<BR/>always") == [Piece("paragraph", "5 mg daily always")]


def test_the_words_of_an_html_block_are_kept_and_its_scripts_and_comments_are_not() -> None:
    text = (
        "<div class='x'>Alphamab <b>slows</b> growth.</div>\n\n<!-- hidden -->\n\n<script>var x = 1;</script>\n\nMore."
    )
    assert [p.text for p in read_markdown(text)] == ["Alphamab slows growth.", "More."]


def test_lists_are_items_with_their_marks_and_depth() -> None:
    assert read_markdown("3. x\n4. y\n   - z\n\n   more\n") == [
        Piece("item", "x", 1, "3. "),
        Piece("item", "y", 1, "4. "),
        Piece("item", "z", 2, "• "),
        Piece("item", "more", 2),
    ]


def test_an_empty_item_lends_its_mark_to_nothing() -> None:
    assert read_markdown("-\n\n## References\n\nRoe 2019\n")[-1] == Piece("reference", "Roe 2019")


def test_an_empty_heading_does_not_make_a_heading_of_the_paragraph_below() -> None:
    assert read_markdown("#\n\nText.") == [Piece("paragraph", "Text.")]
    assert read_markdown("# ![logo](l.png)\n\nText.") == [Piece("paragraph", "Text.")]


def test_a_row_has_the_heads_of_its_columns() -> None:
    table = "| drug | dose |\n| --- | --- |\n| alphamab | 5 mg |\n"
    assert read_markdown(table) == [Piece("heads", "drug | dose"), Piece("row", "drug: alphamab | dose: 5 mg", 1)]


def test_a_quotation_is_a_paragraph_and_code_keeps_its_lines() -> None:
    assert read_markdown("> quoted\n\n```sh\na  b   # c\n\n  d\n```\n\n    e\n    f\n") == [
        Piece("paragraph", "quoted"),
        Piece("code", "a  b   # c\n\n  d"),
        Piece("code", "e\nf"),
    ]


def test_a_revision_date_below_the_references_is_none_of_them() -> None:
    text = "## References\n\n- Roe 2019\n\nLast revised: May 3, 2024\n"
    assert read_markdown(text)[-1] == Piece("paragraph", "Last revised: May 3, 2024")


def test_what_stands_under_references_is_bibliography_up_to_the_next_heading_of_its_level() -> None:
    text = "# T\n\n## References\n\nLoose\n\n### Books\n\n- One\n\n## Next\n\nMatter\n"
    assert [(p.kind, p.text) for p in read_markdown(text)] == [
        ("heading", "T"),
        ("heading", "References"),
        ("reference", "Loose"),
        ("heading", "Books"),
        ("reference", "One"),
        ("heading", "Next"),
        ("paragraph", "Matter"),
    ]


def test_raised_and_lowered_figures_stay_so() -> None:
    text = "10<sup>-6</sup> m, 5 m^2^, H<sub>2</sub>O, CO~2~, $10^9$, 1<sup>st</sup>, $x \\le 3$, $5 and $6, 7$ each."
    assert texts(text) == ["10⁻⁶ m, 5 m², H₂O, CO₂, 10⁹, 1st, x ≤ 3, $5 and $6, 7$ each."]
    assert texts("$$\na = b_1\n$$") == ["a = b₁"]


@pytest.mark.parametrize("struck", ["~~{}~~", "<del>{}</del>", "<s>{}</s>", "~{}~", "{{--{}--}}"])
def test_what_is_struck_out_is_no_text(struck: str) -> None:
    assert texts(f"It costs {struck.format('eight')} nine {struck.format('crowns')}.") == ["It costs nine."]
    dogs, snow, cats = map(struck.format, ("Dogs may come in", "It snows.", "cats"))
    text = f"{dogs}\n\nIt rains. {snow}\n\n- {cats}\n- mice"
    assert texts(text) == ["It rains.", "mice"]
    assert dropped(text) == ["struck out: Dogs may come in", "struck out: It snows.", "struck out: cats"]


def test_front_matter_is_metadata_and_the_title_is_one() -> None:
    pieces, _, stated = markdown.read_markdown("---\ntitle: Ferry\n---\n# Times\n\nAt nine.\n\n## Sundays\n\nNever.")
    assert stated.title == "Ferry"
    assert [(p.level, p.text) for p in pieces if p.kind == "heading"] == [(2, "Times"), (3, "Sundays")]
    assert read_markdown("---\ntitle: ferry\n---\n# Ferry\n\nAt nine.")[0] == Piece("heading", "Ferry", 1)
    assert [p.level for p in read_markdown("# A\n\n# B\n") if p.kind == "heading"] == [2, 2]


def test_front_matter_that_cannot_be_read_is_code() -> None:
    assert read_markdown("---\ntitle: [\n---\n\nAt nine.") == [
        Piece("code", "title: ["),
        Piece("paragraph", "At nine."),
    ]


def test_notes_stand_at_the_end_with_their_marks() -> None:
    notes = "[^a]: By a day.\n\n    Or two.\n[^b]: In cash.\n"
    text = f"It is paid.[^b] It is late.[^a] It is^[In May.] so.\n\n{notes}\n## More\n\nEnd."
    assert read_markdown(text) == [
        Piece("paragraph", "It is paid.¹ It is late.² It is³ so."),
        Piece("heading", "More", 2),
        Piece("paragraph", "End."),
        Piece("heading", "Notes", 2),
        Piece("paragraph", "In cash.", mark="¹ "),
        Piece("paragraph", "By a day.", mark="² "),
        Piece("paragraph", "Or two."),
        Piece("paragraph", "In May.", mark="³ "),
    ]
    assert [p.text for p in read_markdown("## Notes\n\nA.[^1]\n\n[^1]: B.") if p.kind == "heading"] == ["Notes"]


def test_a_definition_stands_below_its_term() -> None:
    assert read_markdown("Painter\n: A rope.\n: Who paints.\n\nThole\n\n:   A pin.") == [
        Piece("paragraph", "Painter"),
        Piece("item", "A rope.", 1),
        Piece("item", "Who paints.", 1),
        Piece("paragraph", "Thole"),
        Piece("item", "A pin.", 1),
    ]


def test_tasks_are_done_or_not() -> None:
    assert texts("- [x] oil\n- [ ] rope\n* [X] oars") == ["☑ oil", "☐ rope", "☑ oars"]


def test_a_line_in_bold_is_a_heading_where_there_is_no_other() -> None:
    assert read_markdown("**Fees**\n\nNine crowns.")[0] == Piece("heading", "Fees", 2)
    assert read_markdown("# Boats\n\n**Fees**\n\nNine.")[1] == Piece("paragraph", "Fees", 1)
    assert read_markdown("**Note:**\n\n**No** dogs.\n\n- **a**") == [
        Piece("paragraph", "Note:"),
        Piece("paragraph", "No dogs."),
        Piece("item", "a", 1, "• "),
    ]


@pytest.mark.parametrize(
    ("box", "shown"),
    [
        ('!!! warning "On ice"\n    Go slow.\n\n    - Or not.\n', ["On ice:", "Go slow.", "Or not."]),
        ("!!! danger\n    Go slow.\n", ["Danger", "Go slow."]),
        ('!!! note ""\n    Go slow.\n', ["Go slow."]),
        ("???+ tip\n    Go slow.\n\n    ```\n    a\n      b\n    ```\n", ["Tip", "Go slow.", "a\n  b"]),
        ('=== "Sea"\n\n    Sail.\n\n=== "Land"\n\n    Walk.\n', ["Sea:", "Sail.", "Land:", "Walk."]),
        (":::note\nGo slow.\n:::\n", ["Note", "Go slow."]),
        (":::tip[On ice]\n\nGo slow.\n\n:::\n", ["On ice:", "Go slow."]),
        ("::: warning On ice\nGo slow.\n:::\n", ["On ice:", "Go slow."]),
        ("::: {.callout-note}\nGo slow.\n:::\n", ["Note", "Go slow."]),
        ("::: {.wide}\nGo slow.\n:::\n", ["Go slow."]),
        ("```{note}\n:class: x\nGo *slow*.\n```\n", ["Note", "Go slow."]),
        (":::{warning} On ice\nGo slow.\n:::\n", ["On ice:", "Go slow."]),
        ("> [!NOTE]\n> Go slow.\n", ["Note", "Go slow."]),
        ("> [!tip]- On ice\n> Go slow.\n", ["On ice:", "Go slow."]),
    ],
)
def test_boxes_and_tabs_are_read_as_what_is_shown(box: str, shown: list[str]) -> None:
    assert texts(f"Before.\n\n{box}\nAfter.") == ["Before.", *shown, "After."]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{{< note >}}Keep it.{{< /note >}} {% include "a.md" %}', ["Keep it."]),
        ('See [the map]({{< ref "map.md" >}}) of {{ site.name }}.', ["See the map of ."]),
        ("## Fees {#fees .x}\n\nNine.{: .y}", ["Fees", "Nine."]),
        ("[[Map|the map]], [[Quay]] ![[a.png]] ==kept== %%gone%%", ["the map, Quay kept"]),
        ("{++new++} {>>why?<<} {==old==}", ["new old"]),
        ("{% highlight py %}\na  = 1\n{% endhighlight %}", ["a  = 1"]),
        ("A.\n\n{% comment %}\nB.\n{% endcomment %}\n\nC.", ["A.", "C."]),
        ("[TOC]\n\nA.\n\n[x]: https://x.example\n[//]: # (why)\n*[AB]: a b\n", ["A."]),
        ("import A from './a';\nimport {\n  B,\n} from './b';\nexport const c = {\n  d: 1,\n};\n\nA.", ["A."]),
        ('<Tabs v={[{a: 1}]}>\n<Tab label="Sea">\n\nSail. {/* no */}\n\n</Tab>\n</Tabs>', ["Sea", "Sail."]),
        ("`{{ x }}` and `` <Tab> ` `` stay", ["{{ x }} and <Tab> ` stay"]),
        ("```\nimport a\n{{< x >}}\n<!-- y -->\n```", ["import a\n{{< x >}}\n<!-- y -->"]),
        ("a__init__ and __init__ are 5*3 and 2*4", ["a__init__ and __init__ are 5*3 and 2*4"]),
        ("- a\n- b\nThen:\n1) c", ["a", "b", "Then:", "c"]),
        (
            "<https://x.example> or https://y.example [z](https://z.example)",
            ["https://x.example or https://y.example z"],
        ),
    ],
)
def test_what_tools_add_is_out_and_its_words_are_in(text: str, shown: list[str]) -> None:
    assert texts(text) == shown


def test_html_is_read_as_what_is_shown() -> None:
    text = (
        "A <!-- not\n\nshown --> line.\n\n<details>\n<summary>Why?</summary>\n\nSo.\n\n</details>\n\n"
        "<ul><li>One<ol start='3'><li>Inner</li></ol></li></ul>\n\n"
        "<p>It is <del>old</del> <b>new</b>, 5 m<sup>2</sup>.<br>Yes</p>\n\n"
        "<div style='display: none'>\n\nHidden.\n\n</div>\n\n<p hidden>Hidden.</p>\n\n"
        "<pre>a\n  b</pre>\n\n<h3>Head</h3>\n"
    )
    assert read_markdown(text) == [
        Piece("paragraph", "A line."),
        Piece("paragraph", "Why?"),
        Piece("paragraph", "So."),
        Piece("item", "One", 1, "• "),
        Piece("item", "Inner", 2, "3. "),
        Piece("paragraph", "It is new, 5 m². Yes"),
        Piece("code", "a\n  b"),
        Piece("heading", "Head", 3),
    ]


def test_a_table_of_html_has_its_heads_and_spans() -> None:
    table = (
        "<table>\n<tr><th rowspan=2>Boat</th><th colspan=2>Fee</th></tr>\n\n<tr><th>day</th><th>week</th></tr>\n\n"
        "<tr><td rowspan=2>Raft</td><td>8</td><td>40</td></tr>\n<tr><td colspan=2>none in May</td></tr>\n</table>"
    )
    assert texts(table) == [
        "Boat | Fee › day | Fee › week",
        "Boat: Raft | Fee › day: 8 | Fee › week: 40",
        "Boat: Raft | Fee › day: none in May | Fee › week: none in May",
    ]


def test_a_table_that_only_sets_out_a_page_is_read_as_blocks() -> None:
    assert texts("<table><tr><td><p>One.</p><p>Two.</p></td><td><ul><li>a</li></ul></td></tr></table>") == [
        "One.",
        "Two.",
        "a",
    ]
    assert texts("<table><tr><td><p>One.</p><p>Two.</p></td><td>Three.</td></tr></table>") == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    "table",
    [
        "Boat | Fee\n:--- | ---:\nRaft | 8 \\| 9",
        "| Boat | Fee |\n|---|:-:|\n| Raft | 8 \\| 9 |",
        "+------+-------+\n| Boat | Fee   |\n+======+=======+\n| Raft | 8 / 9 |\n+------+-------+",
    ],
)
def test_tables_of_every_form_have_heads(table: str) -> None:
    assert [text.replace("/", "|") for text in texts(table)] == ["Boat | Fee", "Boat: Raft | Fee: 8 | 9"]


def test_a_list_of_contents_is_left_out_and_told() -> None:
    text = "## Contents\n\n- [Fees](#fees)\n  - [Dues](#dues)\n\n## Fees\n\n- [Nine](#nine) crowns\n- [Ten](#ten)\n"
    assert texts(text) == ["Fees", "Nine crowns", "Ten"]
    assert dropped(text) == ["Contents", "Fees", "Dues"]


def test_a_comment_that_does_not_end_is_told() -> None:
    assert (texts("A.\n\n<!-- B.\n\nC."), dropped("A.\n\n<!-- B.\n\nC.")) == (
        ["A."],
        ["comment that does not end: <!-- B. C."],
    )


BITS = st.sampled_from(
    (
        *(
            "# a\n",
            "- b\n",
            "  - [ ] c\n",
            "> d\n",
            "```\n",
            "~~e~~",
            "<sup>2</sup>",
            "<table><tr><td>",
            "</table>",
            "|a|b|\n|-|-|\n",
        ),
        *(
            "[^1]",
            "[^1]: f\n",
            "^[g]",
            "$h^2$",
            "$$\n",
            "!!! i\n    j\n",
            ":::k\n",
            "> [!l]\n",
            "{{< m >}}",
            "<N o={p}>",
            "---\n",
        ),
        *(
            "+++\n",
            "q\n: r\n",
            "<!--",
            "-->",
            "\n",
            "    ",
            "\\",
            "`",
            "[s](#t)",
            "import {\n",
            "<div hidden>\n",
            "</div>\n",
            "+-\n",
        ),
    )
)


@given(st.text(max_size=80) | st.lists(BITS | st.text(max_size=5), max_size=25).map("".join))
@settings(deadline=None, max_examples=200)
def test_any_text_can_be_read(text: str) -> None:
    pieces, left_out, _ = markdown.read_markdown(text)
    assert all(piece.text.strip() for piece in pieces)
    assert all("\n" not in piece.text for piece in pieces if piece.kind != "code")
    assert all(isinstance(line, str) for line in left_out)


@pytest.mark.parametrize(
    "bit", ["<", "`", "<!--", " ", "a", "[", "![", "*", "_", "~", "$", "{{<", "<A {", "> ", "<a ", "\n"]
)
def test_time_grows_with_the_text(bit: str) -> None:
    assert _seconds(bit * (200_000 // len(bit))) < 30 * max(_seconds(bit * (20_000 // len(bit))), 0.02)


def _seconds(text: str) -> float:
    start = time.process_time()
    read_markdown(text)
    return time.process_time() - start


@pytest.mark.parametrize("marks", [("(a)", "(b)"), ("a)", "b)"), ("1)", "2)"), ("(i)", "(ii)"), ("•", "•")])
def test_lines_with_marks_of_their_own_are_items(marks: tuple[str, str]) -> None:
    text = f"The fund does not pay for\n{marks[0]} rust that\nspreads\n{marks[1]} **frost**\n"
    assert [(p.kind, p.text) for p in read_markdown(text)] == [
        ("paragraph", "The fund does not pay for"),
        ("item", "rust that spreads"),
        ("item", "frost"),
    ]


def test_marks_that_do_not_follow_on_each_other_are_words() -> None:
    assert texts("We pay (see b) and\nc) or so.\nd) No.\n") == ["We pay (see b) and c) or so. d) No."]


def test_what_a_style_strikes_out_is_left_out() -> None:
    assert texts('It costs <span style="text-decoration: line-through">7</span> 9 crowns.') == ["It costs 9 crowns."]
