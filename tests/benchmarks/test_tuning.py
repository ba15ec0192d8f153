"""The rows that fastText's search gets are those of `train.py`."""

from pathlib import Path

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.encoded.prepared_data import draw_split, encode_corpora
from tests.benchmarks.tuning import draw_parts

TOPICS = Path(__file__).parents[1] / "testdata" / "topics.tsv"


def test_the_split_is_that_of_the_script(tmp_path: Path) -> None:
    parts = draw_parts(TOPICS, TOPICS)
    config = DataConfig(train_file=str(TOPICS), test_file=str(TOPICS))
    corpora = encode_corpora(config, tmp_path, several_labels=False, download=False)
    drawn = draw_split(corpora, config, seed=1)
    for rows, indices in ((parts.train, drawn.train), (parts.valid, drawn.valid)):
        assert rows.classes.tolist() == corpora.main.strata[indices].tolist()
        assert [len(text.split()) for text in rows.texts] == corpora.main.word_ids.lengths[indices].tolist()
    assert len(parts.test.texts) == len(corpora.main)
