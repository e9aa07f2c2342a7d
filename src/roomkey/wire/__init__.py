"""What crosses the wire between client and relay, shared by both."""
