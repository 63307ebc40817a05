"""The benchmarks: measured and reported, never asserted, as a figure of time is a figure of one machine."""
