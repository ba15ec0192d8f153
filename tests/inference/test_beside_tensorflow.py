"""A predictor in a program that uses TensorFlow for other things: eager mode, Keras and SavedModels go on working.

Keras and Matplotlib are not loaded before the program asks for them: they take a third of the time until the first
answer.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# Keras and SavedModels before, between and after the calls of a predictor.
PROGRAM = """
import gc
import os
import sys
import numpy as np
from rnn_textclf import Predictor

predictor = Predictor.load(sys.argv[1], 1)
before = predictor.predict_proba(["the film is wonderful ."])
predictor.running_scores("the film is wonderful .")
assert sys.modules.keys().isdisjoint({"keras", "tf_keras", "matplotlib"})
assert "TF_USE_LEGACY_KERAS" not in os.environ
assert gc.isenabled()

import keras
import tensorflow as tf
from tensorflow.keras import layers

assert layers.Dense is tf.keras.layers.Dense is keras.layers.Dense
assert tf.optimizers.Adam is keras.optimizers.Adam
assert tf.executing_eagerly()
assert float(tf.constant(2.0) + 1) == 3.0
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(np.ones([4, 2]), np.ones([4, 1]), verbose=0)
assert model.predict(np.ones([1, 2]), verbose=0).shape == (1, 1)
np.testing.assert_array_equal(predictor.predict_proba(["the film is wonderful ."]), before)

loaded = tf.saved_model.load(sys.argv[2])
found = loaded.signatures["predict"](text=tf.constant(["the film is wonderful ."]))["probabilities"].numpy()
np.testing.assert_allclose(found, before, atol=1e-5)
many = predictor.predict_proba(["the film is wonderful ."] * 3000)  # fills the projection cache
np.testing.assert_allclose(many, np.tile(before, (3000, 1)), atol=1e-5)
np.testing.assert_allclose(Predictor.load(sys.argv[1], 1).predict_proba(["the film is wonderful ."]), before, atol=1e-6)
assert tf.executing_eagerly()
print("done")
"""


def test_keras_and_saved_models_work_beside_a_predictor(scored_run: Any, tmp_path: Path) -> None:
    from rnn_textclf.inference.exports.saved_model import export_model
    from rnn_textclf.runs.sessions import Sessions

    export_model(scored_run.folder.path, tmp_path / "model", Sessions(1))
    arguments = [scored_run.folder.path, tmp_path / "model"]
    environment = {name: value for name, value in os.environ.items() if name != "TF_USE_LEGACY_KERAS"}
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False, env=environment)
    assert done.stdout == "done\n", done.stderr
