"""Equations of Word, as text on one line."""

from __future__ import annotations

import pytest
from wordfile import p, run, texts


def r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def e(text: str) -> str:
    return f"<m:e>{r(text)}</m:e>"


NO_BAR = '<m:type m:val="noBar"/>'
SUM = '<m:naryPr><m:chr m:val="∑"/></m:naryPr>'
HALF_OPEN = '<m:dPr><m:begChr m:val="["/><m:sepChr m:val=", "/><m:endChr m:val=""/></m:dPr>'
LIMIT = f"<m:limLow>{e('lim')}<m:lim>{r('n→0')}</m:lim></m:limLow>"


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        (f"<m:sSup>{e('x')}<m:sup>{r('2')}</m:sup></m:sSup>", "x²"),
        (f"<m:sSup>{e('a+b')}<m:sup>{r('n+1')}</m:sup></m:sSup>", "(a+b)ⁿ⁺¹"),
        (f"<m:sSup>{e('e')}<m:sup>{r('kt')}</m:sup></m:sSup>", "e^kt"),
        (f"<m:sSup>{e('e')}<m:sup>{r('-kt')}</m:sup></m:sSup>", "e^(-kt)"),
        (f"<m:sSub>{e('v')}<m:sub>{r('0')}</m:sub></m:sSub>", "v₀"),
        (f"<m:sSub>{e('v')}<m:sub>{r('max')}</m:sub></m:sSub>", "v_max"),
        (f"<m:sSubSup>{e('v')}<m:sub>{r('0')}</m:sub><m:sup>{r('2')}</m:sup></m:sSubSup>", "v₀²"),
        (f"<m:f><m:num>{r('a')}</m:num><m:den>{r('a+b')}</m:den></m:f>", "a/(a+b)"),
        (f"<m:f><m:num>{r('1.5')}</m:num><m:den>{r('2')}</m:den></m:f>", "1.5/2"),
        (f"<m:f><m:fPr>{NO_BAR}</m:fPr><m:num>{r('n')}</m:num><m:den>{r('k')}</m:den></m:f>", "(n over k)"),
        (f"<m:rad><m:deg/>{e('x')}</m:rad>", "√(x)"),
        (f"<m:rad><m:deg>{r('3')}</m:deg>{e('x+1')}</m:rad>", "∛(x+1)"),
        (f"<m:nary>{SUM}<m:sub>{r('i=1')}</m:sub><m:sup>{r('n')}</m:sup>{e('i')}</m:nary>", "∑ᵢ₌₁ⁿ i"),
        (f"<m:nary><m:sub/><m:sup/>{e('f dx')}</m:nary>", "∫ f dx"),
        (f"<m:d>{e('a')}{e('b')}</m:d>", "(a|b)"),
        (f"<m:d>{HALF_OPEN}{e('a')}{e('b')}</m:d>", "[a, b"),
        (f"<m:func><m:fName>{r('sin')}</m:fName>{e('x')}</m:func>", "sin x"),
        (f"<m:func><m:fName>{LIMIT}</m:fName>{e('x')}</m:func>", "lim_(n→0) x"),
        (f'<m:acc><m:accPr><m:chr m:val="̄"/></m:accPr>{e("x")}</m:acc>', "x̄"),
        (f"<m:m><m:mr>{e('1')}{e('0')}</m:mr><m:mr>{e('0')}{e('1')}</m:mr></m:m>", "[1, 0; 0, 1]"),
        (f"<m:eqArr>{e('x=1')}{e('y=2')}</m:eqArr>", "x=1; y=2"),
        (r("𝑎𝐵") + f"<w:del>{r('gone')}</w:del><w:ins>{r('+1')}</w:ins>", "aB+1"),
        ("<m:r><m:rPr><m:sty/></m:rPr><w:rPr/><m:t>a &lt; b</m:t></m:r>", "a < b"),
    ],
)  # fmt: skip
def test_an_equation_is_written_as_it_would_be_typed(equation: str, text: str) -> None:
    assert texts(p(f"{run('So ')}<m:oMath>{equation}</m:oMath>{run(' holds.')}")) == [f"So {text} holds."]


def test_equations_of_their_own_are_a_paragraph() -> None:
    both = f"<m:oMathPara><m:oMath>{r('x=1')}</m:oMath><m:oMath>{r('y=2')}</m:oMath></m:oMathPara>"
    assert texts(p(both)) == ["x=1; y=2"]
