"""Study: the settings tried so far, a line of JSON each in the tuning's folder, and Optuna's suggestion of the next.

It suggests by the tree-structured Parzen estimator (Bergstra et al. 2011, "Algorithms for Hyper-Parameter
Optimization"). Optuna's own storages write a dozen times a setting, and their files are not meant for people.
"""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.atomic import write_text
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.strict_json import JsonError, loads
from rnn_textclf.training.tuning.search_space import Space, first_settings

STUDY_NAME = "study.jsonl"
_RANDOM_FIRST = 8  # Settings before the estimator has enough to go by.


class Tried(NamedTuple):
    """A setting and its outcome on the validation rows.

    number: of the setting, from 0 on; its run folder's name.
    loss: in nats, at the temperature that suits them best; None where the setting cannot be trained.
    accuracy: in [0, 1].
    seconds: of the whole training.
    """

    number: int
    settings: dict[str, Any]
    loss: float | None = None
    accuracy: float = 0.0
    seconds: float = 0.0


class Study:
    """The study in a folder, begun where there is none.

    Args:
      folder: of the tuning; the caller has its lock.
      space: the flags to tune.
      fixed: what all settings share, as JSON; it must be that of the study.
      seed: of the suggestions.

    Attributes:
      tried: the settings with their outcomes, in the order of their numbers.

    Raises:
      UserError: Optuna is not installed, or the file cannot be read.
      FlagError: the study was begun with other flags or other rows.
    """

    def __init__(self, folder: Path, space: Space, fixed: Mapping[str, Any], seed: int) -> None:
        check_installed()
        import optuna

        self._path, self._space, self._fixed, self._optuna = folder / STUDY_NAME, space, dict(fixed), optuna
        self.tried = self._read()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # Not the same random numbers again where a study goes on.
        sampler = optuna.samplers.TPESampler(n_startup_trials=_RANDOM_FIRST, seed=seed + len(self.tried))
        self._study = optuna.create_study(sampler=sampler)
        self._distributions = {flag: values.distribution(optuna.distributions) for flag, values in space.items()}
        for tried in self.tried:
            self._learn(tried)
        known = [tried.settings for tried in self.tried]
        for settings in first_settings(space):
            if settings not in known:
                self._study.enqueue_trial(settings)

    @property
    def best(self) -> Tried | None:
        """The setting with the lowest loss; None while there is none."""
        trained = [tried for tried in self.tried if tried.loss is not None]
        return min(trained, key=lambda tried: tried.loss, default=None)  # type: ignore[arg-type, return-value]

    def ask(self) -> tuple[int, dict[str, Any]]:
        """The number of the next setting, and the setting."""
        self._trial = self._study.ask(self._distributions)
        settings = {flag: values.rounded(self._trial.params[flag]) for flag, values in self._space.items()}
        return len(self.tried), settings

    def tell(self, tried: Tried) -> None:
        """The outcome of the setting asked for last."""
        states = self._optuna.trial.TrialState
        self._study.tell(self._trial, tried.loss, states.PRUNED if tried.loss is None else states.COMPLETE)
        self.tried.append(tried)
        lines = [{"fixed": self._fixed}, *(tried._asdict() for tried in self.tried)]
        write_text(self._path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def _learn(self, tried: Tried) -> None:
        """Adds an earlier outcome, unless it is of another space, such as that of an earlier release."""
        try:
            trial = self._optuna.trial.create_trial(
                params=tried.settings,
                distributions={flag: self._distributions[flag] for flag in tried.settings},
                value=tried.loss,
                state=self._optuna.trial.TrialState.COMPLETE,
            )
        except (KeyError, ValueError):
            return
        self._study.add_trial(trial)

    def _read(self) -> list[Tried]:
        if not self._path.exists():
            return []
        try:
            first, *lines = [loads(line) for line in self._path.read_bytes().splitlines()]
            stored, tried = first["fixed"], [Tried(**line) for line in lines]
        except (OSError, JsonError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"{self._path}: cannot be read ({error}); restore it, or start anew with --overwrite"
            ) from None
        if stored != self._fixed:
            names = sorted(name for name in stored | self._fixed if stored.get(name) != self._fixed.get(name))
            raise FlagError(
                f"{self._path.parent}: was tuned with another {', '.join(names)}: leave the flags as they were, name "
                "another --ckpt_dir, or start anew with --overwrite"
            )
        return tried


def check_installed() -> None:
    """Raises UserError where Optuna is missing."""
    if importlib.util.find_spec("optuna") is None:
        raise UserError("--tune needs Optuna, which is not installed: pip install optuna")
