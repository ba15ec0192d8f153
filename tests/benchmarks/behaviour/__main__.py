"""Failure rates of a behavioural suite, capability by capability, in the manner of CheckList (Ribeiro et al. 2020).

    python -m tests.benchmarks.behaviour
    python -m tests.benchmarks.behaviour --ckpt_dir=checkpoints,student --json=rates.json
    python -m tests.benchmarks.behaviour --texts=texts.txt

The cases are the same each time: 250 a capability, of frames and held-out words over several domains. A probability
in the middle third counts as neutral. Models: the shipped run, the runs given, and two linear models of the packaged
Cornell rows. Nothing may be trained on these cases or chosen by them.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from rnn_textclf.errors import UserError
from tests.benchmarks import machine
from tests.benchmarks.behaviour.capabilities import suite
from tests.benchmarks.behaviour.cases import Case, failure_rate, flattened

_ACCURACY = "accuracy on its own test rows"


def main() -> None:
    """Asks the models and prints the table."""
    options = _options()
    cases = suite()
    if options.texts:
        texts = [text for of_one in cases.values() for text in flattened(of_one)]
        options.texts.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return
    if complaint := machine.missing([] if options.no_peers else ["scikit-learn"]):
        sys.exit(complaint)
    try:
        rates = measure(cases, options.ckpt_dir.split(",") if options.ckpt_dir else [], options.no_peers)
    except UserError as error:
        sys.exit(str(error))
    print(table(rates))
    if options.json:
        options.json.write_text(json.dumps(rates, indent=1) + "\n", encoding="utf-8")


def measure(cases: dict[str, list[Case]], runs: Sequence[str], no_peers: bool) -> dict[str, dict[str, float]]:
    """By model: the failure rate of each capability, and the accuracy on its own test rows, shares in [0, 1]."""
    from tests.benchmarks.behaviour.models import linear_models, run_models

    models = [*run_models(runs), *([] if no_peers else linear_models())]
    rates: dict[str, dict[str, float]] = {}
    for model in models:
        rates[model.name] = {} if math.isnan(model.accuracy) else {_ACCURACY: model.accuracy}
        for name, of_one in cases.items():
            rates[model.name][name] = failure_rate(of_one, model.score(list(flattened(of_one))).tolist())
    return rates


def table(rates: dict[str, dict[str, float]]) -> str:
    """Percentages, a row for each capability and a column for each model."""
    rows = list(dict.fromkeys(name for of_model in rates.values() for name in of_model))
    rows.sort(key=lambda name: name != _ACCURACY)
    width = max(map(len, rows))
    columns = [max(len(name), 5) for name in rates]
    lines = ["  ".join(["failures, %".ljust(width), *(n.rjust(w) for n, w in zip(rates, columns, strict=True))])]
    for row in rows:
        values = (f"{100 * of_model[row]:.1f}" if row in of_model else "?" for of_model in rates.values())
        lines.append("  ".join([row.ljust(width), *(v.rjust(w) for v, w in zip(values, columns, strict=True))]))
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--ckpt_dir", metavar="PATHS", help="run folders to ask too, separated by commas")
    parser.add_argument("--no_peers", action="store_true", help="ask runs alone")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write shares there, by model and capability")
    parser.add_argument("--texts", type=Path, metavar="PATH", help="write the texts there instead, a line each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
