"""What can keep an evaluation from giving a figure.

EvaluationError
├── DatasetError     a file of the dataset is missing or cannot be read as what it should be
└── IndexingError    the dataset's articles could not be indexed
"""


class EvaluationError(Exception):
    """Base of all: its text names what is at fault and the remedy."""


class DatasetError(EvaluationError):
    """A file of the dataset is missing or cannot be read as what it should be."""


class IndexingError(EvaluationError):
    """The dataset's articles could not be indexed."""
