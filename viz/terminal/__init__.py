"""The drawings in a terminal: lines of text with colours, a module for each kind.

Rule: values in, `rich.text.Text` out; colour never says anything alone, and nothing is wider than asked for.
"""
