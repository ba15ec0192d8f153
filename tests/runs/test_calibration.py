"""The temperature: against a grid search, known answers, and what the run folder keeps of it."""

from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs import metrics
from rnn_textclf.runs.calibration import apply_temperature, fit_temperature, read_temperature, write_calibration
from rnn_textclf.runs.folder.run_folder import RunFolder


def probabilities(logits: np.ndarray, loss: str) -> np.ndarray:
    if loss == "sigmoid":
        return 1 / (1 + np.exp(-logits))
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


def labelled(seed: int, loss: str, rows: int = 4000, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and targets drawn from the probabilities that they give."""
    draw = np.random.default_rng(seed)
    logits = 2 * draw.normal(size=(rows, classes))
    chances = probabilities(logits, loss)
    if loss == "sigmoid":
        return logits, draw.random(chances.shape) < chances
    return logits, np.eye(classes, dtype=bool)[[draw.choice(classes, p=row) for row in chances]]


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_spoiled_the_probabilities_is_found(loss: str, true_temperature: float) -> None:
    logits, targets = labelled(1, loss)
    overconfident = probabilities(logits * true_temperature, loss).astype(np.float32)
    fitted = fit_temperature(overconfident, targets, loss)
    assert fitted == pytest.approx(true_temperature, rel=0.08)
    mended = apply_temperature(overconfident, fitted, loss)
    np.testing.assert_allclose(mended, probabilities(logits * true_temperature / fitted, loss), atol=5e-3)
    assert mended.dtype == np.float32


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_it_is_the_best_of_a_grid(loss: str) -> None:
    logits, targets = labelled(2, loss, rows=300)
    found = fit_temperature(probabilities(logits * 3, loss), targets, loss)

    def cost(temperature: float) -> float:
        chances = probabilities(logits * 3 / temperature, loss)
        likelihood = np.where(targets, chances, 1 - chances) if loss == "sigmoid" else chances[targets]
        return float(-np.log(np.maximum(likelihood, 1e-300)).sum())

    assert cost(found) <= min(cost(t) for t in np.geomspace(0.1, 10, 400)) + 1e-6


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_a_weight_counts_as_so_many_copies_of_the_example(loss: str) -> None:
    logits, targets = labelled(4, loss, rows=200)
    weights = np.random.default_rng(1).integers(1, 4, 200)
    chances = probabilities(logits * 3, loss)
    copies = fit_temperature(np.repeat(chances, weights, axis=0), np.repeat(targets, weights, axis=0), loss)
    found = fit_temperature(chances, targets, loss, weights)
    assert found == pytest.approx(copies, rel=1e-9)
    assert found != pytest.approx(fit_temperature(chances, targets, loss), rel=1e-4)


def test_calibration_lowers_the_error_and_changes_no_decision() -> None:
    logits, targets = labelled(3, "softmax")
    before = probabilities(logits * 4, "softmax")
    after = apply_temperature(before, fit_temperature(before, targets, "softmax"), "softmax")
    np.testing.assert_array_equal(before.argmax(1), after.argmax(1))
    errors = [
        metrics.expected_calibration_error(metrics.calibration_bins(*metrics.confidences(p, targets, False)))
        for p in (before, after)
    ]
    assert errors[0] > 0.1
    assert errors[1] < 0.03


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_rows_that_are_all_right_leave_it_at_one(loss: str) -> None:
    assert fit_temperature(np.array([[0.6, 0.4], [0.3, 0.7]]), np.eye(2, dtype=bool), loss) == 1


def test_certain_and_wrong_stays_finite() -> None:
    wrong = np.array([[1.0, 0.0]], np.float32)
    for loss in ("softmax", "sigmoid"):
        temperature = fit_temperature(wrong, np.array([[False, True]]), loss)
        assert temperature == pytest.approx(10)
        assert np.isfinite(apply_temperature(wrong, temperature, loss)).all()


def test_the_run_folder_keeps_it_for_its_checkpoint_alone(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert read_temperature(folder, 7) == 1
    write_calibration(folder, 1.5, 7)
    assert read_temperature(folder, 7) == 1.5
    assert read_temperature(folder, 8) == 1


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"temperature": 0, "step": 1}', '{"temperature": "hot"}', "{", "null"]
)
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "calibration.json").write_text(content)
    with pytest.raises(UserError, match=r"calibration\.json"):
        read_temperature(RunFolder(tmp_path), 1)
