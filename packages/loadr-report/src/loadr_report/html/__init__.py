"""The HTML report: one file that stands for itself."""
