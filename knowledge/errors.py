"""What can go wrong with stored knowledge.

KnowledgeError
├── KnowledgeBaseEmpty    nothing has been ingested for this site
├── ModelMismatch         the index was built with another embedding model
├── ModelUnusable         the embedding model cannot be loaded, or its files have been changed
├── GenerationDamaged     files of a generation are missing, unreadable or of another version
├── GenerationUnwritable  a new generation cannot be written: mostly, the disk is full
├── HiddenUnreadable      nobody knows which documents are hidden
├── NotServed             no such document, or no generation to go back to
├── QuestionsUnreadable   a file of golden questions is missing, or a line of it is none
└── AlreadyRunning        another process is writing this site's knowledge
"""

REBUILD = "Run `python -m ingest run` again: it builds a new one from the sources."


class KnowledgeError(Exception):
    """Base of all: its text names the value at fault and the remedy."""


class KnowledgeBaseEmpty(KnowledgeError):
    """Nothing has been ingested for this site."""


class ModelMismatch(KnowledgeError):
    """The index was built with another embedding model."""


class ModelUnusable(KnowledgeError):
    """The embedding model cannot be loaded, or its files have been changed."""


class GenerationDamaged(KnowledgeError):
    """Files of a generation are missing, unreadable or of another version."""


class GenerationUnwritable(KnowledgeError):
    """A new generation cannot be written: mostly, the disk is full."""


class HiddenUnreadable(KnowledgeError):
    """Nobody knows which documents are hidden."""


class NotServed(KnowledgeError):
    """There is no such document, or no generation to go back to."""


class QuestionsUnreadable(KnowledgeError):
    """A file of golden questions is missing, or a line of it is none."""


class AlreadyRunning(KnowledgeError):
    """Another process is writing this site's knowledge."""
