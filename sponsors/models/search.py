"""Words that people type, found in what the database has indexed by words.

MySQL and MariaDB keep full-text indexes (migration 0024); there each word is looked up by its
beginning. SQLite, and what those indexes leave out, is searched for pieces.
"""

import re

from django.db import connection
from django.db.models import FloatField, Func, Q, Value
from django.db.models.lookups import GreaterThan

MOST_WORDS = 8
# innodb_ft_min_token_size and innodb_ft_max_token_size; and what InnoDB never indexes.
SHORTEST, LONGEST = 3, 84
NEVER_INDEXED = {
    *("about", "and", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was"),
    *("what", "when", "where", "who", "will", "with", "www"),
}


class Match(Func):
    """MATCH (columns) AGAINST ('+word*' IN BOOLEAN MODE); the last argument is the word.

    How well it fits, 0 where it does not: compared with 1, as Django does with truths, it
    would find nothing.
    """

    output_field = FloatField()

    def as_sql(self, compiler, connection, **extra):  # type: ignore[override]
        *columns, word = self.source_expressions
        parts = [compiler.compile(column)[0] for column in columns]
        sql, params = compiler.compile(word)
        return f"MATCH ({', '.join(parts)}) AGAINST ({sql} IN BOOLEAN MODE)", params


def words_of(typed):
    """Letters and digits alone: nothing of what is typed is an operator of the database."""
    return re.findall(r"\w+", typed)[:MOST_WORDS]


def is_indexed(word):
    return (
        connection.vendor == "mysql"
        and word.isascii()
        and SHORTEST <= len(word) <= LONGEST
        and word.lower() not in NEVER_INDEXED
    )


def holds(word, columns):
    """The condition that one of these columns, which have one index together, has the word."""
    if is_indexed(word):
        return Q(GreaterThan(Match(*columns, Value(f"+{word}*")), 0))
    return holds_piece(word, columns)


def holds_piece(piece, columns):
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": piece})
    return found
