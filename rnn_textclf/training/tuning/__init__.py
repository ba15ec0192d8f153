"""Tuning: settings of the flags that matter most, tried one after the other on the validation rows."""
