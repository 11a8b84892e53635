"""The bytes of a page, saved in any encoding, as XHTML or as MHTML, as a tree of elements."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from html.entities import html5
from itertools import dropwhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4096  # the bytes in which a page declares its encoding
_SAVED = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related\b", re.IGNORECASE)
_DECLARED = re.compile(rb"<(?:\?xml\b[^>]*?\bencoding|meta\b[^>]*?\bcharset)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What browsers take these names for.
_TAKEN_FOR = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_TEXTUAL = re.compile(r"utf-?8|cp\d+|iso8859-\d+|koi8-\w|mac-\w+|shift_jis|euc_\w+|gb\w+|big5\w*|iso2022_jp\w*|kz1048")
_DETECTED_NAMES = """
cp1250 cp1251 koi8_r cp932 euc_jp gb18030 big5 cp949 cp1253 cp1255 cp1256 iso8859_2 cp1254 cp1252
"""
# The letters and signs beyond ASCII of languages that are written in Windows-1252.
_CHARACTERS = set("€‚„…‰‹‘’“”•–—™› ¡£§©«®°±²³´·»¼½¾¿×÷µ¢")
_WESTERN = [
    set(letters + letters.upper()) | _CHARACTERS
    for letters in ("éèïëçñôöüâ", "àâæçéèêëîïôœùûüÿ", "äöüßéàè", "áéíóúüñç", "àáâãçéêíóôõúü", "àèéìíòóùú", "åäöæøéèü")
]
_KANA = re.compile(r"[\u3041-\u30ff]")
_KANA_SHARE = 12  # bytes, of which two are a sign
_TAG = re.compile(rb"<(script|style)\b(?:(?!<(?:script|style)\b).)*?</\1|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_XHTML = re.compile(r"\s*(?:<\?xml\b|(?:<!DOCTYPE[^>]*>\s*)?<html\b[^>]*xmlns=[\"']http://www\.w3\.org/1999/xhtml)")
_ENTITY = re.compile(r"&(\w+;)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*+)[^<>]*>")
# Deeper than the first no page that was written for readers is; of one that is, the second is kept.
_DEEPEST, _KEPT = 300, 100
# What need not be closed does not make a page deep.
_UNCLOSED_NAMES = """
area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot
option optgroup rt rp html head body colgroup
"""
_UNCLOSED = frozenset(_UNCLOSED_NAMES.split())
_OF_HEAD = frozenset(("title", "meta", "link", "base", "script", "style", "noscript", "template"))

# The parser ends these where a paragraph begins in them, as browsers do not.
_STRUCK = re.compile(r"<(/?)(?:s|strike)(?=[\s>/])", re.IGNORECASE)


def page_tree(data: bytes) -> _Element:
    """The root of a page, `html`, with plain names of elements and without comments.

    Raises ValueError where there is no page.
    """
    declared = None
    if _SAVED.match(data[:_HEAD]):
        data, declared = _saved_page(data)
    text = _decoded(data, declared).replace("\0", "")
    root = _xml_tree(text) if _XHTML.match(text) else None
    if root is None:
        root = _html_tree(text)
    if root is None:
        raise ValueError("holds no text that could be found; save its article as text")
    return root


def _saved_page(data: bytes) -> tuple[bytes, str | None]:
    """The page of a web archive (MHTML), and the encoding that its envelope declares."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            charset = part.get_param("charset")
            return content if isinstance(content, bytes) else b"", charset if isinstance(charset, str) else None
    raise ValueError("is a saved page (MHTML) that holds no HTML; save it anew")


def _decoded(data: bytes, declared: str | None) -> str:
    """The text of a page: as it declares, else as UTF-8, else in the encoding that its bytes look like."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if encoding_of_nuls := _encoding_of_nuls(data[:_HEAD]):
        return data.decode(encoding_of_nuls, "replace")
    found = _DECLARED.search(_COMMENT.sub(b"", data[:_HEAD]))
    for name in (declared, found[1].decode() if found else None, "utf-8"):
        try:
            return data.decode(_codec(name))
        except (LookupError, UnicodeDecodeError):
            continue
    loose = data.decode("utf-8", "replace")
    faults = loose.count("\ufffd")
    if sum(not character.isascii() for character in loose) > 3 * faults:
        return loose  # UTF-8 with some bytes of it lost
    return data.decode(_detected(data), "replace")


def _codec(name: str | None) -> str:
    """Python's name for what a page calls its encoding; LookupError where it is none of text."""
    codec = codecs.lookup(name or "").name
    if codec.startswith(("utf-16", "utf-32")):
        return "utf-8"  # a declaration that could be read is not in UTF-16
    if not _TEXTUAL.fullmatch(codec):
        raise LookupError(name)
    return _TAKEN_FOR.get(codec, codec)


def _encoding_of_nuls(head: bytes) -> str | None:
    """UTF-16 without a mark of its byte order: every other byte of its tags is nought."""
    for encoding, nuls, tag in (("utf-16-le", head[1::2], b"<\0"), ("utf-16-be", head[::2], b"\0<")):
        if tag in head and nuls.count(0) > 0.7 * len(nuls):
            return encoding
    return None


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    words = b"\n".join(line for line in _TAG.sub(b" ", data).splitlines() if not line.isascii())[:100_000]
    foreign = {character for character in words.decode("cp1252", "replace") if not character.isascii()}
    if any(foreign <= letters for letters in _WESTERN):  # a few such letters are too few to detect by
        return "cp1252"
    for encoding in ("cp932", "euc_jp"):  # which are taken for rare signs of Korean and Chinese
        if len(_KANA.findall(words.decode(encoding, "replace"))) > len(words) / _KANA_SHARE:
            return encoding
    best = from_bytes(words, cp_isolation=_DETECTED_NAMES.split()).best()
    return best.encoding if best else "cp1252"


def _xml_tree(text: str) -> _Element | None:
    """The tree of well-formed XHTML; None where it is not well-formed, as browsers then take it for HTML."""
    from lxml import etree

    named = _ENTITY.sub(lambda found: found[0] if found[1] in _XML_ENTITIES else html5.get(found[1], found[0]), text)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(named.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2].lower()
    return root if root.tag == "html" else None


def _html_tree(text: str) -> _Element | None:
    from lxml import etree

    def parsed(text: str) -> tuple[_Element | None, bool]:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(text.encode(), parser)
        except etree.XMLSyntaxError:
            return None, False
        return root, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)

    text = _STRUCK.sub(r"<\1del", text)
    root, is_too_deep = parsed(text)
    if is_too_deep or (root is not None and _depth(root) > _DEEPEST):
        root = parsed(_flattened(text))[0]
    if root is not None:
        _open_body(root)
    return root


def _depth(root: _Element) -> int:
    """How many elements stand within each other."""
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _open_body(page: _Element) -> None:
    """Let the body begin where it does in HTML 5, whose elements the parser leaves in the head of a page without it."""
    from lxml import etree

    head, body = page.find("head"), page.find("body")
    astray = list(dropwhile(lambda child: child.tag in _OF_HEAD, head if head is not None else ()))
    if not astray:
        return
    if body is None:
        body = etree.SubElement(page, "body")
    astray[-1].tail = (astray[-1].tail or "") + (body.text or "")
    body.text = None
    body[:0] = astray


def _flattened(text: str) -> str:
    """A page without the tags of elements that stand too deep, of which the parser would leave out what they hold."""
    opened: list[str] = []
    counts: dict[str, int] = {}

    def kept(found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _UNCLOSED or found[0].endswith("/>"):
            return found[0] if len(opened) <= _KEPT else " "
        if not found[1]:
            opened.append(name)
            counts[name] = counts.get(name, 0) + 1
            return found[0] if len(opened) <= _KEPT else " "
        if not counts.get(name):
            return " "
        is_kept = False
        while counts[name]:
            is_kept = len(opened) <= _KEPT
            closed = opened.pop()
            counts[closed] -= 1
            if closed == name:
                break
        return found[0] if is_kept else " "

    return _ANY_TAG.sub(kept, text)
