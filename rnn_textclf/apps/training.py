"""What `train.py` does: one model, an ensemble or a cross-validation, and what there is to say of it at the end."""

from rnn_textclf.apps.parts_report import report_ensemble, report_folds
from rnn_textclf.apps.training_report import report
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs import training
from rnn_textclf.runs.crossval import cross_validate
from rnn_textclf.runs.ensembles import train_ensemble
from rnn_textclf.runs.wholes import settled


def train(job: TrainingJob) -> None:
    """Trains what the job, or the run that it goes on with, asks for, and reports it."""
    asked = settled(job)
    if asked.data.folds:
        report_folds(cross_validate(job))
    elif asked.train.ensemble > 1:
        report_ensemble(train_ensemble(job))
    else:
        report(training.train(job))
