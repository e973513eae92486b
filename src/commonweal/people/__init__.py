"""One index of people: agency source records, links with evidence, review, split memory."""
