"""The known answers of docs/protocol/keys.md, a module for each of its parts."""
