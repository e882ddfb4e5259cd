"""Publishing: what was committed is read back, hashed, signed, and handed to those who hold it against us.

    hashing     re-reading blocks, and the root that follows from what was read
    integrate   the stored tree grows by the blocks sealed since
    publish     the tree is compared with the last checkpoint, then the next one is signed and stored
    keyring     which key signs, by the log's own events
    held        what others hold, compared with the log when it is opened
    anchors     a file on another path, a command
    publisher   when all this happens, and what became of it

Rule: every step can be repeated, and can be left out by a crash: the next one makes up for it.
Nothing is signed that was not read back from the store and hashed again.
"""
