"""PDFs of registration: the ticket, the receipt, the letter for a visa."""
