"""How fast and how large, beside what a person would run instead.

`python -m tests.benchmarks.speed` and `python -m tests.benchmarks.scale`, from the folder of `train.py`. Each
program runs in a process of its own (`peers/`), all are asked in turn, and medians are compared.
"""
