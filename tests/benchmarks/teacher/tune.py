"""Tuning of the sentence encoder's upper layers on labelled sentences.

    python -m tests.benchmarks.teacher.tune --output=data/encoder/tuned
    python -m tests.benchmarks.teacher.tune --cornell --begin_with=data/encoder/tuned --epochs=2 \\
        --output=data/encoder/cornell
    python -m tests.benchmarks.teacher.encode --bits=16 --network=data/encoder/cornell/model ...

With --cornell it learns from the training rows of `train.py --seed=S`, and serves that split alone. Otherwise it learns
from IMDB sentences with their review's label, of which none is a Cornell row, so that one encoder serves every fold.
Cores with AVX-512 and bfloat16 learn 40 to 60 sentences a second (two of them, 7 layers frozen), those without about 7
(--bits=32, 9 layers frozen). A call that is stopped begins anew.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.atomic import new_folder
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.encoder import CALIBRATED, export, needed, token_ids, unpacked
from tests.benchmarks.teacher.padding import padded, token_means
from tests.benchmarks.teacher.transfer import cornell_words, training_rows

_BATCH = 32
_POOL = 64  # Batches sorted by length together.
_SHORTEST, _LONGEST = 6, 36  # Words.
_TOKENS = 64
_RATE, _HEAD_RATE = 4e-5, 2e-3
_LARGEST_NORM = 1.0
_POSITIVE = "positive"


class Sentence(NamedTuple):
    """tokens: ids. label: 0 or 1, that of the review."""

    tokens: list[int]
    label: int


def main() -> None:
    """Tunes the encoder and exports it."""
    options = _options()
    try:
        folder = unpacked(options.encoder_dir)
        labelled = training_rows(options.seed) if options.cornell else imdb_sentences()
        learned = encoded(folder, labelled, options.sentences, options.seed)
        with new_folder(options.output) as temporary:
            model = tune(options.begin_with / "model" if options.begin_with else folder, learned, options)
            model.save_pretrained(str(temporary / "model"))
            tokens = [sentence.tokens for sentence in learned[:CALIBRATED]]
            export(temporary / "model", tokens, temporary / "encoder32.onnx", temporary / "encoder8.onnx")
    except UserError as error:
        sys.exit(str(error))


def imdb_sentences() -> list[tuple[str, int]]:
    """IMDB sentences with their review's class; none has the words of another one or of a Cornell row."""
    tokenizer, seen = Tokenizer(), cornell_words()
    found = []
    for text, (label, *_) in unlabelled_texts("imdb50k").examples():
        words = tuple(tokenizer(text))
        if _SHORTEST <= len(words) <= _LONGEST and words not in seen:
            seen.add(words)
            found.append((text, int(label == _POSITIVE)))
    return found


def encoded(folder: Path, labelled: Sequence[tuple[str, int]], count: int, seed: int) -> list[Sentence]:
    """The token ids of as many sentences, drawn at random."""
    drawn = random.Random(seed).sample(labelled, min(count, len(labelled)))
    tokens = token_ids(folder, [text for text, _ in drawn], _TOKENS)
    return [Sentence(ids, label) for ids, (_, label) in zip(tokens, drawn, strict=True)]


def batches(learned: Sequence[Sentence], seed: int) -> list[list[Sentence]]:
    """All sentences once, in batches of like length, shuffled."""
    draw, order = random.Random(seed), list(learned)
    draw.shuffle(order)
    made = []
    for start in range(0, len(order), _BATCH * _POOL):
        pool = sorted(order[start : start + _BATCH * _POOL], key=lambda sentence: len(sentence.tokens))
        of_pool = [pool[at : at + _BATCH] for at in range(0, len(pool), _BATCH)]
        draw.shuffle(of_pool)
        made += of_pool
    return made


def tune(folder: Path, learned: Sequence[Sentence], options: argparse.Namespace) -> Any:
    """The encoder of a folder, tuned on sentences: AdamW with a warm-up, then a rate that falls to zero.

    Raises UserError where the folder holds no encoder.
    """
    torch, transformers = needed("torch"), needed("transformers")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    try:
        model = transformers.AutoModel.from_pretrained(str(folder))
    except OSError:
        raise UserError(f"{folder}: holds no encoder; give --begin_with the --output of an earlier call") from None
    # The attention bias is shared by all layers: its gradient would be that of the frozen layers too.
    shared = (model.embeddings, model.encoder.relative_attention_bias)
    kept = (*shared, *model.encoder.layer[: options.frozen])
    for part in kept:
        part.requires_grad_(False)
    head = torch.nn.Linear(model.config.hidden_size, 2)
    tuned = [weights for weights in model.parameters() if weights.requires_grad]
    rates = [{"params": tuned, "lr": _RATE}, {"params": head.parameters(), "lr": _HEAD_RATE}]
    optimizer = torch.optim.AdamW(rates, weight_decay=0.01, fused=True)
    steps = [batch for epoch in range(options.epochs) for batch in batches(learned, options.seed + epoch)]
    warm_up = max(1, len(steps) // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, max(0.02, (len(steps) - step) / len(steps)))
    )
    model.train()
    for part in kept:
        part.eval()  # Its dropout would take a tenth of the time, on one core.
    for step, batch in enumerate(steps, start=1):
        loss = torch.nn.functional.cross_entropy(head(_means(torch, model, batch, options.bits)), _labels(torch, batch))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tuned, _LARGEST_NORM)
        optimizer.step()
        schedule.step()
        if step % 10 == 0 or step == len(steps):
            print(f"step {step:,} of {len(steps):,}, loss {loss.item():.4f}", file=sys.stderr, flush=True)
    return model.eval()


def _means(torch: Any, model: Any, batch: Sequence[Sentence], bits: int) -> Any:
    """Float32 `[B, E]`: the mean of the outputs over the tokens of each sentence."""
    ids, mask = map(torch.from_numpy, padded([sentence.tokens for sentence in batch]))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bits == 16):
        outputs = model(input_ids=ids, attention_mask=mask).last_hidden_state
    return token_means(outputs.float(), mask)


def _labels(torch: Any, batch: Sequence[Sentence]) -> Any:
    return torch.tensor([sentence.label for sentence in batch])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--cornell", action="store_true", help="learn from Cornell training rows, not from IMDB")
    parser.add_argument("--begin_with", type=Path, metavar="FOLDER", help="a tuned encoder, to tune further")
    parser.add_argument("--sentences", type=int, default=120_000, help="most to learn from (%(default)s)")
    parser.add_argument("--epochs", type=int, default=1, help="passes over them (%(default)s)")
    parser.add_argument("--frozen", type=int, default=7, choices=range(13), help="lower layers kept (%(default)s)")
    parser.add_argument("--bits", type=int, default=16, choices=(16, 32), help="of an activation (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="fixes sentences and order (%(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch (%(default)s)")
    parser.add_argument("--encoder_dir", type=Path, default=Path("data/encoder"), help="its files (%(default)s)")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="new folder of the tuned encoder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
