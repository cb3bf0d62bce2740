"""Chaos: real processes that are killed at random while people call, until all troubles stop: nobody may be lost.

python -m tests.chaos --calls 300 --seed 7 --database postgresql --minutes 3"""
