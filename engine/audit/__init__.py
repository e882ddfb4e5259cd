"""The audit: what must hold, checked again from the bytes of the log alone.

Rule: no structure is trusted because another one is. Every body is read, hashed, chained, weighed
against the table and against what its parent said; then everything kept beside the log, columns,
rows, sums, tiles, checkpoints, is compared with what the bodies come to. Nothing is repaired.

It goes in two passes over the log, in as many processes as there are cores and in memory that does not
grow with it: `sorting` sends each event to its family, `families` checks one partition after the other.
A cut tail leaves no trace inside the log: only a checkpoint held elsewhere shows it.
"""
