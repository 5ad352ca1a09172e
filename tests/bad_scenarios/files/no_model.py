"""A file without a model."""
