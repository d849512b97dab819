"""The face without a screen: runs prompts through workers, prints and sums up what they measured.

`batch.py` runs them all, `lane.py` one worker with the runs in it, `run_record.py` one run. What is
printed while they run is in `output/`, what is made of the results in `report/`.
"""
