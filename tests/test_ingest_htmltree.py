"""The bytes of a page in the encodings and wrappings in which pages are saved."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.html.tree import page_tree


def text(data: bytes) -> str:
    return " ".join("".join(page_tree(data).itertext()).split())


def declared(words: str, name: str, encoding: str) -> bytes:
    return f"<html><head><meta charset='{name}'></head><body><p>{words}</p></body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("words", "name", "encoding"),
    [
        ("Die Öffnungszeiten – täglich", "windows-1252", "cp1252"),
        ("Die “Tür” steht offen", "iso-8859-1", "cp1252"),  # browsers take the one for the other
        ("Źródło jest za łąką", "ISO-8859-2", "iso8859-2"),
        ("Источник за лугом", "koi8-r", "koi8-r"),
        ("井戸は牧場の裏です", "Shift_JIS", "cp932"),
        ("井戸は牧場の裏です", "euc-jp", "euc_jp"),
        ("水井在草地后面", "gb2312", "gb18030"),
        ("Пример", "windows-1251", "cp1251"),
        ("Ein Maß", "utf-8", "utf-8"),
    ],
)
def test_a_page_is_read_as_it_declares(words: str, name: str, encoding: str) -> None:
    assert text(declared(words, name, encoding)) == words
    equiv = f"<meta http-equiv=Content-Type content='text/html; charset={name}'><p>{words}".encode(encoding)
    assert text(equiv) == words
    assert text(f'<?xml version="1.0" encoding="{name}"?><html><p>{words}</p></html>'.encode(encoding)) == words


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("The crêpe costs £3 – a “bargain”", "cp1252"),
        ("Fußgänger müssen über die Brücke gehen", "cp1252"),
        ("La forêt est fermée aux élèves à midi", "cp1252"),
        ("Источник за лугом, колодец у дороги, калитка открыта до шести часов", "koi8-r"),
        ("Источник за лугом, колодец у дороги, калитка открыта до шести часов", "cp1251"),
        ("井戸は牧場の裏にあり、門は六時に閉まります。", "cp932"),
        ("Woda ze źródła płynie przez łąkę do młyna, a ścieżka biegnie wzdłuż brzegu", "cp1250"),
        ("Ein Maß – “two”", "utf-8"),
    ],
)
def test_a_page_that_declares_nothing_is_read_as_it_looks(words: str, encoding: str) -> None:
    english = "The well behind the meadow is open to all from spring to autumn. "
    assert text(f"<p>{english}</p><p>{words}</p>".encode(encoding)).endswith(words)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_what_the_bytes_are_outweighs_what_they_declare(encoding: str) -> None:
    assert text(declared("Café ‰", "iso-8859-2", encoding)) == "Café ‰"
    assert text(declared("Café ‰", "utf-16", "utf-8")) == "Café ‰"


def test_a_wrong_declaration_is_seen_through() -> None:
    assert text(declared("Ein Maß Öl für Köche", "utf-8", "cp1252")) == "Ein Maß Öl für Köche"
    broken = declared("Ein Maß Öl für alle Köche der Küche", "utf-8", "utf-8").replace("ü".encode(), b"\xc3", 1)
    assert "Maß Öl f\ufffdr alle Köche" in text(broken)


@pytest.mark.parametrize("name", ["rot13", "hex", "unicode_escape", "idna", "x-no-such", "utf-7", "undefined", ""])
def test_a_declaration_that_names_no_encoding_is_none(name: str) -> None:
    assert text(declared("Café", name, "utf-8")) == "Café"


def test_a_declaration_in_a_comment_is_none() -> None:
    assert text(b"<!-- <meta charset=koi8-r> --><p>Caf\xc3\xa9") == "Café"


def test_xhtml_is_read_by_its_own_rules() -> None:
    page = (
        "<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><head><title/>"
        "<script src='x'/></head><body><div id='a'/><p>Bees&nbsp;&amp; wasps</p></body></html>"
    )
    root = page_tree(page.encode())
    assert [element.tag for element in root.find("body")] == ["div", "p"]
    assert text(page.encode()) == "Bees & wasps"
    assert text(page.replace("</p>", "").replace("<script src='x'/>", "").encode()) == "Bees & wasps"


def test_entities_of_a_page_are_not_opened() -> None:
    bomb = "<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    page = f"<?xml version='1.0'?>{bomb}<html xmlns='http://www.w3.org/1999/xhtml'><body>x&a;&b;</body></html>"
    assert "root:" not in text(page.encode())


@pytest.mark.parametrize("how", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8"])
def test_a_saved_page_is_read(how: str, charset: str) -> None:
    page = declared("Café with a line that is long enough to be wrapped by the one who saves it", "utf-8", "utf-8")
    body = {"quoted-printable": quopri.encodestring(page), "base64": base64.encodebytes(page), "8bit": page}[how]
    head = (
        "From: <Saved by Blink>\r\nSubject: A\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n'
        f"----b\r\nContent-Type: text/html{charset}\r\nContent-Transfer-Encoding: {how}\r\n\r\n"
    )
    tail = "\r\n----b\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n----b--\r\n"
    assert text(head.encode() + body + tail.encode()).startswith("Café with a line that is long enough")


def test_a_saved_page_without_a_page_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no HTML"):
        page_tree(b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n\nx\n--b--\n')


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table", "ul", "x-y"])
def test_no_page_is_too_deep(tag: str) -> None:
    page = f"<{tag}>" * 10_000 + "<p>below</p>" + f"</{tag}>" * 10_000 + "<p>after</p>"
    words = text(page.encode())
    assert "below" in words and "after" in words


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_bytes_are_a_page_or_none(data: bytes) -> None:
    try:
        assert isinstance("".join(page_tree(data).itertext()), str)
    except ValueError as error:
        assert "holds no" in str(error)


def test_a_body_without_its_tag_begins_with_the_first_element_that_is_none_of_the_head() -> None:
    page = b"<!DOCTYPE html><meta charset=utf-8><title>T</title><main><h1>Tides</h1><p>It rises.</p></main>It falls."
    root = page_tree(page)
    assert [child.tag for child in root.find("head")] == ["meta", "title"]
    assert "".join(root.find("body").itertext()) == "TidesIt rises.It falls."


@pytest.mark.parametrize("tags", ["<table><tr><td>", "<ul><li>", "<div>", "<span><div>", "<dl><dd>"])
def test_what_is_nested_without_end_keeps_its_words_and_not_its_depth(tags: str) -> None:
    root = page_tree(f"{tags * 2_000}Alphamab slows growth.".encode())
    assert "Alphamab slows growth." in "".join(root.itertext())
    assert max(sum(1 for _ in element.iterancestors()) for element in root.iter()) < 400
