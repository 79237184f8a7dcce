"""A file that something has happened to: on its way, in an editor, in a program that writes JSON.

Every strategy here draws bytes, made from those of a real file.
"""

import copy
import json

from hypothesis import strategies as st

# What may stand in the place of a value, as JSON writes it.
STRANGE = [
    *("null", "true", "false", "0", "-1", "1", "2.5", "4096", "1e308", "-1e308", "1e-320", "-0.0"),
    *("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "9" * 5000, '""', '"text"', '"4096"'),
    *("[]", "{}", "[null]", '[1, "a", {}]', '{"a": 1}', '{"source": []}', '[["def f(): pass"]]'),
    *(r'"\u0000"', r'"\ud800"', r'"\u001b[31m"', r'"\r\n\u2028"', '"' + "x" * 5000 + '"'),
    *("[" * 400 + "]" * 400, "[" * 900 + "]" * 900, "[" * 90_000, "[" * 90_000 + "]" * 90_000),
    '{"a":' * 300 + "1" + "}" * 300,
]
MARK = "\u2603 here"


@st.composite
def wounded(draw, files):
    """One of those files, as bytes, damaged as JSON, as text or as bytes; or all of it."""
    whole = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(1, 2))):
        wound = draw(st.sampled_from([_replaced, _moved, _repeated, _cut, _flipped, _coded]))
        whole = wound(draw, whole)
    return whole


def _places(value, place=()):
    """The places of all values in JSON, as tuples of keys."""
    yield place
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[key], (*place, key))


def _parsed(whole):
    try:
        return json.loads(whole)
    except (ValueError, RecursionError):
        return None


def _put(parsed, place, value):
    if not place:
        return value
    holder = parsed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return parsed


def _got(parsed, place):
    for key in place:
        parsed = parsed[key]
    return parsed


def _replaced(draw, whole):
    """Another value in the place of one."""
    parsed = _parsed(whole)
    if parsed is None:
        return whole
    place = draw(st.sampled_from(list(_places(parsed))))
    text = json.dumps(_put(parsed, place, MARK))
    return text.replace(json.dumps(MARK), draw(st.sampled_from(STRANGE))).encode()


def _moved(draw, whole):
    """A copy of one value in the place of another: the same id twice, a cell in a cell."""
    parsed = _parsed(whole)
    if parsed is None:
        return whole
    places = st.sampled_from(list(_places(parsed)))
    value = copy.deepcopy(_got(parsed, draw(places)))
    return json.dumps(_put(parsed, draw(places), value)).encode()


def _repeated(draw, whole):
    """A key that stands there twice, the second time with something else."""
    parsed = _parsed(whole)
    if not isinstance(parsed, dict) or not parsed:
        return whole
    key = json.dumps(draw(st.sampled_from(sorted(parsed))))
    text = json.dumps(parsed).rstrip()
    return f"{text[:-1]}, {key}: {draw(st.sampled_from(STRANGE))}}}".encode()


def _cut(draw, whole):
    """A download that ended early, or one that began late."""
    at = draw(st.integers(0, len(whole)))
    return whole[:at] if draw(st.booleans()) else whole[at:]


def _flipped(draw, whole):
    """Some bytes are others, or one too many."""
    at = draw(st.integers(0, len(whole)))
    other = draw(st.binary(max_size=4))
    return whole[:at] + other + whole[at + draw(st.integers(0, 4)) :]


def _coded(draw, whole):
    """In another encoding, compressed, or nothing that was ever text."""
    text = whole.decode("utf-8", "replace")
    return draw(
        st.sampled_from(
            [
                b"",
                b"\x00" * 64,
                b"\x1f\x8b\x08" + whole,
                b"\x80\x04K\x01.",
                b"\xef\xbb\xbf" + whole,
                text.encode("utf-16"),
                text.encode("utf-32"),
                text.encode("latin-1", "replace"),
                text.replace("\n", "\r\n").encode(),
                f"<html><body>{text}</body></html>".encode(),
                f"<<<<<<< mine\n{text}=======\n{text}>>>>>>> theirs\n".encode(),
            ]
        )
    )
