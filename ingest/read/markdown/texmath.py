"""Simple formulas of TeX as text: "10^{-3}" is 10⁻³."""

from __future__ import annotations

import re

from ingest.read.figures import lowered, raised

_SIGNS = {
    **{"times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "*", "circ": "°", "degree": "°"},
    **{"le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠"},
    **{
        "approx": "≈",
        "sim": "∼",
        "simeq": "≃",
        "equiv": "≡",
        "propto": "∝",
        "ll": "≪",
        "gg": "≫",
        "lt": "<",
        "gt": ">",
    },
    **{"to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←", "leftrightarrow": "↔", "mapsto": "↦"},
    **{"in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "emptyset": "∅", "forall": "∀", "exists": "∃"},
    **{"sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞", "ldots": "…", "dots": "…"},
    **{"cdots": "⋯", "prime": "′", "angle": "∠", "ohm": "Ω", "mu": "μ", "micro": "µ", "celsius": "°C", "percent": "%"},
    **{
        "alpha": "α",
        "beta": "β",
        "gamma": "γ",
        "delta": "δ",
        "epsilon": "ε",
        "varepsilon": "ε",
        "zeta": "ζ",
        "eta": "η",
    },
    **{
        "theta": "θ",
        "kappa": "κ",
        "lambda": "λ",
        "nu": "ν",
        "xi": "ξ",
        "pi": "π",
        "rho": "ρ",
        "sigma": "σ",
        "tau": "τ",
    },
    **{"phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ"},
    **{
        "Lambda": "Λ",
        "Pi": "Π",
        "Sigma": "Σ",
        "Phi": "Φ",
        "Psi": "Ψ",
        "Omega": "Ω",
        "land": "∧",
        "lor": "∨",
        "neg": "¬",
    },
    **{name: name for name in ("log", "ln", "exp", "sin", "cos", "tan", "min", "max", "lim")},
    **{name: "" for name in ("left", "right", "big", "Big", "displaystyle", "limits", "nonumber")},
    **{"quad": " ", "qquad": " "},
}
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathsf|operatorname|mbox|textbf|textit|rm|unit)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|(\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SPACE = re.compile(r"\\[,;:! ]|~")
_UNREAD = re.compile(r"[\\{}&]")


def math_text(tex: str) -> str:
    """A formula as text where all of it has a form in Unicode; else as it is written."""
    text = _SPACE.sub(" ", tex.replace(r"^\circ", "°").replace(r"^{\circ}", "°"))
    text = _WRAPPED.sub(r"\1", text)
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[1], found[0]), text)
    text = _ROOT.sub(lambda found: f"√{_grouped(found[1])}", text)
    text = _SCRIPT.sub(_script, text)
    text = _FRACTION.sub(lambda found: f"{_grouped(found[1])}/{_grouped(found[2])}", text)
    text = text.replace(r"\%", "%").replace(r"\$", "$").replace("{,}", ",")
    return " ".join((tex if _UNREAD.search(text) else text).split())


def _script(found: re.Match[str]) -> str:
    inner = (found[2] if found[2] is not None else found[3]).strip()
    form = raised(inner) if found[1] == "^" else lowered(inner)
    return form if form != inner and form[0] not in "^_" else f"{found[1]}{_grouped(inner)}"


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"[\w.,]*", text.strip()) else f"({text.strip()})"
