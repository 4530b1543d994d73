"""Measurements to run by hand: they print ratios and tables and assert nothing."""
