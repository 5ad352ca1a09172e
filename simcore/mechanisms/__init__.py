"""What models are made of: compiled parts that several of them share, or that one is too short for."""
