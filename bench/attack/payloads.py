"""Sixty texts that would be run, or loaded, by a page that takes them for its own; and orders to a terminal.

Each calls `hit`, which the page that is attacked is given, opens a dialog, or loads something.
"""

from __future__ import annotations

_ELSEWHERE = "http://127.0.0.2:9/x"

PAYLOADS = (
    # Scripts.
    "<script>hit()</script>",
    "</script><script>hit()</script>",
    "<SCRIPT>hit()</SCRIPT>",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    "<script src=data:text/javascript,hit()></script>",
    f"<script src={_ELSEWHERE}></script>",
    "<script type=module>hit()</script>",
    "<!--><script>hit()</script>-->",
    "<![CDATA[><script>hit()</script>]]>",
    "</title><script>hit()</script>",
    "</textarea><script>hit()</script>",
    "</style><script>hit()</script>",
    "'\"><script>hit()</script>",
    "<noscript><p title='</noscript><script>hit()</script>'>",
    # Event handlers.
    "<img src=x onerror=hit()>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=hit()>',
    "' onmouseover='hit()' autofocus onfocus='hit()' x='",
    '" onfocus="hit()" autofocus tabindex="0" x="',
    "<body onload=hit()>",
    "<input autofocus onfocus=hit()>",
    "<details open ontoggle=hit()>",
    "<video><source onerror=hit()></video>",
    "<audio src=x onerror=hit()>",
    "<marquee onstart=hit()>",
    "<select autofocus onfocus=hit()>",
    "<style onload=hit()></style>",
    "<p onanimationstart=hit() style=animation:x>",
    "<img/src=x/onerror=hit()>",
    "<img src=x onerror\n=\nhit()>",
    # Addresses.
    "<a href=javascript:hit()>press</a>",
    "[press](javascript:hit())",
    "<iframe src=javascript:parent.hit()></iframe>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<iframe src='data:text/html,<script>parent.hit()</script>'></iframe>",
    "<object data='data:text/html,<script>parent.hit()</script>'></object>",
    "<embed src=javascript:hit()>",
    "<form action=javascript:hit()><button>press</button></form>",
    "<a href=' java\tscript:hit()'>press</a>",
    "<a href='&#106;avascript:hit()'>press</a>",
    f"<meta http-equiv=refresh content='0;url={_ELSEWHERE}'>",
    "<base href=javascript:/>",
    f"<link rel=stylesheet href={_ELSEWHERE}>",
    f"![picture]({_ELSEWHERE})",
    f"<img src={_ELSEWHERE}>",
    # SVG and MathML.
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<svg><animate onbegin=hit() attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:hit()><text y=20>press</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=hit()>#x'></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<math href=javascript:hit()>press</math>",
    "<svg></p><style><a id='</style><img src=x onerror=hit()>'>",
    # Entities and other spellings.
    "&lt;img src=x onerror=hit()&gt;",
    "&#60;script&#62;hit()&#60;/script&#62;",
    "\\u003cscript\\u003ehit()\\u003c/script\\u003e",
    "+ADw-script+AD4-hit()+ADw-/script+AD4-",
    # Templates and style.
    "${hit()} #{hit()} {{hit()}} {{constructor.constructor('hit()')()}} <%= hit() %>",
    f"<style>@import '{_ELSEWHERE}';</style>",
    f"<p style=\"background:url('{_ELSEWHERE}')\">",
)

# By which a terminal is cleared, named, told to type or to link; then letters are turned about, and signs nobody sees.
ORDERS = (
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]8;;http://127.0.0.2:9\x1b\\press\x1b]8;;\x1b\\",
    "\x1b]52;c;aGl0\x07",
    "\x1bP$q\x1b\\",
    "\x1b[6n",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\x08\x08\x08",
    "\rhidden",
    "\x00",
    "\x7f",
    "\u202e",
    "\u202a\u202c",
    "\u2066\u2069",
    "\u061c",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u180e",
    "\u2028",
    "\U000e0041",
)
