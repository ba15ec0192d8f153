"""Scoring back ends: texts in, arrays out, by one restored run or by the mean of several."""
