"""What can go wrong with stored knowledge.

KnowledgeError
├── KnowledgeBaseEmpty    nothing has been ingested for this site
├── ModelMismatch         the index was built with another embedding model, or by another version of its format
├── GenerationDamaged     files of a generation are missing or unreadable
└── AlreadyRunning        another process is writing this site's knowledge
"""


class KnowledgeError(Exception):
    """Base of all: its text names the value at fault and the remedy."""


class KnowledgeBaseEmpty(KnowledgeError):
    """Nothing has been ingested for this site."""


class ModelMismatch(KnowledgeError):
    """The index was built with another embedding model, or by another version of its format."""


class GenerationDamaged(KnowledgeError):
    """Files of a generation are missing or unreadable."""


class AlreadyRunning(KnowledgeError):
    """Another process is writing this site's knowledge."""
