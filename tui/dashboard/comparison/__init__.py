"""The screen of `streamtui compare`: two to four columns that stream at once."""
