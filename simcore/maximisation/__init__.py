"""Influence maximisation: whom to seed so that most adopt, and how far from the optimum that can be."""
