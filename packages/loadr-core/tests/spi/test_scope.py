"""A VU's state: its generator, and its branches."""

from loadr_core.cookies import CookieJar
from loadr_core.spi import Scope, VuContext


def scope(seed=1, iteration=0):
    made = Scope(VuContext(3, "main"), seed)
    made.iteration = iteration
    return made


def test_it_tells_who_it_is():
    assert repr(scope(iteration=4)) == "<Scope main vu=3 iteration=4>"


def test_draws_follow_seed_and_iteration():
    assert scope(1).random.random() == scope(1).random.random()
    assert scope(1).random.random() != scope(2).random.random()
    assert scope(1).random.random() != scope(1, iteration=1).random.random()
    twice = scope(1)
    twice.random.random()
    twice.iteration = 5
    assert twice.random.random() == scope(1, iteration=5).random.random()


def test_a_branch_is_the_same_vu_with_its_own_variables():
    outer = scope(iteration=2)
    outer.sessions.append("session")
    outer.variables["a"] = 1
    outer.group_paths[0] = "::g"
    (branch,) = outer.fork(1)
    branch.variables["a"] = 2
    branch.group_paths[0] = "::h"
    assert (branch.vu, branch.scenario, branch.iteration) == (3, "main", 2)
    assert branch.sessions is outer.sessions
    assert (outer.variables, outer.group_paths) == ({"a": 1}, {0: "::g"})
    branch.failed_requests += 2
    outer.failed_requests = 1
    outer.join((branch,))
    assert (outer.variables, outer.failed_requests) == ({"a": 2}, 3)


def test_branches_have_cookies_of_their_own_and_the_later_one_wins():
    outer = Scope(VuContext(3, "main"), cookies=CookieJar())
    outer.cookies.set("http://shop/", "old", "1", now=0)
    branches = outer.fork(2)
    inner = branches[0].fork(1)
    inner[0].cookies.set("http://shop/", "deep", "2", now=0)
    branches[0].join(inner)
    for number, branch in enumerate(branches):
        branch.cookies.set("http://shop/", "both", str(number), now=0)
    assert branches[1].cookies.line("http", "shop", "/", now=0) == "old=1; both=1"
    assert outer.cookies.line("http", "shop", "/", now=0) == "old=1"
    outer.join(branches)
    assert sorted(outer.cookies.line("http", "shop", "/", now=0).split("; ")) == ["both=1", "deep=2", "old=1"]


def test_branches_draw_apart_and_the_same_again_in_the_same_iteration():
    def draws(iteration):
        outer = scope(iteration=iteration)
        branches = [*outer.fork(2), *outer.fork(2)]
        branches += branches[0].fork(1)
        return [branch.random.random() for branch in branches]

    assert draws(0) == draws(0)
    assert len(set(draws(0) + draws(1))) == 10


def test_forks_are_counted_per_iteration():
    """What a VU did in earlier iterations does not change the draws of a later one."""
    busy, idle = scope(), scope(iteration=1)
    busy.fork(2)
    busy.iteration = 1
    assert busy.fork(1)[0].random.random() == idle.fork(1)[0].random.random()
