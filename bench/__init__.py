"""`make bench`: what a page or action costs, beside what this machine can do at all."""
