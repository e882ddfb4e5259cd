"""The intake: from the text of a notice to what it lays on whom, with every doubt said aloud."""
