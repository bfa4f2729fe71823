"""Seeded permutations of row numbers, without a table of them.

A permutation of n numbers is a bijection of [0, n). Up to 256 numbers are shuffled (Fisher and Yates).
More go through a Feistel network over the least number of bits that hold n (Black and Rogaway, "Ciphers
with arbitrary finite domains", 2002): a result that is not below n is put through again, which ends
because the network is a bijection; that happens less than once on average. So 20 million rows in a random
order cost no memory, and the n-th of them is known without those before it.

Budget: 1.5 us a number.
"""

from array import array
from collections.abc import Callable
from random import Random
from typing import Final

Permutation = Callable[[int], int]

_SHUFFLED: Final = 256
_WORD: Final = 64
_MASK: Final = (1 << _WORD) - 1


def permutation(seed: int, count: int) -> Permutation:
    """A permutation of the numbers below `count`; the same seed gives the same one.

    Args:
        seed: 64 bits.
        count: how many numbers, at least 1.
    """
    generator = Random(seed)  # noqa: S311 - an order of rows, not a secret
    if count <= _SHUFFLED:
        numbers = array("H", range(count))
        generator.shuffle(numbers)
        return numbers.__getitem__
    return _network(generator, count)


def _network(generator: Random, count: int) -> Permutation:
    bits = (count - 1).bit_length()
    low = bits // 2
    high = bits - low
    low_mask = (1 << low) - 1
    to_high, to_low = _WORD - high, _WORD - low
    # The upper bits of a product with an odd number depend on all lower bits of what is multiplied.
    factor_1, factor_2, factor_3, factor_4 = (generator.getrandbits(_WORD) | 1 for _ in range(4))
    add_1, add_2, add_3, add_4 = (generator.getrandbits(_WORD) for _ in range(4))

    def permute(number: int) -> int:
        while True:
            left, right = number >> low, number & low_mask
            left ^= ((right * factor_1 + add_1) & _MASK) >> to_high
            right ^= ((left * factor_2 + add_2) & _MASK) >> to_low
            left ^= ((right * factor_3 + add_3) & _MASK) >> to_high
            right ^= ((left * factor_4 + add_4) & _MASK) >> to_low
            number = left << low | right
            if number < count:
                return number

    return permute
