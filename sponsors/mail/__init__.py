"""The shared mailboxes: mail is taken in (`capture`), understood, placed, and written (`outbox`).

imap      what a server is asked, and nothing in a mailbox changes by it
parse     bytes of a message → a Letter, whatever is wrong with them
charsets  bytes of words → text, whatever they say they are
automatic whether a machine wrote it, and what could not be delivered
place     a Letter → one Mail, in the conversation that it belongs to
capture   one mailbox at a time, from where it stood
outbox    what is written here: out through the ledger, a copy into Sent
"""
