"""Files of samples: JSON lines and CSV, plain or compressed."""

from loadr_outputs.files.csv import CsvFile
from loadr_outputs.files.json_lines import JsonLines

__all__ = ["CsvFile", "JsonLines"]
