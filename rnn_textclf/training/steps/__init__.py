"""Steps of a training: the run and its graph, the batch of each step, and the worker that takes it."""
