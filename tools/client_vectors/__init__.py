"""The known answers of the client, a module for each folder or file of them."""
