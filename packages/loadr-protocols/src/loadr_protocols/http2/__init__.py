"""HTTP/2: a codec that never sees a socket, and the connection around it."""
