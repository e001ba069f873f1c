"""Benchmarks that print JSON. Speeds are ratios against a baseline of the same run: machines are noisy."""
