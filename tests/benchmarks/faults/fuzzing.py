"""Fuzzed files: labelled ones of each format, and lines to score."""

import contextlib
import functools
import io
import random
from pathlib import Path

from rnn_textclf.config.inference import ScoringOptions
from rnn_textclf.inference.input_lines import line_chunks
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.text_scoring import score_texts
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.corpora.formats.examples import FORMATS
from tests.benchmarks.faults.mutations import mutated
from tests.benchmarks.faults.tally import Tally

_ENCODINGS = (
    None,
    None,
    None,
    "utf-8",
    "cp1252",
    "utf-16",
    "utf-32",
    "utf-7",
    "shift_jis",
    "hz",
    "idna",
    "punycode",
    "x",
)
_LINES = "the film is wonderful .\ncafé &amp; thé<br />\n\nits plot feels stale\r\nword\n"
_SEEDS = {
    "tsv": [
        "text\tlabel\nthe film shines\tpos\nit bores\tneg\n",
        '"a ""b"" c"\t1\nd e\t0\n',
        "id\ttext\tlabel\n1\ta b\tx|y\n",
    ],
    "csv": [
        'text,label\n"a, b\nc",pos\nit bores,neg\n',
        "label;text\r\n1;a b\r\n0;c d\r\n",
        "text,toxic,rude\na b,0,1\nc,1,0\n",
    ],
    "jsonl": [
        '{"text": "a b", "label": "pos"}\n{"text": ["c", "d"], "label": [1, "x"]}\n',
        '[{"text": "a", "label": 0}, {"text": "b", "label": 1}]',
        '{"meta": {"text": "a b"}, "text": "\\ud83d\\ude00", "label": true}\n',
    ],
    "fasttext": ["__label__pos the film shines\n__label__neg __label__sad it bores\n"],
    "text": [_LINES],
}
_QUOTED = 150  # Bytes of a file in a loss's name.
_SCORED = 50  # One in so many inputs is scored to the end, the others are read alone.


def fuzz_corpora(number: int, scratch: Path, chance: random.Random) -> list[Tally]:
    """Reads `number` fuzzed files of each format."""
    tallies = []
    for file_format in FORMATS:
        tally = Tally(f"fuzzed corpus: {file_format}")
        seeds = [text.encode(encoding) for text in _SEEDS[file_format] for encoding in ("utf-8", "utf-16")]
        for place in range(number):
            data = mutated(seeds[:1] if place % 3 else seeds, chance)
            options = {
                "file_format": file_format,
                "encoding": chance.choice(_ENCODINGS),
                "label_separator": chance.choice((None, None, "|")),
                "skip_bad_rows": chance.random() < 0.5,
                "text_field": chance.choice((None, None, None, "text", "1", "text,label", "0", "meta.text")),
            }
            path = _written(scratch / f"fuzzed{place % 64}", data)
            tally.attempt(f"{data[:_QUOTED]!r} {options}", functools.partial(_read, path, options))
        tallies.append(tally)
    return tallies


def fuzz_input(number: int, run: Path, scratch: Path, chance: random.Random) -> list[Tally]:
    """Reads `number` fuzzed files as `infer.py --input` does, and scores one in `_SCORED` of them."""
    reading, scoring = Tally("fuzzed --input: lines"), Tally("fuzzed --input: scored")
    predictor = Predictor.load(run, 1)
    for place in range(number):
        data = mutated([_LINES.encode()], chance)
        encoding = chance.choice(_ENCODINGS)
        path = _written(scratch / f"input{place % 64}", data)
        name = f"{data[:_QUOTED]!r} encoding {encoding}"
        reading.attempt(name, functools.partial(_read_lines, path, encoding, data))
        if not place % _SCORED:
            form = chance.choice(("table", "tsv", "jsonl"))
            scoring.attempt(f"{name} {form}", functools.partial(_score, path, encoding, form, predictor))
    return [reading, scoring]


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _read(path: Path, options: dict[str, object]) -> str | None:
    """Reads a file; what is accepted must be text with labels."""
    for example in open_corpus(path, **options).examples():  # type: ignore[arg-type]
        if "\0" in example.text or not _is_text(example.text) or not all(map(_is_text, example.labels)):
            return f"no text, in silence: {example!r:.200}"
        if options["label_separator"] is None and not example.labels and options["file_format"] not in _MAY_LACK_LABELS:
            return f"no label, in silence: {example!r:.200}"
    return None


_MAY_LACK_LABELS = ("text", "jsonl", "csv", "tsv")  # Those with several labels allow none.


def _read_lines(path: Path, encoding: str | None, data: bytes) -> str | None:
    """Reads lines; in UTF-8 there must be as many as line feeds say."""
    lines = [line for lines in line_chunks(str(path), encoding) for line in lines]
    if not all(map(_is_text, lines)):
        return "a line is no text, in silence"
    if encoding == "utf-8" and not data.startswith(b"\x1f\x8b"):
        expected = data.count(b"\n") + bool(data and not data.endswith(b"\n"))
        return None if len(lines) == expected else f"{len(lines)} lines instead of {expected}"
    return None


def _score(path: Path, encoding: str | None, form: str, predictor: Predictor) -> str | None:
    """Scores a file; there must be one result a line."""
    job = InferenceJob(input=str(path), format=form, scoring=ScoringOptions(encoding=encoding))
    number = sum(len(lines) for lines in line_chunks(str(path), encoding))
    with contextlib.redirect_stdout(io.StringIO()) as output:
        score_texts(job, predictor)
    found = output.getvalue().count("\n")
    return None if found == number else f"{found} results of {number} lines"


def _is_text(text: str) -> bool:
    """Whether a string can be written, so that it holds no lone surrogate."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
