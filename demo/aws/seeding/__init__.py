"""What is put into the accounts: problems, and beside each a clean twin that looks much like it."""
