"""Measurements: ratios against a named baseline in the same run. They print, and never pass or fail."""
