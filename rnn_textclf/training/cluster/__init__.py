"""Training on several machines: registration with the chief, shares of batches, loss and return of tasks."""
