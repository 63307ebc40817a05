"""From words to roots: `kelurahan`, `lurahnya` are both found by `lurah`.

Snowball's Indonesian stemmer knows no dictionary, so that the page's script can do the same in a few lines.
"""

from collections.abc import Sequence

from kim.search import STOP_WORDS, fold_names, fold_words


class Roots:
    """Finds roots, each word's once; `names` are the places whose words belong together."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        # the package loads the stemmers of all its languages
        from snowballstemmer.indonesian_stemmer import IndonesianStemmer

        self._stemmer = IndonesianStemmer()
        self._known: dict[str, str] = {}
        self._names = fold_names(names)

    def of_text(self, text: str) -> frozenset[str]:
        """The roots of a text; a place's name in several words is also one word."""
        words = fold_words(text)
        found = {*words, *self._names.find(words)}
        known = self._known
        return frozenset(known.get(word) or self.of_word(word) for word in found - STOP_WORDS)

    def of_word(self, word: str) -> str:
        """The root of a folded word."""
        if word not in self._known:
            self._known[word] = str(self._stemmer.stemWord(word))
        return self._known[word]
