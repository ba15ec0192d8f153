"""Checks before TensorFlow loads: paths, run folders, classes."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.command_line.preflight import check_inference, check_training
from rnn_textclf.config import DataConfig, PretrainConfig, TrainConfig
from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.config.inference import ResultOptions, ScoringOptions
from rnn_textclf.config.serving import ServingOptions
from rnn_textclf.config.tuning import TuningOptions
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob, TrainingJob
from rnn_textclf.training.tuning.search_space import search_space

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pipe(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "pipe")
    return str(tmp_path / "pipe")


@pytest.fixture
def rows(tmp_path: Path) -> str:
    (tmp_path / "rows.tsv").write_text("good\tpositive\n")
    return str(tmp_path / "rows.tsv")


def check_data(**options: Any) -> None:
    # Not the default folder, where a reader of the README has a run.
    check_training(TrainingJob(Path("nowhere"), data=DataConfig(**options)))


def check_shipped(**options: Any) -> None:
    check_inference(InferenceJob(SHIPPED_RUN, **options))


@pytest.mark.parametrize("name", ["train_file", "valid_file", "test_file", "unlabelled_file", "embeddings"])
def test_a_training_file_must_be_there_and_be_one(name: str, rows: str, pipe: str) -> None:
    check_data(**{name: rows})
    for path, message in {
        "no.tsv": rf"^--{name}=no\.tsv: no such file or folder; check the path$",
        pipe: rf"^--{name}={pipe}: is a named pipe; give a regular file",
        os.devnull: f"^--{name}={os.devnull}: is a device; give a regular file",
        f"{rows}/x": r"cannot be read \(Not a directory\)",
    }.items():
        with pytest.raises(UserError, match=message) as error:
            check_data(**{name: path})
        assert error.value.exit_status == 1


def test_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # for the address must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(UserError, match="is a socket"):
            check_data(train_file="s")


def test_a_folder_is_labelled_text_but_no_vectors(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("fine\n")
    check_data(train_file=str(tmp_path))
    with pytest.raises(UserError, match=r"--embeddings=.*: is a folder; give a regular file"):
        check_data(embeddings=str(tmp_path))


def test_words_that_are_no_paths() -> None:
    check_data(embeddings="glove")
    check_data(embeddings="skipgram")
    check_training(TrainingJob(pretrain=PretrainConfig(pretrain="lm,labels")))
    check_shipped(input="-")


def test_runs_to_learn_from_must_be_runs(tmp_path: Path) -> None:
    check_training(TrainingJob(pretrain=PretrainConfig(pretrain=str(SHIPPED_RUN))))
    check_training(TrainingJob(train=TrainConfig(distil_from=f"{SHIPPED_RUN},{SHIPPED_RUN}")))
    with pytest.raises(UserError, match="no run here"):
        check_training(TrainingJob(pretrain=PretrainConfig(pretrain=str(tmp_path))))
    with pytest.raises(UserError, match="no run here"):
        check_training(TrainingJob(train=TrainConfig(distil_from=f"{SHIPPED_RUN},{tmp_path}")))


def test_soft_labels_must_be_there_for_each_fold(rows: str, tmp_path: Path) -> None:
    check_training(TrainingJob(train=TrainConfig(soft_labels=rows)))
    name = str(tmp_path / "soft-{fold}.tsv")
    with pytest.raises(FlagError, match=r"--soft_labels=.*: {fold} is a fold's number and needs --folds"):
        check_training(TrainingJob(train=TrainConfig(soft_labels=name)))
    folds = TrainingJob(train=TrainConfig(soft_labels=name), data=DataConfig(folds=2))
    (tmp_path / "soft-1.tsv").touch()
    with pytest.raises(UserError, match=r"--soft_labels=.*soft-2\.tsv: no such file"):
        check_training(folds)
    (tmp_path / "soft-2.tsv").touch()
    check_training(folds)


def test_a_run_folder_may_be_new_but_is_no_file(rows: str, tmp_path: Path) -> None:
    check_training(TrainingJob(tmp_path / "new"))
    with pytest.raises(UserError, match=r"--ckpt_dir=.*: is not a folder"):
        check_training(TrainingJob(Path(rows)))


def test_settings_are_tried_in_a_folder_without_a_run() -> None:
    tuning = TuningOptions(tune=3)
    with pytest.raises(FlagError, match=r"--tune: .*pretrained holds a run; name another --ckpt_dir"):
        check_training(TrainingJob(SHIPPED_RUN, tuning=tuning))
    with pytest.raises(FlagError, match="every flag that it tunes is given"):
        check_training(TrainingJob(given=frozenset(search_space(())), tuning=tuning))


def test_text_to_score_is_a_file(rows: str, pipe: str, tmp_path: Path) -> None:
    check_shipped(input=rows)
    (tmp_path / "classes" / "positive").mkdir(parents=True)
    (tmp_path / "classes" / "positive" / "1.txt").write_text("fine\n")
    check_shipped(scoring=ScoringOptions(evaluate=str(tmp_path / "classes")))
    with pytest.raises(UserError, match=f"--input={pipe}: is a named pipe; .*--input=- for standard input"):
        check_shipped(input=pipe)
    with pytest.raises(UserError, match=r"--input=.*: is a folder"):
        check_shipped(input=str(tmp_path))
    with pytest.raises(UserError, match=f"--evaluate={pipe}: is a named pipe"):
        check_shipped(scoring=ScoringOptions(evaluate=pipe))


@pytest.mark.parametrize("name", ["export", "export_vectors", "compact"])
def test_an_export_goes_to_a_new_or_empty_folder(name: str, rows: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_shipped(**{name: tmp_path / "empty"})
    check_shipped(**{name: tmp_path / "new" / "deep"})
    for full in (tmp_path, Path(rows)):
        with pytest.raises(UserError, match=f"--{name}=.*: there is something already"):
            check_shipped(**{name: full})


def test_a_run_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run here"):
        check_inference(InferenceJob(tmp_path))
    with pytest.raises(UserError, match="no run here"):
        check_shipped(more_runs=(tmp_path,))
    check_inference(InferenceJob(tmp_path, fall_back=True))


@pytest.mark.parametrize(
    ("results", "message"),
    [
        (ResultOptions(top_k=3), "--top_k=3: the run has 2 classes; give 1 to 2"),
        (ResultOptions(target_class="good"), "--target_class=good: no such class; the run has negative, positive"),
        (ResultOptions(attention=True), "--attention: .* was trained with --pooling=last"),
    ],
)
def test_results_must_be_those_of_the_run(results: ResultOptions, message: str, tmp_path: Path) -> None:
    check_shipped(results=ResultOptions(top_k=2, target_class="negative"))
    for job in (InferenceJob(SHIPPED_RUN, results=results), InferenceJob(tmp_path, results=results, fall_back=True)):
        with pytest.raises(FlagError, match=message):
            check_inference(job)


def test_the_classes_of_an_ensemble_are_those_of_its_members(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"loads no SavedModel from a path with \["):
        check_shipped(export=tmp_path / "new[1]")
    config = (SHIPPED_RUN / "config.json").read_text().replace('"ensemble": 1', '"ensemble": 2')
    (tmp_path / "config.json").write_text(config)
    for member in ("1", "2"):
        (tmp_path / "members" / member).mkdir(parents=True)
        for name in ("labels.txt", "config.json"):
            shutil.copy(SHIPPED_RUN / name, tmp_path / "members" / member)
    check_inference(InferenceJob(tmp_path, results=ResultOptions(top_k=2)))
    with pytest.raises(FlagError, match="the run has 2 classes"):
        check_inference(InferenceJob(tmp_path, results=ResultOptions(top_k=3)))


def test_columns_are_found_before_tensorflow_loads(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("id,mail,kind\n1,a fine film,positive\n")
    path = str(tmp_path / "own.csv")
    message = r"own\.csv:1: which field is the text and which the label\?"
    with pytest.raises(UserError, match=message):
        check_data(train_file=path)
    with pytest.raises(UserError, match=message):
        check_shipped(scoring=ScoringOptions(evaluate=path))
    with pytest.raises(UserError, match=r"own\.csv:1: no field 'body'"):
        check_shipped(input=path, scoring=ScoringOptions(text_field="body"))
    columns = {"text_field": "mail", "label_field": "kind"}
    check_data(train_file=path, **columns)
    check_shipped(scoring=ScoringOptions(evaluate=path, **columns))
    check_shipped(input=path, scoring=ScoringOptions(text_field="mail"))


def test_words_and_exports_are_checked_before_tensorflow_loads(tmp_path: Path) -> None:
    check_shipped(nearest="good,dull")
    with pytest.raises(UserError, match="'motyve' is not in the run's vocabulary; near spellings: motive, "):
        check_shipped(nearest="motyve")
    with pytest.raises(UserError, match="an export holds one model"):
        check_shipped(export=tmp_path / "new", more_runs=(SHIPPED_RUN,))
    config = (SHIPPED_RUN / "config.json").read_text().replace('"folds": 0', '"folds": 3')
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(UserError, match=r"holds the folds of a cross-validation; name one of them, such as .*folds/01"):
        check_inference(InferenceJob(tmp_path))


def test_a_port_that_is_taken_is_told_before_tensorflow_loads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UserError, match=rf"--port={port}: 127\.0\.0\.1 cannot be listened on"):
            check_shipped(serving=ServingOptions(serve=True, port=port))
    check_shipped(serving=ServingOptions(serve=True, port=port))


def test_it_needs_no_tensorflow() -> None:
    code = (
        "import sys\nfrom rnn_textclf import jobs\nfrom rnn_textclf.command_line import preflight\n"
        "from rnn_textclf.config.inference import ResultOptions\n"
        "from rnn_textclf.config.serving import ServingOptions\n"
        "asked = {'results': ResultOptions(top_k=2), 'serving': ServingOptions(serve=True, port=0)}\n"
        "preflight.check_inference(jobs.InferenceJob(jobs.SHIPPED_RUN, nearest='good', **asked))\n"
        "preflight.check_training(jobs.TrainingJob())\n"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def cluster_of(job: str) -> ClusterConfig:
    return ClusterConfig({"chief": ("a:1",), "worker": ("b:1",), "ps": ("c:1",)}, Task(job, 0))


@pytest.mark.parametrize(
    "asked",
    [{"data": DataConfig(folds=5)}, {"train": TrainConfig(ensemble=2)}, {"tuning": TuningOptions(tune=3)}],
)
def test_a_cluster_trains_one_model(asked: dict[str, Any]) -> None:
    for job in ("chief", "worker", "ps"):
        with pytest.raises(FlagError, match="a cluster trains one"):
            check_training(TrainingJob(cluster=cluster_of(job), **asked))


def test_a_parameter_server_needs_no_files() -> None:
    check_training(TrainingJob(cluster=cluster_of("ps"), data=DataConfig(train_file="absent.tsv")))
    with pytest.raises(UserError, match="no such file"):
        check_training(TrainingJob(cluster=cluster_of("worker"), data=DataConfig(train_file="absent.tsv")))
