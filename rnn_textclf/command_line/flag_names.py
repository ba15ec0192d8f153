"""Nearest flag to a name that is none, such as a typing error or another tool's name for the same thing."""

import difflib
from collections.abc import Collection

# Other tools' names, without `_` and in lower case, by the flags that may be meant; a script has one of them.
_OTHER_NAMES: dict[tuple[str, ...], str] = {
    ("num_epochs",): "epoch epochs nepochs maxepochs numtrainepochs iterations iters",
    ("learning_rate",): "lr alpha eta stepsize baselr initiallr",
    ("learning_rate_decay_factor",): "lrdecay decay decayrate gamma decayfactor",
    ("max_gradient_norm",): "clip clipnorm gradclip gradientclip maxgradnorm clipgradnorm",
    ("batch_size",): "batch bs batchsz trainbatchsize minibatch perdevicetrainbatchsize",
    ("num_hidden_units",): "hidden hiddensize hiddenunits hiddendim units nhid nhidden rnnsize rnnunits statesize",
    ("num_layers",): "layers nlayers depth numhiddenlayers",
    ("embedding_size",): "dim embeddim embeddingdim embdim embsize embedsize vectorsize emsize",
    ("rnn_unit", "ckpt_dir"): "cell celltype rnn rnntype rnncell unit arch modeltype model",
    ("bidirectional",): "bidir birnn bilstm",
    ("dropout",): "droprate dropoutrate dropoutprob keepprob",
    ("weight_decay",): "l2 wd regularization",
    ("patience",): "earlystop earlystopping",
    ("vocab_size",): "vocab maxvocab nvocab maxfeatures numwords",
    ("min_count",): "minfreq mindf",
    ("max_length",): "maxlen maxseqlen maxseqlength maxsequencelength seqlen seqlength numsteps",
    ("embeddings",): "pretrainedvectors vectors wordvectors glove word2vec embeddingfile embeddingpath",
    ("folds",): "cv kfold kfolds nfolds numfolds crossvalidation crossvalidate",
    ("valid_fraction",): "validationsplit valsplit validsplit valfraction devfraction",
    ("test_fraction",): "testsplit testsize",
    ("seed",): "randomseed randomstate rngseed",
    ("train_file", "evaluate", "input"): "data train traindata trainpath datapath corpus trainset",
    ("valid_file",): "valid validation val dev devfile valfile validationfile evalfile",
    ("test_file", "evaluate"): "test testdata testpath eval",
    ("input", "train_file"): "file inputfile infile filename path predict",
    ("text", "train_file"): "sentence query textinput prompt",
    ("ckpt_dir",): "modeldir outputdir savedir logdir rundir run out outdir checkpoint checkpointdir "
    "modelpath savepath resume load restore",
    ("overwrite",): "overwriteoutputdir force restart",
    ("text_field",): "textcolumn textcol sentencecolumn",
    ("label_field",): "labelcolumn labelcol target targetcolumn labels",
    ("top_k",): "k top topn",
    ("threads",): "thread numthreads nthreads workers numworkers njobs cores cpus",
    ("verbosity",): "verbose quiet loglevel",
    ("download",): "fetch",
    ("export",): "savedmodel exportdir exportpath",
}


def nearest_flag(name: str, flags: Collection[str]) -> str | None:
    """The flag that a user most likely means by a name that is none, or None where nothing is near.

    Args:
      name: as written, without its dashes.
      flags: the names of the script's flags.
    """
    plain = _plain(name)
    for meant, names in _OTHER_NAMES.items():
        if plain in names.split():
            return next((flag for flag in meant if flag in flags), None) or _most_alike(name, flags)
    return _most_alike(name, flags)


def _most_alike(name: str, flags: Collection[str]) -> str | None:
    written = {_plain(flag): flag for flag in flags}
    written |= {f"no{plain}": f"no{flag}" for plain, flag in written.items()}
    found = difflib.get_close_matches(_plain(name), written, n=1, cutoff=0.6)
    return written[found[0]] if found else None


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
