"""Leaflets of each kind that is text, with as much of what the kind has as they can hold."""

from __future__ import annotations

SAID = "Verdolin is sprayed every 3 weeks. It keeps slugs away [1], though not from the marrows (2,3)."
MORE = "Never mix it with hot water. The dose is 0.5-2.5 mg a plant, e.g. on the leaves."
REFERENCES = ("Roe J. On verdolin. J Sheds. 2019 Dec;4(2):1-9.", "Harrow K. Of slugs. J Sheds. 2020;5:10-19.")

MARKDOWN = f"""---
title: Feeding
date: 2024-05-03
tags: [a, b]
author: {{name: A. Roe}}
---

# Feeding {{#top}}

{SAID} See [the club](https://example.org "Club") and ![a leaf](leaf.png).[^1] <span hidden>unseen</span>

> [!NOTE]
> {MORE}

## What to do

- [x] mix *verdolin* with **cold** water
  - slowly, $a^2 + b_{{1}} \\le \\frac{{c}}{{2}}$
- pour it `from the can`

1. one
2. two

| Plant | Dose | Week |
| :--- | ---: | --- |
| Marrow | 2 mg | 3 \\| 4 |
| Tomato | 5 mg | |

```sh
pour --slowly "the can"
```

Term
: What it means.

:::{{warning}} Beware
Wear gloves.
:::

{{{{< figure src="a.png" caption="The can" >}}}}

<details><summary>More</summary>

{MORE}

</details>

[^1]: Nobody checked this.

Last revised: May 3, 2024

## References

- {REFERENCES[0]}
- {REFERENCES[1]}
"""

TEXT = f"""FEEDING MARROWS

Last revised: May 3, 2024

1. What to do

{SAID}
{MORE} The slugs stay a-
way from it.

  * mix it with cold water
  * pour it from the can
      - slowly

Plant      Dose    Week
------     ----    ----
Marrow     2 mg    3
Tomato     5 mg    12

> It was said before.

References

1. {REFERENCES[0]}
2. {REFERENCES[1]}
\f
Page 2
"""

PAGE = f"""<!DOCTYPE html><html lang=en><head><meta charset="utf-8"><title>Feeding | The Club</title>
<meta name="author" content="A. Roe"><meta property="article:modified_time" content="2024-05-03T10:00:00Z">
<link rel="canonical" href="https://example.org/feeding">
<style>.x{{display:none}} p.y{{color:#fff;background:#fff}}</style>
<script type="application/ld+json">{{"@type":"Article","headline":"Feeding","dateModified":"2024-05-03"}}
</script></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Feeding</h1><p>{SAID}<sup><a href="#r1">1</a></sup></p>
<h2>What to do</h2><p class=x>Unseen.</p><p class=y>White.</p><ul><li>mix it<ul><li>slowly</ul><li>pour it</ul>
<ol start=3 type=a><li value=7>one<li>two</ol><dl><dt>Dose<dd>{MORE}</dl><pre><code>pour --slowly</code></pre>
<table><caption>Doses</caption><thead><tr><th rowspan=2>Plant<th colspan=2>Dose</thead><tr><td>mg<td>g
<tr><td>Marrow<td>2<td rowspan=0>0.002</table><details><summary>More</summary>{MORE}</details><blockquote>So it is.
</blockquote><math><mi>a</mi><mo>=</mo><mfrac><mi>b</mi><mn>2</mn></mfrac></math><figure><img alt="A leaf" src=a.png>
<figcaption>The leaf</figcaption></figure><p style="position:absolute;left:-9999px">Off.</p><br>&copy; &#8217; &nbsp;
<h3>References</h3><ol><li id=r1>{REFERENCES[0]}</ol></article></main><footer>Last revised: May 3, 2024</footer>"""

RESTRUCTURED = f"""=======
Feeding
=======

:Author: A. Roe
:Date: 2024-05-03

{SAID} [#n]_ :sub:`2` ``code`` *so* **it** is_.

.. _is: https://example.org
.. [#n] Nobody checked this.
.. |can| replace:: the can

What to do
----------

* mix it

  1. slowly
  #. from |can|

Term
   What it means.

.. note:: {MORE}

.. list-table:: Doses
   :header-rows: 1

   * - Plant
     - Dose
   * - Marrow
     - 2 mg

+--------+------+
| Plant  | Dose |
+========+======+
| Marrow | 2 mg |
+--------+------+

.. code-block:: sh

   pour --slowly

.. math:: a = \\frac{{b}}{{2}}

.. toctree::
   :maxdepth: 2

   other

:ref:`top` :doc:`other` .. deprecated:: 1.0
"""

ASCIIDOC = f"""= Feeding
A. Roe <a@example.org>
v1.0, 2024-05-03
:toc:
:can: the can
ifdef::can[]

{SAID} footnote:[Nobody checked this.] <<top,above>> https://example.org[the club] `code` *so* _it_ H~2~O

[[top]]
== What to do

* mix it
** slowly
. from {{can}}
Term:: What it means.

[NOTE]
====
{MORE}
====

[cols="1,2a",options="header"]
|===
|Plant |Dose
|Marrow 2+|2 mg
.2+|Tomato |5 mg
|===

[source,sh]
----
pour --slowly <1>
----
<1> Slowly.

endif::[]
image::leaf.png[A leaf]
// unseen
"""

LATEX = f"""\\documentclass[a4paper]{{article}}
\\newcommand{{\\can}}[1][the]{{#1 can}}
\\title{{Feeding}} \\author{{A. Roe \\and K. Harrow}} \\date{{May 3, 2024}}
\\begin{{document}}\\maketitle
\\begin{{abstract}}{MORE}\\end{{abstract}}
\\section{{What to do}}\\label{{top}}
{SAID}\\footnote{{Nobody checked this.}} \\cite{{roe}} $a^2 \\le \\frac{{b}}{{2}}$ % unseen
\\begin{{itemize}}\\item mix it \\begin{{enumerate}}\\item[a)] slowly\\end{{enumerate}}
\\item from \\can[a]\\end{{itemize}}
\\begin{{table}}\\caption{{Doses}}\\begin{{tabular}}{{l|*{{2}}{{c}}}}\\hline Plant & \\multicolumn{{2}}{{c}}{{Dose}}\\\\
Marrow & 2 & mg \\\\\\hline\\end{{tabular}}\\end{{table}}
\\begin{{verbatim}}pour --slowly\\end{{verbatim}} \\verb|a| \\textbf{{so}} \\'e \\"o --- ``it'' is~so
\\begin{{equation}}a = \\sqrt{{b}}\\end{{equation}} \\[c = d\\] \\ifx\\a\\b x\\fi
\\begin{{thebibliography}}{{9}}\\bibitem{{roe}} {REFERENCES[0]}\\end{{thebibliography}}
\\end{{document}}
"""

RICH = (
    "{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset2 Symbol;}}{\\colortbl;\\red255"
    "\\green255\\blue255;}{\\stylesheet{\\s1 heading 1;}}{\\info{\\title Feeding}{\\author A. Roe}"
    "{\\creatim\\yr2024\\mo5\\dy3}}\n"
    f"\\pard\\s1\\outlinelevel0\\b Feeding\\b0\\par\\pard {SAID} \\'e9\\u8217?{{\\super 2}}{{\\v unseen}}"
    f"\\line {MORE}\\par\n"
    "{\\listtext\\bullet\\tab}mix it\\par{\\pntext 1.\\tab}pour it\\par{\\footnote Nobody checked this.}\n"
    '{\\field{\\*\\fldinst HYPERLINK "https://example.org"}{\\fldrslt the club}}\\par\n'
    "\\trowd\\clvmgf\\cellx1000\\clmgf\\cellx2000 Plant\\cell Dose\\cell\\row\\trowd\\cellx1000\\cellx2000 Marrow"
    "\\cell 2 mg\\cell\\row\\pard{\\pict\\bin3 abc}{\\*\\unknown x}\\page\\cf1 White.\\par}"
)

MAIL = f"""From: =?utf-8?q?Ann_Ro=C3=A9?= <a@example.org>
To: B <b@example.org>
Subject: =?utf-8?b?RmVlZGluZw==?=
Date: Fri, 03 May 2024 10:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes
Content-Transfer-Encoding: quoted-printable

{SAID} =E2=80=93 =20
and so on.

> It was said before.
--=20
A. Roe
--c
Content-Type: text/html; charset="iso-8859-1"

<p>{MORE}</p>
--c--
--b
Content-Type: message/rfc822

Subject: Inner
From: c@example.org

{MORE}
--b
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename*=utf-8''pl%C3%A4n.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--b--
"""

RECORDS = [
    {"title": "Feeding", "text": f"{SAID}\n\n{MORE}", "date": "2024-05-03", "tags": ["a", "b"], "dose": {"mg": 2.5}},
    {
        "question": "How often?",
        "answer": "Every 3 weeks.",
        "more": None,
        "is": True,
        "items": [{"a": 1}, {"a": [1, 2]}],
    },
]
CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["# Feeding\n", f"{SAID}\n", "\n", "- a\n"]},
    {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": "pour()",
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["poured\n"]},
            {
                "output_type": "execute_result",
                "data": {"text/html": "<table><tr><th>a<td>b</table>", "text/plain": "a"},
            },
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
        ],
    },
    {"cell_type": "raw", "metadata": {}, "source": MORE},
]
