"""TensorBoard: curves of each epoch, and on request graph, histograms and texts."""
