"""Places of an array by the number that is there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prospectus.groups import Groups


@given(st.lists(st.integers(0, 6), max_size=40), st.lists(st.integers(-1, 8), max_size=4, unique=True))
def test_they_are_those_that_a_look_at_all_finds(numbers: list[int], wanted: list[int]) -> None:
    groups = Groups.by(np.array(numbers, dtype=np.int16))
    assert groups.of(wanted).tolist() == [at for at, number in enumerate(numbers) if number in wanted]
