"""Skip-gram against loops over pairs: which pairs, how much they cost, where the gradient points."""

from collections import Counter

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.skipgram import SkipGram
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.ragged import Ragged
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vectors.skipgram_blocks import NOT_TAKEN, SkipGramBlocks, Text, TextBlocks
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.initialisation.skipgram_training import SkipGramOptions, train_vectors

NEGATIVES = 3
BLOCKS = TextBlocks(
    ids=np.array([[0, 1, 2, 1, 3], [2, 2, 4, 0, 0]], np.int32),
    sentences=np.array([[0, 0, 0, 1, 1], [1, 2, 2, 0, 0]], np.int32),
    windows=np.array([[2, 1, 1, 2, 1], [1, 2, 1, 0, 0]], np.int32),  # the last two places hold no word
    negatives=np.array([3, 0, 1, 3], np.int32),
)


def pairs(blocks):
    """(centre, context) of all places, one by one."""
    for ids, sentences, windows in zip(blocks.ids, blocks.sentences, blocks.windows, strict=True):
        for i, window in enumerate(windows):
            for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                if j != i and windows[j] and sentences[i] == sentences[j]:
                    yield ids[i], ids[j]


def slow_loss(vectors, contexts, blocks):
    def cost(score):
        return np.log1p(np.exp(-score))

    found = list(pairs(blocks))
    share = NEGATIVES / len(blocks.negatives)
    total = 0.0
    for centre, context in found:
        total += cost(vectors[centre] @ contexts[context])
        total += share * sum(cost(-vectors[centre] @ contexts[negative]) for negative in blocks.negatives)
    return total / len(found)


@pytest.fixture(scope="module")
def net():
    with Sessions().new_graph() as session:
        net = SkipGram(5, 4, negatives=NEGATIVES, learning_rate=0.1, steps=10, seed=1)
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(net.loss, [net.vectors, net.contexts])]
        session.run(tf.global_variables_initializer())
        net.contexts.load(np.linspace(-1, 1, 20, dtype=np.float32).reshape(5, 4), session)
        yield net, gradients, session


def feed(net):
    return dict(zip(net.blocks, BLOCKS, strict=True))


def test_pairs_are_within_windows_and_sentences():
    expected = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (1, 3), (3, 1), (2, 4), (4, 2)]
    assert list(pairs(BLOCKS)) == expected


def test_loss_and_gradient_are_those_of_a_loop(net):
    net, gradients, session = net
    tables = [table.astype(np.float64) for table in session.run([net.vectors, net.contexts])]
    loss, *found = session.run([net.loss, *gradients], feed(net))
    assert loss == pytest.approx(slow_loss(*tables, BLOCKS), rel=1e-5)
    for table, gradient in zip(tables, found, strict=True):
        numeric = np.zeros_like(table)
        for place in np.ndindex(table.shape):
            kept, step = table[place], 1e-5
            table[place] = kept + step
            above = slow_loss(*tables, BLOCKS)
            table[place] = kept - step
            numeric[place] = (above - slow_loss(*tables, BLOCKS)) / (2 * step)
            table[place] = kept
        np.testing.assert_allclose(gradient, numeric, atol=1e-5)


def test_a_step_moves_only_the_rows_that_it_has(net):
    net, _, session = net
    before = session.run([net.vectors, net.contexts])
    few = TextBlocks(*(np.array([row], np.int32) for row in ([0, 1, 0], [0, 0, 9], [1, 1, 0])), np.array([3], np.int32))
    loss = net.step(session, few)
    after = session.run([net.vectors, net.contexts])
    moved = [np.flatnonzero((old != new).any(1)).tolist() for old, new in zip(before, after, strict=True)]
    assert moved == [[0, 1], [0, 1, 3]]
    assert net.step(session, few) < loss


def ragged(rows):
    return Ragged(np.array([word for row in rows for word in row], np.int32), np.cumsum([0, *map(len, rows)]))


def blocks_of(rows, id_of_word, counts, **options):
    text = Text(ragged(rows), np.arange(len(rows)), np.array(id_of_word, np.int32))
    defaults = {"window": 3, "subsample": 1e9, "shape": (2, 4), "num_negatives": 5, "seed": 1}
    return SkipGramBlocks([text], np.array(counts), **{**defaults, **options})


def test_an_epoch_has_each_sentence_once_without_what_is_left_out():
    rows = [[0, 1, 2], [3, 3], [2], [], [1, 0, 0, 0, 3]]
    blocks = blocks_of(rows, [2, 0, NOT_TAKEN, 1], [2, 3, 4])
    seen = {}
    for ids, sentences, windows, negatives in blocks.epoch(0):
        assert ids.shape == sentences.shape == windows.shape == (2, 4)
        assert len(negatives) == 5
        assert set(negatives) <= {0, 1, 2}
        for id, sentence, window in zip(ids.flat, sentences.flat, windows.flat, strict=True):
            assert 0 <= window <= 3
            if window:
                seen.setdefault(int(sentence), []).append(int(id))
    assert sorted(seen.values()) == sorted([[2, 0], [1, 1], [0, 2, 2, 2, 1]])
    assert blocks.steps_per_epoch == 1


def test_epochs_differ_and_repeat():
    blocks = blocks_of([[n % 7] * 3 for n in range(50)], range(7), [21] * 7)

    def ids(epoch):
        return np.concatenate([arrays[0] for arrays in blocks.epoch(epoch)]).tolist()

    assert ids(0) == ids(0)
    assert ids(0) != ids(1)


def test_frequent_words_are_thinned_out_and_negatives_follow_their_counts():
    counts = np.array([9000, 900, 100])
    rows = [[word] * 10 for word, count in enumerate(counts) for _ in range(count // 10)]
    blocks = blocks_of(rows, range(3), counts, subsample=0.1, num_negatives=2000, shape=(16, 16))
    kept, noise = Counter(), Counter()
    for ids, _, windows, negatives in blocks.epoch(0):
        kept.update(ids[windows > 0].tolist())
        noise.update(negatives.tolist())
    f = counts / counts.sum()
    expected = counts * np.minimum((np.sqrt(f / 0.1) + 1) * 0.1 / f, 1)
    found = np.array([kept[word] for word in range(3)])
    np.testing.assert_allclose(found, expected, atol=4 * np.sqrt(counts.max()) / 2)
    share = np.array([noise[word] for word in range(3)]) / noise.total()
    np.testing.assert_allclose(share, counts**0.75 / (counts**0.75).sum(), atol=0.05)
    assert blocks.steps_per_epoch == round(expected.sum() / 256)


def encoded(folder, lines):
    path = folder / "texts.txt"
    path.write_text("\n".join(lines) + "\n")
    corpus = encode_corpus(unlabelled_texts(path=path), Tokenizer(), 100, folder / "encoded")
    return corpus, np.arange(len(corpus))


def test_words_used_alike_end_up_nearest(tmp_path):
    random = np.random.default_rng(1)
    company = {"good": "fresh moving lovely warm", "bad": "stale clumsy boring cold"}
    company["fine"], company["poor"] = company["good"], company["bad"]
    lines = []
    for _ in range(1500):
        word = random.choice(list(company))
        lines.append(" ".join(random.permutation([word, *random.choice(company[word].split(), 2), "film"])))
    options = SkipGramOptions(8, 1, epochs=4, subsample=1e-1, learning_rate=0.05, blocks=(8, 16), shared_negatives=32)
    found = train_vectors([encoded(tmp_path, lines)], options, Sessions(1))
    units = found.vectors / np.linalg.norm(found.vectors, axis=1, keepdims=True)
    near = units @ units.T - 2 * np.eye(len(units))
    for one, other in (("good", "fine"), ("bad", "poor")):
        assert found.words[near[found.words.index(one)].argmax()] == other
        assert found.words[near[found.words.index(other)].argmax()] == one
    counts = Counter(word for line in lines for word in line.split())
    assert found.words == sorted(counts, key=lambda word: (-counts[word], word))


def test_too_little_text_is_one_line(tmp_path):
    with pytest.raises(UserError, match=r"no word occurs 5 times; give more text with --unlabelled_file"):
        train_vectors([encoded(tmp_path, ["a film"])], SkipGramOptions(8, 1), Sessions(1))
