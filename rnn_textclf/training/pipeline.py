"""What `train.py` does: one model, an ensemble or a cross-validation, and what there is to say of it at the end."""

from rnn_textclf.jobs import TrainingJob
from rnn_textclf.reports.ensemble_report import report_ensemble, report_folds
from rnn_textclf.reports.training_report import report
from rnn_textclf.training import loop
from rnn_textclf.training.composite.composite_run import resolve_job
from rnn_textclf.training.composite.cross_validation import cross_validate
from rnn_textclf.training.composite.ensembles import train_ensemble


def train(job: TrainingJob) -> None:
    """Trains what the job, or the run that it goes on with, asks for, and reports it."""
    asked = resolve_job(job)
    if asked.data.folds:
        report_folds(cross_validate(job))
    elif asked.train.ensemble > 1:
        report_ensemble(train_ensemble(job))
    else:
        report(loop.train(job))
