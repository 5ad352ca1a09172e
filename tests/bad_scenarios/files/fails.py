"""A model that cannot be loaded."""

raise RuntimeError("this model is not finished")
