"""What every training program answers after an epoch."""

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer

WARM_UP = 40  # Steps before the first that counts.


def training_answer(seconds: float, rows: setting.Rows, unit: str) -> Answer:
    """Sentences a second, seconds an epoch, and nominal GFLOP/s of the true words."""
    return {
        "sentences/s": len(rows.rows) / seconds,
        "seconds": seconds,
        "gflops": rows.words * setting.step_flops(unit) / seconds / 1e9,
    }
