"""Flag files of the shipped run's trainings: `train.py` knows their flags, and all read words alike."""

from pathlib import Path

from absl import flags

from rnn_textclf.flags import training_command_line, training_job
from rnn_textclf.jobs import TrainingJob

FOLDER = Path(__file__).parent / "recipes"
RECIPES = {
    "vectors": ["--train_file=sides.tsv", "--soft_labels=sides.jsonl.gz"],
    "moods": ["--train_file=reviews.tsv", "--soft_labels=many.jsonl.gz", "--pretrain=first"],
    "cornell": ["--soft_labels=soft-1.jsonl.gz", "--pretrain=second"],
    "shipped": ["--soft_labels=few.jsonl.gz", "--pretrain=second"],
}


def job_of(name: str) -> TrainingJob:
    arguments = ["train.py", f"--flagfile={FOLDER / name}.flags", *RECIPES[name]]
    return training_job(arguments, training_command_line(flags.FlagValues()))


def test_there_is_a_recipe_for_each_training() -> None:
    assert {path.stem for path in FOLDER.glob("*.flags")} == set(RECIPES)


def test_all_read_words_alike() -> None:
    jobs = [job_of(name) for name in RECIPES]
    assert {(job.data.mask_entities, job.data.correct_typos) for job in jobs} == {(True, True)}


def test_only_the_last_starts_from_counts_of_its_rows() -> None:
    assert not job_of("vectors").model.direct_scores
    assert job_of("moods").train.log_count_ratio == 0
    assert job_of("cornell").train.log_count_ratio > 0


def test_a_vector_is_no_exclusive_choice() -> None:
    assert [job_of(name).model.loss for name in RECIPES] == ["sigmoid", "softmax", "softmax", "softmax"]
