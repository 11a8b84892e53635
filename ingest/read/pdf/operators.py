"""The operators of a page of a PDF, with those that decide what is seen of it, which pdfminer passes over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pdfminer.pdfinterp import PDFContentParser, PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt

from ingest.read.pdf.device import Box, Drawing, TooMuch, around, common, name_of
from ingest.read.pdf.streams import unpack

# What is looked at of one page; more than that no page that is read needs.
_MOST_OPERANDS = 1_500_000
# The parser puts together what goes on beyond a part that it reads, at a cost that grows with the square of the parts.
PDFContentParser.BUFSIZ = 2**20


class Operators(PDFPageInterpreter):
    """The operators of a page, with those that decide what is seen of it."""

    device: Drawing

    def __init__(self, manager: Any, device: Drawing) -> None:
        """Draw on `device`."""
        super().__init__(manager, device)
        self._saved: list[tuple[float, Box | None]] = []
        self.operands = 0

    def push(self, obj: Any) -> None:
        self.operands += 1
        if self.operands > _MOST_OPERANDS:
            raise TooMuch
        super().push(obj)

    def execute(self, streams: Sequence[object]) -> None:
        found = [resolve1(stream) for stream in streams]
        for stream in found:
            if isinstance(stream, PDFStream):
                unpack(stream)
        super().execute(found)

    def do_q(self) -> None:
        self._saved.append((self.device.alpha, self.device.clip))
        super().do_q()

    def do_Q(self) -> None:
        if self._saved:
            self.device.alpha, self.device.clip = self._saved.pop()
        super().do_Q()

    def do_W(self) -> None:
        try:
            points = [apply_matrix_pt(self.ctm, step[-2:]) for step in self.curpath if step[0] != "h"]  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return
        box = around(points) if points else (0.0, 0.0, 0.0, 0.0)
        self.device.clip = box if self.device.clip is None else common(box, self.device.clip)

    do_W_a = do_W

    def do_gs(self, name: Any) -> None:
        states = resolve1((self.resources or {}).get("ExtGState"))
        state = resolve1(states.get(getattr(name, "name", None))) if isinstance(states, dict) else None
        if isinstance(state, dict):
            alpha, blend = resolve1(state.get("ca")), name_of(state.get("BM"))
            self.device.alpha = float(alpha) if isinstance(alpha, (int, float)) else self.device.alpha
            if blend not in ("", "Normal", "Compatible"):
                self.device.alpha = min(self.device.alpha, 0.5)

    def do_sh(self, name: object) -> None:
        self.device.shade()

    def do_BDC(self, tag: Any, props: Any) -> None:
        listed = resolve1((self.resources or {}).get("Properties"))
        if isinstance(props, PSLiteral):
            props = listed.get(props.name) if isinstance(listed, dict) else None
        if isinstance(tag, PSLiteral):
            self.device.begin_tag(tag, props)

    def do_Do(self, xobjid_arg: Any) -> None:
        form = resolve1(self.xobjmap.get(getattr(xobjid_arg, "name", None)))
        layer = form.get("OC") if isinstance(form, PDFStream) else None
        if isinstance(layer, PDFObjRef) and self.device.is_off(layer):
            return
        saved = self.device.alpha, self.device.clip
        super().do_Do(xobjid_arg)
        self.device.alpha, self.device.clip = saved

    def subinterp(self) -> Operators:
        inner = super().subinterp()
        assert isinstance(inner, Operators)
        inner.operands = self.operands
        return inner


def layers_off(catalog: dict[str, Any]) -> frozenset[int]:
    """The numbers of the layers of a document that are not shown when it is opened."""
    layers = resolve1(catalog.get("OCProperties"))
    state = resolve1(layers.get("D")) if isinstance(layers, dict) else None
    if not isinstance(state, dict):
        return frozenset()
    off = {ref.objid for ref in list_value(state.get("OFF", [])) if isinstance(ref, PDFObjRef)}
    if name_of(state.get("BaseState")) == "OFF":
        every = {ref.objid for ref in list_value(dict_value(layers).get("OCGs", [])) if isinstance(ref, PDFObjRef)}
        off |= every - {ref.objid for ref in list_value(state.get("ON", [])) if isinstance(ref, PDFObjRef)}
    return frozenset(off)
