"""The audit log's mathematics: hashes and trees, no directives."""
