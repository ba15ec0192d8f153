"""Principal axes: the directions in which vectors differ most."""

import numpy as np


def principal_axes(centred: np.ndarray, count: int) -> np.ndarray:
    """Float `[E, count]`, orthonormal, of vectors `[n, E]` of mean zero; the direction of most variance first."""
    _, axes = np.linalg.eigh(centred.T @ centred)  # In ascending order.
    return axes[:, ::-1][:, :count]
