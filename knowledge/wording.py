"""Whether a word or phrase stands in a text by itself."""

from __future__ import annotations


def stands_in(word: str, text: str, *, may_go_on: bool = False) -> bool:
    """Tell whether `word` stands in `text` on its own; both must be folded to one case.

    `rpc` does not stand in `grpc`, nor `.net` in `example.net`. With `may_go_on` a word of four or
    more characters may be the beginning of a longer one: `mapi` stands in `mapiexception`.
    """
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        begins_a_word = word[0].isalnum() or word[0] == "."
        glued_before = begins_a_word and text[place - 1 : place].isalnum()
        glued_after = word[-1].isalnum() and text[end : end + 1].isalnum()
        if not glued_before and not (glued_after and not (may_go_on and len(word) >= 4)):
            return True
        place = text.find(word, place + 1)
    return False
