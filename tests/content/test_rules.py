"""The teaching's rules, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.content.rules import (
    GRACE_SECONDS,
    MAX_SPEED,
    NotSatisfiable,
    Slice,
    covers,
    is_content_complete,
    is_part_done,
    media_type_of,
    merged,
    overall_basis,
    part_fraction,
    played_ranges,
    seconds_in,
    slice_asked,
    transcript_lines,
    watched_with,
)

number = st.floats(width=32)
ranges = st.lists(st.tuples(number, number), max_size=12)
real_ranges = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=12)


@given(ranges)
def test_merged_ranges_are_sorted_apart_and_stay_themselves(given_ranges: list[tuple[float, float]]) -> None:
    result = merged(given_ranges)
    assert all(a < b for a, b in result)
    assert all(result[i][1] < result[i + 1][0] for i in range(len(result) - 1))
    assert merged(result) == result


@given(real_ranges)
def test_merged_ranges_cover_the_same_seconds(given_ranges: list[tuple[int, int]]) -> None:
    wanted = {second for a, b in given_ranges for second in range(a, b)}
    assert {second for a, b in merged(given_ranges) for second in range(int(a), int(b))} == wanted
    assert seconds_in(given_ranges) == len(wanted)


@given(real_ranges, real_ranges, st.integers(0, 400))
def test_watched_only_grows_stays_inside_and_is_bounded_by_the_clock(
    old: list[tuple[int, int]], new: list[tuple[int, int]], elapsed: int
) -> None:
    before = watched_with([], old, duration=280, elapsed=10_000)
    result = watched_with(before, new, duration=280, elapsed=elapsed)
    assert merged([*before, *result]) == result
    assert all(0 <= a < b <= 280 for a, b in result)
    assert seconds_in(result) <= max(seconds_in(before), elapsed * MAX_SPEED + GRACE_SECONDS) + 1e-6
    assert seconds_in(result) <= seconds_in([*before, *new])


@given(real_ranges, real_ranges)
def test_a_report_sent_twice_or_in_another_order_counts_once(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    def watch(*reports: list[tuple[int, int]]) -> list[tuple[float, float]]:
        watched: list[tuple[float, float]] = []
        for report in reports:
            watched = watched_with(watched, report, duration=300, elapsed=10_000)
        return watched

    assert watch(first, second) == watch(second, first, second)


@pytest.mark.parametrize(
    ("elapsed", "reported", "seconds"),
    [
        (0, [(0, 20)], 20),  # within the grace
        (0, [(0, 90)], 30),  # a jump to the end is not watching
        (10, [(0, 90)], 50),  # twice the speed for ten seconds, and the grace
        (100, [(0, 90)], 90),
        (0, [(0, 20), (10, 50)], 30),  # cut in the middle of what is new
        (-5, [(0, 90)], 30),  # a clock that went back
    ],
)
def test_nobody_watches_more_than_the_clock_allows(elapsed: float, reported: list[tuple[float, float]], seconds: float) -> None:
    assert seconds_in(watched_with([], reported, duration=100, elapsed=elapsed)) == seconds


@pytest.mark.parametrize(
    "text", ["nonsense", "{}", "[1, 2]", "[[1]]", '[["a", 2]]', "[[true, 2]]", "[[1, 2, 3]]", str([[0, 1]] * 501), "[" * 20000]
)
def test_unreadable_reports_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        played_ranges(text)


def test_reports_are_read() -> None:
    assert played_ranges("") == []
    assert played_ranges("[[3, 4.5], [0, 3]]") == [(0.0, 4.5)]
    assert played_ranges("[[NaN, 4]]") == []
    assert played_ranges(f"[[0, {'9' * 400}], [1, 2]]") == [(1.0, 2.0)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-99", Slice(0, 99)),
        ("bytes=990-", Slice(990, 999)),
        ("bytes=-10", Slice(990, 999)),
        ("bytes=-5000", Slice(0, 999)),
        ("bytes=0-5000", Slice(0, 999)),
        ("BYTES = 5-5", Slice(5, 5)),
        ("bytes=0-0,5-6", None),
        ("bytes=9-2", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("items=0-5", None),
        ("bytes=²-5", None),
        ("", None),
    ],
)
def test_ranges_of_bytes(header: str, expected: Slice | None) -> None:
    assert slice_asked(header, 1000) == expected


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_ranges_behind_the_end(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        slice_asked(header, 1000)


@given(st.text(max_size=20), st.integers(0, 5000))
def test_no_header_breaks_the_range_rule(spec: str, size: int) -> None:
    try:
        part = slice_asked(f"bytes={spec}", size, most=100)
    except NotSatisfiable:
        return
    assert part is None or (0 <= part.start <= part.end < size and part.end - part.start < 100)


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.mp4", b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        ("a.WEBM", b"\x1a\x45\xdf\xa3", "video/webm"),
        ("a.webp", b"RIFF....WEBP", "image/webp"),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT", "text/vtt"),
        ("a.webp", b"<svg onload=x>", ""),
        ("a.svg", b"<svg>", ""),
        ("a.html", b"<html>", ""),
        ("a", b"\x1a\x45\xdf\xa3", ""),
    ],
)
def test_kinds_of_files(name: str, head: bytes, expected: str) -> None:
    assert media_type_of(name, head) == expected


@pytest.mark.parametrize(
    ("rule", "parts", "opened", "expected"),
    [
        ("all_parts_opened", ["a", "b"], ["a", "b"], True),
        ("all_parts_opened", ["a", "b"], ["a"], False),
        ("all_parts_opened", ["a"], ["a", "of-another-edition"], True),
        ("all_parts_opened", [], [], False),
        ("some_other_rule", ["a"], ["a"], False),
    ],
)
def test_what_completes_the_content(rule: str, parts: list[str], opened: list[str], expected: bool) -> None:
    assert is_content_complete(rule, parts, opened) is expected


@pytest.mark.parametrize(
    ("kind", "seconds", "answered", "done", "fraction"),
    [
        ("lecture", 0, 0, False, 0.0),
        ("lecture", 50, 0, False, 0.5),
        ("lecture", 95, 0, True, 1.0),
        ("reading", 0, 0, False, 0.0),
        ("case", 0, 1, False, 0.5),
        ("case", 0, 2, True, 1.0),
    ],
)
def test_what_is_left_in_an_opened_part(kind: str, seconds: float, answered: int, done: bool, fraction: float) -> None:
    assert is_part_done(kind, seconds=seconds, duration=100, answered=answered, decisions=2) is done
    numbers = {"seconds": seconds, "duration": 100.0, "answered": answered, "decisions": 2}
    assert part_fraction(kind, is_opened=True, is_done=done, **numbers) == fraction  # type: ignore[arg-type]
    assert part_fraction(kind, is_opened=False, is_done=False, **numbers) == 0.0  # type: ignore[arg-type]


def test_evidence_is_as_good_as_its_weakest() -> None:
    assert overall_basis(["measured", "measured"]) == "measured"
    assert overall_basis(["measured", "attested"]) == "attested"


def test_chapters_are_watched_when_nearly_all_was_played() -> None:
    assert covers([(0, 9.6)], 0, 10)
    assert not covers([(0, 5), (20, 30)], 0, 10)
    assert not covers([], 0, 0)


def test_cues_become_sentences() -> None:
    cues = [
        {"from": 0, "text": "There are three goals"},
        {"from": 2, "text": "of care."},
        {"from": 4, "text": "They can pull against each other, and the patient decides how to weigh them."},
        {"from": 9, "text": "And then"},
    ]
    lines = transcript_lines(cues)
    assert [(line.at, line.text[:9]) for line in lines] == [(0, "There are"), (9, "And then")]
    assert lines[0].text.endswith("weigh them.")
