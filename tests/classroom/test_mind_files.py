"""Minds from files: what they may see, how long they may think, whose role they have; each refusal names the line."""

from __future__ import annotations

import gc
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.automaker import Automaker
from agents.firm import Firm
from agents.magnet_maker import MagnetMaker
from agents.neighbour import Neighbour
from model.tables.faults import Faults
from runs.classroom import time_limit
from runs.classroom.exercise import EXERCISES, find_exercise
from runs.classroom.mind_file import mind_in
from runs.classroom.sandbox import sandbox
from runs.classroom.sweep import experiments_of, rehearsal, run_all, run_experiment, with_mind
from runs.simulation.stage import MINDS, play, stage

HEAD = "from agents.magnet_maker import MagnetMaker\n"
MIND = HEAD + "\n\nclass Mine(MagnetMaker):\n    def decide(self):\n        {}\n"  # the body begins in line 6


def wrong_with(tmp_path: Path, text: str, name: str = "mine.py") -> str:
    """What is said of a mind before the runs begin; empty where nothing is wrong."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    result = run_experiment(rehearsal(with_mind(find_exercise("0"), file), file))
    return result if isinstance(result, str) else ""


SPIES = [
    "x = self.chain.world.state.stock.max()",
    "x = self.chain.story",
    "x = self.chain.shocks",
    "x = self.model.people",
    "me = self; x = me.chain",
    "x = self._read.state.stock",
    "x = self._wish.run[:]",
    "x = self._partners",
    "x = self.stock.__func__.__globals__",
    "x = self.stock.__self__.chain",
    "x = ().__class__.__base__.__subclasses__()",
    "x = MagnetMaker.__subclasses__()",
    "x = self.__dict__",
    "x = type(self).__mro__",
    "x = getattr(self, 'chain')",
    "x = getattr(self, 'ch' + 'ain')",
    "x = hasattr(self, '_read')",
    "x = vars(self)",
    "x = '{0.chain.world.state.stock}'.format(self)",
    "x = eval('self.chain')",
    "exec('x = self.chain')",
    "x = open('/etc/passwd').read()",
    "x = __import__('gc').get_objects()",
    "x = globals()['__builtins__']",
    "x = __builtins__",
    "x = print.__self__",
    "x = (i for i in ()).gi_frame.f_back",
    "import gc; x = gc.get_objects()",
    "import sys; x = sys.modules",
    "import sys; x = sys._getframe(1)",
    "import inspect",
    "import os",
    "import ctypes",
    "import importlib",
    "import copy; x = copy.deepcopy(self)",
    "import pickle",
    "import mesa",
    "import time; time.sleep(1e9)",
    "import threading",
    "import model.chain",
    "from model.state import State",
    "from runs.simulation.stage import Stage",
    "from agents.firm import mesa",
    "from agents.firm import SupplyChain",
    "from agents.government import Government",
    "import agents.firm; x = agents.firm.mesa.Agent._ids",
    "from random import _os",
    "import random; x = random._os",
    "from operator import attrgetter; x = attrgetter('chain')(self)",
    "import operator; x = operator.attrgetter('chain')(self)",
    "from . import other",
    "self.chain.wishes().run[:] = 0.5",
    "self.chain.world.state.stock[:] = 1e6",
    "self._wish.run[0] = 0.5",
    "self.random.random()",
    "x = self.model.seed",
    "x = self.row",
    "self.remove()",
    "self.open_views()",
    "self.release(1.0)",
    "me = self; x = me.random.random()",
    "me = self; me.remove()",
    "x = reduce(getattr, ['chain', 'world'], self)".replace("x =", "from functools import reduce; x ="),
    "x = list(map(getattr, [self], ['chain']))",
    "x = [getattr(self, name) for name in dir(self)]",
    "x = getattr(self, 'the firm behind the view')",
    "class S(str): startswith = lambda *_: False; x = getattr(self, S('__dict__'))".replace("; x", "\n        x"),
    "x = MagnetMaker.stock.__closure__",
    "x = MagnetMaker(None, 'PRO-L').stock('alloy')",
    "x = type(self)(None, 'PRO-L').stock('alloy')",
    "x = [e.__traceback__ for e in [ValueError()]]",
    "x = [e.tb_frame for e in [ValueError()]]",
    "x = [e.obj for e in [AttributeError(obj=self)]]",
    "x = (lambda: (yield))().gi_frame",
    "async def f(): pass",
    "f = lambda: (yield)",
    "def f():\n            yield from self.needs",
    "x = '{0.news}'.format(self)",
    "x = type('X', (), {})",
    "x = type(int)('X', (), {'__match_args__': ('__dict__',)})",
    "x = int.__class__('X', (), {})",
    "x = getattr(int, '__class__')",
    "class X(metaclass=type(int)): pass",
    "match int: # any\n          case object(__class__=x): pass",
    "import numpy; x = numpy.load('/etc/passwd')",
    "import string; x = string.Formatter().get_field('0.chain', [self], {})",
    "from typing import get_type_hints",
    "from functools import update_wrapper",
    "from dataclasses import inspect",
    "from dataclasses import dataclass; dataclass(MagnetMaker)",
    "from collections.abc import Sequence; Sequence.register(int)",
    "from random import seed",
    "import statistics; statistics.mean.shared = []",
    "import functools; functools.lru_cache.shared = []",
    "MagnetMaker.decide = lambda self: None",
    "MagnetMaker.shared = []",
    "setattr(MagnetMaker, 'shared', [])",
    "import math; math.pi = 3",
    "del MagnetMaker.traits",
    "x = super().chain",
    "x = getattr(super(), 'chain')",
    "import math; x = math.sys",
    "import random; random.seed(1)",
    "self.line = 'TOY-HEV'",
    "self.news = 0.0",
    "setattr(self, 'news', 0.0)",
    "del self.needs",
    "class X(Automaker): pass\n        self.__class__ = X",
    "class X(Automaker): pass\n        setattr(self, '__class__', X)",
    "MagnetMaker.hold('alloy', 1.0)",
    "raise SystemExit(0)",
    "exit()",
]


@pytest.mark.parametrize("body", SPIES)
def test_a_mind_that_looks_or_writes_too_far_is_stopped_with_file_and_line(tmp_path: Path, body: str) -> None:
    text = wrong_with(tmp_path, MIND.format(body))
    assert re.match(r"mine\.py, line [67]: a mind ", text) and "\n" not in text, text
    assert "read-only" not in text


@pytest.mark.parametrize("way", ["ValueError", "Exception", "BaseException"])
def test_a_mind_that_keeps_quiet_about_a_cheat_is_stopped_too(tmp_path: Path, way: str) -> None:
    body = f"me = self\n        try:\n            x = {{}}\n        except {way}:\n            pass"
    for look in ("me.chain", "getattr(me, 'ch' + 'ain')"):
        text = wrong_with(tmp_path, MIND.format(body.format(look)))
        assert re.match(r"mine\.py, line 8: a mind cannot look at 'chain'", text), text


ALIASES = {
    "a function": "import statistics\nf = statistics.mean\nf.shared = []",
    "a class": "from collections import Counter\nC = Counter\nC.shared = []",
    "a mind": "M = MagnetMaker\nM.shared = []",
    "a sense": "M = MagnetMaker\nsetattr(M, 'news', 1.0)",
    "a habit": "from agents.habits import precaution as p\np.shared = []",
    "a module": "import math as m\nm.shared = []",
    "a part": "import math as m\ndel m.pi",
    "a private name": "_abc_caches_clear = 1\nfrom collections.abc import Sequence as S\nS._abc_caches_clear()",
    "an error": "\n\ntry: MagnetMaker(1).news\nexcept ValueError as e: type(e).shared = []",
}


@pytest.mark.parametrize("kind", ALIASES)
def test_nothing_that_other_runs_share_can_be_changed(tmp_path: Path, kind: str) -> None:
    text = HEAD + ALIASES[kind] + "\nclass Mine(MagnetMaker):\n    pass\n"
    found = wrong_with(tmp_path, text)
    assert re.match(r"mine\.py, line [3-6]: a mind (changes itself, not|cannot look at)", found), found


OTHERWISE = {
    "a pattern": ("class Mine(MagnetMaker):\n    def decide(self):\n        match self:\n"
                  "            case MagnetMaker(chain=c):\n                pass\n", 5),
    "what it is made from": ("class Mine(MagnetMaker):\n    def __init__(self, chain, line):\n"
                             "        super().__init__(chain, line)\n        self.all = chain.world\n", 5),
    "all arguments": ("class Mine(MagnetMaker):\n    def __init__(self, *where):\n"
                      "        super().__init__(*where)\n        self.all = where[0].world\n", 5),
    "a property": ("class Mine(MagnetMaker):\n    @property\n    def worried(self):\n        return self.chain.day\n"
                   "    def decide(self):\n        super().decide()\n", 5),
    "another look": ("class Mine(MagnetMaker):\n    def __getattribute__(self, name):\n        return 0\n", 3),
    "the head of the file": ("import gc\nEVERYTHING = gc.get_objects()\nclass Mine(MagnetMaker):\n    pass\n", 2),
    "the head of the class": ("class Mine(MagnetMaker):\n    all = [].__class__.__base__\n", 3),
    "a dunder of its own": ("class Mine(MagnetMaker):\n    def __del__(self):\n        pass\n", 3),
    "all names": ("from agents.firm import *\nclass Mine(MagnetMaker):\n    pass\n", 2),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERWISE)
def test_other_ways_to_look_too_far_are_stopped(tmp_path: Path, kind: str) -> None:
    text, line = OTHERWISE[kind]
    assert re.match(rf"mine\.py, line {line}: ", wrong_with(tmp_path, HEAD + text)), wrong_with(tmp_path, HEAD + text)


def test_a_number_that_compares_as_it_likes_is_held_to_its_bounds(tmp_path: Path) -> None:
    sly = "class Sly(float):\n    def __le__(self, other): return True\n    def __ge__(self, other): return True\n"
    for wish in ("self.run_at(Sly(50.0))", "self.accept({self.customers[0]: Sly(50.0)})"):
        assert "must be >= 0 and <= 1, got 50" in wrong_with(tmp_path, HEAD + sly + MIND.format(wish)), wish


def test_an_object_of_a_file_is_no_number(tmp_path: Path) -> None:
    sly = "class Sly:\n    def __le__(self, other): return True\n    def __ge__(self, other): return True\n"
    sly += "    def __float__(self): return 50.0\n    def __mul__(self, other): return 50.0\n"
    words = "a mind wishes with numbers and codes, not with 'Sly'"
    assert words in wrong_with(tmp_path, HEAD + sly + MIND.format("self.run_at(Sly())"))
    sense = "class Mine(MagnetMaker):\n    @property\n    def worried(self): return Sly()\n"
    assert words in wrong_with(tmp_path, HEAD + sly + sense)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("self.run_at('1')", r"run_at\('1'\) cannot be read; write run_at\(share\)"),
        ("self.hold('dytb', None)", r"hold\('dytb', None\) cannot be read; write hold\(good, days\)"),
        ("self.hold('dytb')", r"hold\('dytb'\) cannot be read; write hold\(good, days\)"),
        ("self.cover()", r"cover\(\) cannot be read; write cover\(good\)"),
        ("self.run_at(part=1)", r"run_at\(part=1\) cannot be read; write run_at\(share\)"),
        ("self.split('alloy', None)", r"split\('alloy', None\) cannot be read; write split\(good, shares\)"),
        ("self.ration([1])", r"ration\(\(1,\)\) cannot be read; write ration\(weights\)"),
        ("self.caution = 'much'", "'caution' is a number, and cannot be 'much'"),
    ],
)
def test_a_word_that_cannot_be_read_is_told_as_it_is_written(tmp_path: Path, body: str, told: str) -> None:
    text = wrong_with(tmp_path, MIND.format(body))
    assert re.match(rf"mine\.py, line \d+: {told}", text) and "Error" not in text, text


@pytest.mark.parametrize(("fault", "told"), [("1 + 'a'", "TypeError: un"), ("None.x", "AttributeError: 'None")])
def test_a_fault_in_a_way_of_its_own_that_the_old_habits_ask_for_is_told_as_it_is(
    tmp_path: Path, fault: str, told: str
) -> None:
    own = f"class Mine(MagnetMaker):\n    @property\n    def worried(self): return {fault}\n"
    text = wrong_with(tmp_path, HEAD + own)
    assert text.startswith(f"mine.py, line 4: {told}") and "cannot be read" not in text, text


@pytest.mark.parametrize("fact", ['line = "SEJ-H"', "needs = ()", "def makes(self): return 'dytb'"])
def test_a_fact_of_the_firm_stays_so(tmp_path: Path, fact: str) -> None:
    found = wrong_with(tmp_path, f"{HEAD}class Mine(MagnetMaker):\n    {fact}\n")
    assert re.fullmatch(r"mine\.py, line 2: '\w+' is a fact of the firm and stays so; leave it out", found), found


def test_an_error_that_cannot_say_what_it_is_is_told_with_its_line(tmp_path: Path) -> None:
    head = "class E(Exception):\n    def __str__(self): return 1 / 0\n"
    assert wrong_with(tmp_path, HEAD + head + MIND.format("raise E()")) == "mine.py, line 9: E"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = wrong_with(tmp_path, "import os\n" + MIND.format("x = self.chain\n        y = self._read"))
    assert [line.split(":")[0] for line in text.splitlines()] == [f"mine.py, line {n}" for n in (1, 7, 8)]


def history(tmp_path: Path, text: str, role: str = "magnet_maker", days: int = 14, seed: int = 1) -> Any:
    """A chain that was played for some days with a mind of some text."""
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    chain = stage("april-2025", seed, cast={**MINDS, role: mind_in(file, role)})
    play(chain, days=days)
    return chain


def runs_at(chain: Any, role: str = "magnet_maker") -> np.ndarray:
    """The share of capacity at which lines of a role want to run."""
    rows = [row for row, line in enumerate(chain.register.tables.firms) if line.role == role]
    return np.array(chain.world.policy.run[rows])


def test_minds_share_no_memory(tmp_path: Path) -> None:
    body = "BOOK[self.line] = 1\n        self.seen.append(self.line)\n"
    body += "        self.run_at(1.0 if len(BOOK) + len(set(self.seen)) == 2 else 0.0)"
    text = (
        MIND.format(body).replace("class Mine", "BOOK = {}\n\nclass Mine").replace("    def", "    seen = []\n    def")
    )
    wanted = runs_at(history(tmp_path, text))
    assert len(wanted) > 5 and np.all(wanted == 1.0)


def test_the_luck_of_a_mind_is_its_own_and_comes_again_with_the_seed(tmp_path: Path) -> None:
    text = MIND.format("import random\n        self.run_at(random.random())")
    before = random.getstate()
    first, again, other = (runs_at(history(tmp_path, text, seed=seed)) for seed in (1, 1, 2))
    assert random.getstate() == before
    np.testing.assert_array_equal(first, again)
    assert len(set(first)) == len(first) and np.all(first != other)


OWN_WAYS = {
    "a sense": "    @property\n    def worried(self):\n        return 0.75\n",
    "a sense as a number": "    worried = 0.75\n",
    "a number of its kind": "    caution, fear_of_news = 1.5, 0.0\n    worst_fill_rate = 0.5\n",
    "a number, when it is made": "    worried = 1.0\n    def __init__(self):\n        super().__init__()\n"
                                 "        self.caution = 0.375 * 2\n",
}  # fmt: skip


@pytest.mark.parametrize("way", OWN_WAYS)
def test_the_old_habits_go_by_what_a_mind_has_in_its_own_way(tmp_path: Path, way: str) -> None:
    # magnet makers want 1 + caution x worried times the normal cover
    chain = history(tmp_path, HEAD + "class Mine(MagnetMaker):\n" + OWN_WAYS[way])
    caution = chain.register.mind("magnet_maker")["caution"]
    factor = {"a sense": 1.0 + 0.75 * caution, "a sense as a number": 1.0 + 0.75 * caution}.get(way, 1.75)
    maker = next(each for each in chain.people.values() if type(each).__name__ == "Mine")
    for need in maker._partners.bought:
        normal = chain.world.network.normal_cover[need]
        assert chain.world.policy.cover[need] == pytest.approx(factor * normal)


FAIR = {
    "memory of its own": "self._weeks = getattr(self, '_weeks', 0) + 1\n        self.run_at(1.0 if self._weeks else 0)",
    "the old habits": "super().decide()\n        MagnetMaker.decide(self)",
    "plain Python": "import math, random\n        self.hold(self.needs[0], math.sqrt(90.0))",
    "a name that the firm has, too": "self.chain = self.row = 3\n        self.run_at(1.0 if self.row == 3 else 0.0)",
    "a random number": "import random\n        self.run_at(random.uniform(0.5, 1.0))",
    "a loop of the library": "import itertools\n        x = list(itertools.islice(itertools.count(), 3))",
    "a text": "print(f'{self.news:.2f}', '%s' % self.line, end='')",
    "run by itself": "if __name__ == '__main__':\n            pass",
    "habits": "from agents.habits import precaution\n        self.stock_up(precaution(self.worried, 0.5))",
    "all senses": "for good in self.needs:\n            self.bid(good, max(0.0, self.price(good) - 1.0))\n"
                  "            self.split(good, self.suppliers(good)); self.waiting_for_licence(good)",
    "its class": "print(type(self).__name__, self.__class__.__name__, end='', file=None)",
}  # fmt: skip


@pytest.mark.parametrize("kind", FAIR)
def test_a_fair_mind_is_left_in_peace(tmp_path: Path, kind: str) -> None:
    assert wrong_with(tmp_path, MIND.format(FAIR[kind])) == ""


def test_a_mind_with_a_making_of_its_own_and_types_is_left_in_peace(tmp_path: Path) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import Any\n"
        "from agents.magnet_maker import MagnetMaker\n\n"
        "class Memory:\n    def __init__(self, size):\n        self.size = size\n\n"
        "class Mine(MagnetMaker):\n    def __init__(self, chain: Any, line: str) -> None:\n"
        "        super().__init__(chain, line)\n        self.memory, self.mine = Memory(3), line\n"
        "    def decide(self) -> None:\n        self.run_at(1.0 if self.memory.size == 3 else 0.0)\n"
    )
    assert wrong_with(tmp_path, text) == ""


@pytest.mark.parametrize("file", sorted(EXERCISES.glob("*/*.py")), ids=lambda file: file.name)
def test_the_minds_that_come_with_exercises_play_as_they_would_without_a_guard(file: Path) -> None:
    role, kind = ("magnet_maker", MagnetMaker) if file.parent.name.startswith("00") else ("neighbour", Neighbour)
    mind = mind_in(file, role)
    assert issubclass(mind, kind)
    scope: dict[str, type] = {each.__name__: each for each in (MagnetMaker, Neighbour)}
    exec(compile(file.read_text(encoding="utf-8"), "plain", "exec"), scope)
    np.testing.assert_array_equal(sold(role, mind), sold(role, scope[mind.__name__]))


def sold(role: str, mind: type[Firm]) -> np.ndarray:
    """What is sold day by day with a mind for a role, in a spring in which parts run short."""
    settings = ["needs.cover_days*=0.3"]
    return play(stage("april-2025", settings=settings, cast={**MINDS, role: mind}), days=120).lines["sold"]


@pytest.mark.parametrize("role", MINDS)
def test_a_mind_that_adds_nothing_decides_as_the_minds_of_its_role(tmp_path: Path, role: str) -> None:
    file = tmp_path / "mine.py"
    name = MINDS[role].__name__
    file.write_text(f"class Mine({name}):\n    def decide(self):\n        {name}.decide(self)\n", encoding="utf-8")
    np.testing.assert_array_equal(sold(role, mind_in(file, role)), sold(role, MINDS[role]))


# without an end


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(time_limit, "LIMIT_SECONDS", 0.6)
    gc.collect()
    gc.freeze()  # what earlier tests left is not looked through in a mind's time
    yield
    gc.unfreeze()


ENDLESS = {
    "a loop": "while True: pass",
    "a loop that catches": "while True:\n            try: x = 1\n            except Exception: pass",
    "a long loop": "for i in range(99_999_999):\n            for j in range(99_999_999): pass",
    "an endless generator": "x = sum(1 for _ in iter(lambda: 1, 0))",
    "a loop in a function": "def f():\n            while True: x = 1\n        f()",
}  # fmt: skip


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="nobody can ring on this system")
@pytest.mark.parametrize("kind", ENDLESS)
def test_a_mind_without_an_end_is_stopped_with_file_and_line(tmp_path: Path, impatient: None, kind: str) -> None:
    text = wrong_with(tmp_path, MIND.format(ENDLESS[kind]))
    assert re.match(r"mine\.py, line ([6-9]|10): Mine did not come to a decision within 1 seconds of work", text), text


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="nobody can ring on this system")
def test_a_file_or_a_making_without_an_end_is_stopped(tmp_path: Path, impatient: None) -> None:
    text = wrong_with(tmp_path, MIND.format("pass") + "\n\nwhile True:\n    pass\n")
    assert re.match(r"mine\.py, line (9|10): mine\.py did not come to an end", text), text
    text = MIND.format("pass").replace("decide(self)", "__init__(self, *where)").replace("pass", "while True: pass")
    assert re.match(r"mine\.py, line 6: Mine did not come to an end", wrong_with(tmp_path, text))


STUCK = {
    "an endless sum": "x = sum(iter(int, 1))",
    "a long sum": "x = sum(range(10**12))",
    "an endless count": "import itertools; x = sum(itertools.count())",
    "a loop that catches": "while True:\n            try:\n                x = sum(1 for _ in iter(int, 1))\n"
                           "            except BaseException: pass",
}  # fmt: skip


@pytest.mark.subprocess
@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="nobody can ring on this system")
@pytest.mark.parametrize("kind", STUCK)
def test_a_mind_that_no_signal_stops_ends_with_its_process_and_a_sentence(
    tmp_path: Path, impatient: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(time_limit, "STUCK_SECONDS", 0.3)
    file = tmp_path / "学生の考え.py"  # a name that stacks do not write as it is
    file.write_text(MIND.format(STUCK[kind]), encoding="utf-8")
    with pytest.raises(Faults, match=r"^学生の考え\.py, line ([6-9]|10): \w+ did not come to .* within \d+ seconds"):
        run_all([rehearsal(with_mind(find_exercise("0"), file), file)])


@pytest.mark.subprocess
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
def test_a_mind_that_wants_all_memory_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MIND.format("x = bytearray(3 * 2**30)"), encoding="utf-8")
    with pytest.raises(Faults, match=r"^mine\.py, line 6: MemoryError: a mind may use 2 GB"):
        run_all([rehearsal(with_mind(find_exercise("0"), file), file)])


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "GeneratorExit", "SystemExit(0)"])
def test_a_mind_cannot_end_the_program(tmp_path: Path, name: str) -> None:
    assert wrong_with(tmp_path, MIND.format(f"raise {name}")) == "mine.py, line 6: a mind cannot end the program"


def test_a_recursion_without_an_end_is_told(tmp_path: Path) -> None:
    assert re.match(r"mine\.py, line \d: RecursionError", wrong_with(tmp_path, MIND.format("self.decide()")))


@pytest.mark.subprocess
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("x = self.chain.world", "linestop: mine.py, line 6: a mind cannot look at 'chain'"),
        ("x = sum(iter(int, 1))", "linestop: mine.py, line 6: it did not come to an end within 10 seconds of work"),
    ],
)
def test_the_command_ends_with_one_sentence_and_leaves_nothing(tmp_path: Path, body: str, complaint: str) -> None:
    file, out = tmp_path / "mine.py", tmp_path / "out"
    file.write_text(MIND.format(body), encoding="utf-8")
    command = [sys.executable, "-m", "runs", "exercise", "0", "--mind", str(file), "--out", str(out), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2 and done.stderr.startswith(complaint) and done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == "" and not out.exists() and list(tmp_path.iterdir()) == [file]


# the role, and files that are none

CAR = "from agents.automaker import Automaker\nclass Mine(Automaker):\n    def decide(self): self.run_at(1.0)\n"
NO_MINDS = {
    "of a car maker": (
        CAR,
        "line 2: Mine is a mind of the kind Automaker, and here one of MagnetMaker is asked for",
    ),
    "of the neighbour": (CAR.replace("automaker", "neighbour").replace("Automaker", "Neighbour"), "Neighbour, and"),
    "no mind": ("x = 1\n", "found no mind"),
    "only somebody else's": (HEAD, "found no mind"),
    "empty": ("", "found no mind"),
    "two minds": (
        MIND.format("pass") + "class Other(MagnetMaker):\n    pass\n",
        "no.py, line 7: found 2 minds, Mine, Other; keep one",
    ),
    "no Python": ("def decide(self)\n    pass\n", "no.py, line 1: SyntaxError"),
    "a decision that is a number": (f"{HEAD}class Mine(MagnetMaker):\n    decide = 5\n", "write 'def decide(self):'"),
    "a decision without itself": (f"{HEAD}class Mine(MagnetMaker):\n    def decide(): pass\n", "'def decide(self):'"),
    "a decision about more": (f"{HEAD}class Mine(MagnetMaker):\n    def decide(self, x): 1\n", "'def decide(self):'"),
    "a decision of Python's own": (f"{HEAD}class Mine(MagnetMaker):\n    decide = max\n", "no.py: TypeError: max"),
    "a making from more": (
        f"{HEAD}class Mine(MagnetMaker):\n    def __init__(self, a, b, c): pass\n",
        "line 2: nobody can call Mine as it is; write 'def __init__(self, chain, line):' in it",
    ),
    "an error": ("x = 1\ny = 1 / 0\n", "no.py, line 2: ZeroDivisionError"),
    "a nest": ("x = " + "(" * 5000 + ")" * 5000 + "\n", "no.py"),
    "a long sum": ("x = " + "1+" * 50_000 + "1\n", "no.py"),
    "a NUL": ("x = '\0'\n", "no.py"),
}


@pytest.mark.parametrize("kind", NO_MINDS)
def test_what_is_no_mind_of_the_role_is_refused_before_the_run(tmp_path: Path, kind: str) -> None:
    text, words = NO_MINDS[kind]
    text = wrong_with(tmp_path, text, "no.py")
    assert re.match(r"no\.py(, line \d+)?: ", text) and words in text, text


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.py"
    latin.write_bytes(HEAD.encode() + "# café\n".encode("latin-1"))
    for file, words in ((latin, r"^latin\.py, line 2: .* save it as UTF-8"), (tmp_path, "no such Python file"),
                        (tmp_path / "absent.py", "no such Python file")):  # fmt: skip
        with pytest.raises(Faults, match=words):
            mind_in(file)


def test_a_mind_of_no_role_and_one_that_builds_on_another_of_the_file_are_taken(tmp_path: Path) -> None:
    firm = "from agents.firm import Firm\nclass Mine(Firm):\n    def decide(self): self.run_at(1.0)\n"
    assert wrong_with(tmp_path, firm) == ""
    assert wrong_with(tmp_path, MIND.format("pass") + "class Better(Mine):\n    pass\n") == ""
    assert mind_in(tmp_path / "mine.py").__name__ == "Better"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("self.chain.world.state.stock[:] = 1e6", "wrote into the world; a mind only wishes"),
        ("self.chain._world.state.stock[:] = 1e6", "wrote into the world; a mind only wishes"),
        ("self.chain.world.state.stock.base[:] = 1e6", "wrote into the world; a mind only wishes"),
        (
            "self.chain.wishes().cover[:] = 0.0",
            "the wish 'cover' of somebody else; a mind wishes for its own",
        ),
        ("self._wish.run[0] = 0.5", "the wish 'run' of somebody else"),
        ("self.chain.wishes().willing[:] = 0.5", "the wish 'willing' of somebody else"),
        ("self._wish.fine[self.row] = -9.0", "the wish 'fine' of somebody else"),
        ("self.chain.wishes().ceiling[:] = 9.0", "the wish 'ceiling' of somebody else"),
        ("self.chain.people['TOY-ICE'].run_at(0.0)", "the wish 'run' of somebody else"),
    ],
)
def test_a_referee_finds_out_who_writes_whatever_the_rules_for_files_missed(body: str, complaint: str) -> None:
    scope: dict[str, type[MagnetMaker]] = {}
    exec(MIND.format(body), scope)
    with pytest.raises(ValueError, match=complaint):
        play(stage("april-2025", cast={**MINDS, "magnet_maker": sandbox(scope["Mine"])}), days=7)


def test_a_referee_lets_a_car_maker_close_its_own_lines() -> None:
    np.testing.assert_array_equal(sold("automaker", sandbox(Automaker)), sold("automaker", Automaker))


def test_a_mistake_in_a_later_week_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        MIND.format("x = 1 / 0 if self.stock(self.needs[0]) < 1e-9 or self.news > 0.01 else 1"), encoding="utf-8"
    )
    mine = with_mind(find_exercise("0"), file)
    yours = next(each for each in experiments_of(mine, mine.sweep[0]) if str(file) in each.minds.values())
    assert re.match(r"mine\.py, line 6: ZeroDivisionError", str(run_experiment(yours)))
