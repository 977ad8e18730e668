"""How fast winerr is, against bare Bolt and against plain tools, as ratios taken in one run.

`python -m benchmarks` runs all of it; docs/performance.md says what the figures mean.
"""
