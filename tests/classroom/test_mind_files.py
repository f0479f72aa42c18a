"""Minds from files: what they may see, how long they may think, whose role they have; each refusal names the line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.magnet_maker import MagnetMaker
from agents.neighbour import Neighbour
from model.tables.faults import Faults
from runs.classroom import time_limit
from runs.classroom.exercise import EXERCISES, find_exercise
from runs.classroom.mind_file import mind_in
from runs.classroom.sandbox import sandbox
from runs.classroom.sweep import experiments_of, run_experiment, with_mind
from runs.simulation.stage import MINDS, play, stage

HEAD = "from agents.magnet_maker import MagnetMaker\n"
MIND = HEAD + "\n\nclass Mine(MagnetMaker):\n    def decide(self):\n        {}\n"  # the body begins in line 6


def wrong_with(tmp_path: Path, text: str, name: str = "mine.py") -> str:
    """What is said of a mind before the runs begin; empty where nothing is wrong."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    try:
        with_mind(find_exercise("0"), file)
    except Faults as faults:
        return "\n".join(faults.sentences)
    return ""


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
    "self.chain = None",
    "MagnetMaker.decide = lambda self: None",
    "MagnetMaker.shared = []",
    "setattr(MagnetMaker, 'shared', [])",
    "import math; math.pi = 3",
    "del MagnetMaker.traits",
    "raise SystemExit(0)",
    "exit()",
]


@pytest.mark.parametrize("body", SPIES)
def test_a_mind_that_looks_or_writes_too_far_is_stopped_with_file_and_line(tmp_path: Path, body: str) -> None:
    text = wrong_with(tmp_path, MIND.format(body))
    assert re.match(r"mine\.py, line 6: (a mind |what a mind |cannot import)", text), text
    assert "read-only" not in text


@pytest.mark.parametrize("way", ["ValueError", "Exception", "BaseException"])
def test_a_mind_that_keeps_quiet_about_a_cheat_is_stopped_too(tmp_path: Path, way: str) -> None:
    body = f"try:\n            x = '{{0.chain}}'.format(self)\n        except {way}:\n            pass"
    text = wrong_with(tmp_path, MIND.format(body))
    assert re.match(r"mine\.py, line 7: a mind cannot look at 'chain'", text), text


OTHERWISE = {
    "a pattern": ("class Mine(MagnetMaker):\n    def decide(self):\n        match self:\n"
                  "            case MagnetMaker(chain=c):\n                pass\n", 5),
    "what it is made from": ("class Mine(MagnetMaker):\n    def __init__(self, chain, line):\n"
                             "        super().__init__(chain, line)\n        self.all = chain.world\n", 5),
    "all arguments": ("class Mine(MagnetMaker):\n    def __init__(self, *where):\n"
                      "        super().__init__(*where)\n        self.where = where\n", 5),
    "a decorated making": ("def spy(f):\n    return f\nclass Mine(MagnetMaker):\n    @spy\n"
                           "    def __init__(self, chain, line):\n        super().__init__(chain, line)\n", 6),
    "another look": ("class Mine(MagnetMaker):\n    def __getattribute__(self, name):\n        return 0\n", 3),
    "the head of the file": ("import gc\nEVERYTHING = gc.get_objects()\nclass Mine(MagnetMaker):\n    pass\n", 2),
    "the head of the class": ("class Mine(MagnetMaker):\n    all = [].__class__.__base__\n", 3),
    "all names": ("from agents.firm import *\nclass Mine(MagnetMaker):\n    pass\n", 2),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERWISE)
def test_other_ways_to_look_too_far_are_stopped(tmp_path: Path, kind: str) -> None:
    text, line = OTHERWISE[kind]
    assert re.match(rf"mine\.py, line {line}: ", wrong_with(tmp_path, HEAD + text)), wrong_with(tmp_path, HEAD + text)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = wrong_with(tmp_path, "import os\n" + MIND.format("x = self.chain\n        y = self._read"))
    assert [line.split(":")[0] for line in text.splitlines()] == [f"mine.py, line {n}" for n in (1, 7, 8)]


def test_minds_share_no_memory(tmp_path: Path) -> None:
    body = "BOOK[self.line] = 1\n        self.seen.append(self.line)\n"
    body += "        self.run_at(1.0 if len(BOOK) + len(set(self.seen)) == 2 else 0.0)"
    text = (
        MIND.format(body).replace("class Mine", "BOOK = {}\n\nclass Mine").replace("    def", "    seen = []\n    def")
    )
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    chain = stage("april-2025", cast={**MINDS, "magnet_maker": mind_in(file, "magnet_maker")})
    play(chain, days=14)
    rows = [row for row, line in enumerate(chain.register.tables.firms) if line.role == "magnet_maker"]
    assert len(rows) > 5 and np.all(chain.world.policy.run[rows] == 1.0)


FAIR = {
    "memory of its own": "self._weeks = getattr(self, '_weeks', 0) + 1\n        self.run_at(1.0 if self._weeks else 0)",
    "the old habits": "super().decide()\n        MagnetMaker.decide(self)",
    "plain Python": "import math, random\n        self.hold(self.needs[0], math.sqrt(90.0))",
    "numpy": "import numpy as np\n        self.hold(self.needs[0], float(np.clip(self.cover(self.needs[0]), 10, 90)))",
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
    scope: dict[str, type] = {}
    exec(compile(file.read_text(encoding="utf-8"), "plain", "exec"), scope)
    (plain,) = (each for name, each in scope.items() if name == mind.__name__)

    def sold(cast: type) -> np.ndarray:
        return play(stage("april-2025", cast={**MINDS, role: cast}), days=60).lines["sold"]

    np.testing.assert_array_equal(sold(mind), sold(plain))


# without an end


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "LIMIT_SECONDS", 0.3)


ENDLESS = {
    "a loop": "while True: pass",
    "a loop that catches": "while True:\n            try: x = 1\n            except Exception: pass",
    "a long loop": "for i in range(99_999_999):\n            for j in range(99_999_999): pass",
    "an endless generator": "x = sum(1 for _ in iter(lambda: 1, 0))",
    "a loop in a function": "def f():\n            while True: x = 1\n        f()",
}


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="nobody can ring on this system")
@pytest.mark.parametrize("kind", ENDLESS)
def test_a_mind_without_an_end_is_stopped_with_file_and_line(tmp_path: Path, impatient: None, kind: str) -> None:
    text = wrong_with(tmp_path, MIND.format(ENDLESS[kind]))
    assert re.match(r"mine\.py, line ([6-9]|10): Mine did not come to a decision within 0 seconds of work", text), text


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="nobody can ring on this system")
def test_a_file_or_a_making_without_an_end_is_stopped(tmp_path: Path, impatient: None) -> None:
    text = wrong_with(tmp_path, MIND.format("pass") + "\n\nwhile True:\n    pass\n")
    assert re.match(r"mine\.py, line (9|10): mine\.py did not come to an end", text), text
    text = MIND.format("pass").replace("decide(self)", "__init__(self, *where)").replace("pass", "while True: pass")
    assert re.match(r"mine\.py, line 6: Mine did not come to an end", wrong_with(tmp_path, text))


@pytest.mark.parametrize(
    "body", ["x = sum(range(10**12))", "x = list(range(10**30))", "x = max(range(0, -10**12, -1))"]
)
def test_a_huge_range_is_refused(tmp_path: Path, body: str) -> None:
    assert re.match(r"mine\.py, line 6: a range of more than", wrong_with(tmp_path, MIND.format(body)))


@pytest.mark.subprocess
def test_a_mind_that_sticks_in_one_instruction_ends_the_process_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "stuck.py"
    file.write_text(MIND.format("import itertools; x = sum(itertools.count())"), encoding="utf-8")
    code = (
        "import runs.classroom.time_limit; runs.classroom.time_limit.STUCK_SECONDS = 0.5\n"
        "from pathlib import Path\nfrom runs.simulation.stage import MINDS, play, stage\n"
        "from runs.classroom.mind_file import mind_in\n"
        f"play(stage('april-2025', cast={{**MINDS, 'magnet_maker': mind_in(Path({str(file)!r}))}}), days=7)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1 and re.search(r'stuck\.py", line 6 in decide', done.stderr), done.stderr


# the role, and files that are none

CAR = "from agents.automaker import Automaker\nclass Mine(Automaker):\n    def decide(self): self.run_at(1.0)\n"
NO_MINDS = {
    "of a car maker": (CAR, "Mine is a mind of the kind Automaker, and here one of MagnetMaker is asked for"),
    "of the neighbour": (CAR.replace("automaker", "neighbour").replace("Automaker", "Neighbour"), "Neighbour, and"),
    "no mind": ("x = 1\n", "found no mind"),
    "only somebody else's": (HEAD, "found no mind"),
    "empty": ("", "found no mind"),
    "two minds": (
        MIND.format("pass") + "class Other(MagnetMaker):\n    pass\n",
        "found 2 minds, Mine, Other; keep one",
    ),
    "no Python": ("def decide(self)\n    pass\n", "no.py, line 1: SyntaxError"),
    "an error": ("x = 1\ny = 1 / 0\n", "no.py, line 2: ZeroDivisionError"),
    "a nest": ("x = " + "(" * 5000 + ")" * 5000 + "\n", "no.py"),
    "a long sum": ("x = " + "1+" * 50_000 + "1\n", "no.py"),
    "a NUL": ("x = '\0'\n", "no.py"),
}


@pytest.mark.parametrize("kind", NO_MINDS)
def test_what_is_no_mind_of_the_role_is_refused_before_the_run(tmp_path: Path, kind: str) -> None:
    text, words = NO_MINDS[kind]
    text = wrong_with(tmp_path, text, "no.py")
    assert text.startswith("no.py") and words in text, text


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


def test_a_mistake_in_a_later_week_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        MIND.format("x = 1 / 0 if self.stock(self.needs[0]) < 1e-9 or self.news > 0.01 else 1"), encoding="utf-8"
    )
    mine = with_mind(find_exercise("0"), file)
    yours = next(each for each in experiments_of(mine, mine.sweep[0]) if str(file) in each.minds.values())
    assert re.match(r"mine\.py, line 6: ZeroDivisionError", str(run_experiment(yours)))
