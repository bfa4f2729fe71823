import pytest

from loadr_js.errors import ScriptSyntaxError
from loadr_js.sources import strip_types

SCRIPT = """\
import http, {type Params, get} from 'k6/http';
import type {Options} from 'k6/options';
import {Trend} from "k6/metrics";
interface User { id: number; name?: string }
type Maybe<T> = T | undefined;
declare const __ENV: Record<string, string>;
export type {User};
export const options: Options = {vus: 1} as const satisfies object;
abstract class Base<T> implements Thing<T> {
  private readonly x: number = 1;
  declare y: string;
  protected abstract z(): void;
  constructor(a?: number) { this.x = a! + 1; }
  static of<U>(this: void, u: U): Base<U> { return null as unknown as Base<U>; }
  get v(): number { return this.x; }
}
function id<T extends object>(value: T, other?: string): asserts value is T { return <any>value; }
function over(a: string): void;
function over(a: any) { return a; }
const f = async (a: number, b: Array<Maybe<User>> = []): Promise<void> => { await g<number>(a); };
let later!: string;
export default function (this: any, data: {token: string}) { const u = data?.token!; return u as string; }
"""


def test_types_become_blanks_and_every_place_stays():
    stripped = strip_types(SCRIPT, "s.ts")
    assert len(stripped) == len(SCRIPT)
    assert [len(line) for line in stripped.splitlines()] == [len(line) for line in SCRIPT.splitlines()]
    for word in (
        "interface",
        "Maybe",
        "declare",
        "private",
        "abstract",
        "satisfies",
        "Promise",
        "Record",
        ": any",
    ):
        assert word not in stripped
    assert stripped.index("export default function") == SCRIPT.index("export default function")


def test_what_is_left_runs(bench):
    source = strip_types(
        """
        type Point = {x: number};
        enumLike();
        function enumLike(): void {}
        const add = <T extends number>(a: T, b?: T): number => (a as number) + (b ?? 0)!;
        class P<T> { constructor(public_: T) { this.v = public_ } v: T; }
        export default function (this: unknown): number { return add<number>(1, 2) + new P<number>(3).v; }
        """,
        "s.ts",
    )
    assert bench.run(source) == 6


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("import { User, make } from './u'; make() as User;", "import { make } from './u'; make();"),
        ("import { User } from './u'; let u: User;", "let u;"),
        ("import { User as U, make as m } from './u'; m();", "import { make as m } from './u'; m();"),
        ("import User, { make } from './u'; make();", "import { make } from './u'; make();"),
        ("import User, * as all from './u'; all.make();", "import * as all from './u'; all.make();"),
        ("import * as types from './u'; let u: types.User;", "let u;"),
        ("import './u';", "import './u';"),
        ("import { Base } from './u'; class A extends Base<B> {}", None),
        ("import { Maker } from './u'; const o = { Maker };", None),
        ("import { User } from './u'; export { User };", None),
        ("export { User } from './u';", None),
        (
            "interface User {}\nfunction make() {}\nexport { User, make };",
            "\nfunction make() {}\nexport { make };",
        ),
        ("type User = {};\nexport { User };", "\nexport { };"),
        ("interface User {}\nclass User {}\nexport { User };", "\nclass User {}\nexport { User };"),
        ("import { check } from 'k6'; check(1, { a: (x: number) => x > 0 });", None),
    ],
)
def test_a_name_that_is_never_a_value_is_dropped(source, left):
    stripped = strip_types(source, "s.ts")
    assert len(stripped) == len(source)
    expected = source.replace("<B>", "").replace(": number", "") if left is None else left
    assert "".join(stripped.split()) == "".join(expected.split())


@pytest.mark.parametrize(
    ("source", "reason", "line", "column"),
    [
        ("\nenum A { B }", "enum has an effect", 2, 1),
        ("namespace N { export const a = 1 }", "namespace has an effect", 1, 1),
        ("class A {\n  constructor(private a: number) {}\n}", "parameter property", 2, 15),
        ("const a: = 1;", "not TypeScript", 1, None),
    ],
)
def test_what_is_more_than_a_type_is_refused_at_its_line(source, reason, line, column):
    with pytest.raises(ScriptSyntaxError, match=reason) as raised:
        strip_types(source, "s.ts")
    assert raised.value.place.line == line
    if column is not None:
        assert raised.value.place.column == column
