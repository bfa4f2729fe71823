import pytest

from loadr_config.urls import without_user


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://ann:s3@cret@h/a@b?c=d@e", "http://h/a@b?c=d@e"),
        ("http://${u}:${secrets.p}@h/${id}", "http://h/${id}"),
        ("http://h/?to=http://u:p@x", "http://h/?to=http://x"),
        ("/relative@path", "/relative@path"),
    ],
)
def test_nobody_is_named(url, name):
    assert without_user(url) == name
