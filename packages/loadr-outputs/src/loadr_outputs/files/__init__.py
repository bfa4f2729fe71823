"""Files of samples: JSON lines and CSV, plain or compressed; Parquet."""

from loadr_outputs.files.csv import CsvFile
from loadr_outputs.files.json_lines import JsonLines
from loadr_outputs.files.parquet import Parquet

__all__ = ["CsvFile", "JsonLines", "Parquet"]
