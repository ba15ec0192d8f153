"""Processes, threads and signals of a training job."""
