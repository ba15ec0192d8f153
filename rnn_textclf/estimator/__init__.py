"""A scikit-learn estimator over the same training and the same run folders as the scripts'."""
