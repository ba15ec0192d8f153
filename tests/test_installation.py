"""`pip install .`: the package with its data, used from anywhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_textclf.jobs import SHIPPED_RUN

ROOT = Path(__file__).parents[1]
BESIDE_MODULES = {".flags", ".html", ".css", ".js", ".svg"}

PROGRAM = """
import sys
from pathlib import Path
import rnn_textclf
from rnn_textclf import Predictor
from rnn_textclf.reports.html.notebook import Prediction

assert Path(rnn_textclf.__file__).is_relative_to(sys.argv[1]), rnn_textclf.__file__
predictor = Predictor.load(sys.argv[2], 1)
prediction = next(predictor.predictions(["a lovely film"]))
assert "<table" in prediction._repr_html_() or "<div" in prediction._repr_html_()
print(prediction.label)
"""


def test_every_pinned_requirement_is_locked_with_hashes() -> None:
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+) (?:;[^\\]+)?\\$", (ROOT / "requirements.lock").read_text(), re.M))
    lines = [line.partition(" #")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    pinned = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert pinned.items() <= locked.items()
    for block in re.split(r"^(?=[a-z])", (ROOT / "requirements.lock").read_text(), flags=re.M)[1:]:
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", block, re.M), block.splitlines()[0]


@pytest.mark.slow
def test_an_installed_package_is_whole_and_loads_a_run_from_anywhere(tmp_path: Path) -> None:
    """The build's own tools come from the package index, as for every user."""
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    shutil.copytree(ROOT / "rnn_textclf", source / "rnn_textclf", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", f"--target={site}", str(source)]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=300)
    assert data_files(site) == data_files(source)
    (metadata,) = site.glob("rnn_textclf-*.dist-info/METADATA")
    required = {line.partition(": ")[2] for line in metadata.read_text().splitlines() if line.startswith("Requires-D")}
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert required == {line.partition(" #")[0].strip() for line in lines if not line.startswith("#")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(site), str(SHIPPED_RUN)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": ""},
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("positive\n", "")


def data_files(folder: Path) -> set[Path]:
    """The files of the package in a folder that are no modules."""
    found = (path.relative_to(folder) for path in (folder / "rnn_textclf").rglob("*"))
    return {path for path in found if path.suffix in BESIDE_MODULES}
