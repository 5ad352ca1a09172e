"""Networks: compressed rows, readers and writers, adapters, and generators, one file a family."""
