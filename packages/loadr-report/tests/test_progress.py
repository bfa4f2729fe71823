from loadr_report.progress import NoProgress


def test_no_progress_shows_nothing(make_snapshot, capfd):
    with NoProgress() as view:
        view.update(make_snapshot())
    assert capfd.readouterr() == ("", "")
