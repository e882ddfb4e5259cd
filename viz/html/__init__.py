"""Pages for a browser that need neither a server nor Graphviz."""
