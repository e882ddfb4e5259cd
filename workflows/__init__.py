"""What is run with the engine: workflows as data plus a little code."""
