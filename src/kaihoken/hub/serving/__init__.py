"""How the hub is reached: sockets, the protocol on them, TLS and the certificate of the peer."""
