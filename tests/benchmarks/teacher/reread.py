"""Compact copy of a masked run that reads by today's word lists, and corrects typos.

    python -m tests.benchmarks.teacher.reread checkpoints/pretrained --output=reread

Words that the lists have gained since the run was trained are read as their symbol there, as all names are; nothing is
trained.
"""

import argparse
import dataclasses
import sys
from pathlib import Path

from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.inference.exports.compact import copy_of_words
from rnn_textclf.preprocessing.entities.aliases import listed_aliases
from rnn_textclf.preprocessing.vocabulary import UNK, Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions


def main() -> None:
    """Makes the copy."""
    options = _options()
    try:
        source = RunFolder(options.run)
        config = source.read_config()
        if not config.data.mask_entities:
            raise UserError(f"{options.run}: was trained without --mask_entities; take a run with it")
        kept = reread(source.read_vocabulary())
        print(*copy_of_words(source, kept, corrected(config), options.output, Sessions(1)).lines(), sep="\n")
    except UserError as error:
        sys.exit(str(error))


def reread(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary without words of the lists, which become aliases; the last words take their places.

    All others keep their ids, because pairs of words are found by ids.
    """
    listed = listed_aliases()
    words = vocabulary.words[: vocabulary.num_words]
    for place in reversed(range(len(words))):
        if words[place] in listed and words[place] != UNK:
            words[place] = words[-1]
            words.pop()
    stems = vocabulary.words[vocabulary.num_words :]
    return Vocabulary([*words, *stems], listed | vocabulary.aliases, correct_typos=True)


def corrected(config: RunConfig) -> RunConfig:
    """The configuration with typos corrected."""
    return dataclasses.replace(config, data=dataclasses.replace(config.data, correct_typos=True))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder that was trained with --mask_entities")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="new folder of the copy")
    return parser.parse_args()


if __name__ == "__main__":
    main()
