"""A package as one program: its class is judged with the layers, activations, losses and optimisers of its other modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packages_of_others import DEFAULTS, DENSE, EAGER, GIVEN, LAZY

import mlp_conformance
from mlp_conformance.adapting import driven_from
from mlp_conformance.loading import LoadError, load
from mlp_conformance.recognise import NotDriven, ProgramError, drive
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.source.packages import package_of_object, read_package


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Packages stand in the current folder, and are forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def package(name: str, modules: dict[str, str], exports: str = "") -> str:
    folder = Path(name)
    folder.mkdir()
    (folder / "__init__.py").write_text(exports)
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text.replace("{scale}", ""))
    return name


def is_right(driven: Driven) -> bool:
    return all(driven.settled.score)


def test_what_stands_in_other_modules_is_put_together() -> None:
    driven = drive(read_package(package("eager_net", EAGER)))
    assert is_right(driven)
    assert driven.plan.name == "Network"
    assert driven.plan.claims["reductions"] == {"mean_elements"}


def test_layers_learn_their_inputs_later_and_losses_go_by_names() -> None:
    driven = drive(read_package(package("lazy_net", LAZY)))
    assert is_right(driven)
    assert 'loss="mse"' in driven.plan.source()
    assert "momentum=0.0" in driven.plan.source()


def test_activations_are_attributes_and_what_it_is_told_is_given() -> None:
    driven = drive(read_package(package("given_net", GIVEN)))
    assert is_right(driven)
    text = driven.plan.source()
    assert "program.ActivationFunction.tanh" in text
    assert "program.SGD(learning_rate=learning_rate, weight_decay=l2)" in text
    assert "model_checkpoint=False" in text


def test_objects_that_are_defaults_are_told_what_is_asked() -> None:
    """A function of another module trains, in batches of 32 unless it is told otherwise."""
    driven = drive(read_package(package("default_net", DEFAULTS)))
    assert is_right(driven)
    assert "program.train.__defaults__[2].batch_size = batch_size or len(inputs)" in driven.plan.source()
    assert driven.plan.claims["options"] == {"batch_size"}


def test_what_moves_nothing_is_no_step_though_a_fault_moves_nothing() -> None:
    """The sum of all errors of a softmax is 0: `evaluate` would be explained by a delta of that."""
    without = GIVEN | {"model": GIVEN["model"].replace("self.optimizer.step(self.layers)", "raise RuntimeError('later')")}
    with pytest.raises(NotDriven, match="understood in part"):
        drive(read_package(package("idle_net", without)))


def test_a_mistake_in_another_module_is_named() -> None:
    wrong = EAGER | {"dense": DENSE.replace("{scale}", "2 * ")}
    report = mlp_conformance.run(f"{package('wrong_net', wrong)}.network:Network", select="drawn/")
    assert not report.conforms
    assert "weight" in report.diagnosis[0].title


def test_it_is_named_by_itself_or_by_a_class_wherever_that_stands() -> None:
    name = package("named_net", EAGER, "from .network import Network\n")
    for spec in (name, f"{name}:Network", f"{name}.network:Network"):
        assert load(spec).claims.name == "Network"
    with pytest.raises(LoadError, match=r"package named_net has no 'Netwerk'\. Did you mean 'Network'"):
        load(f"{name}:Netwerk")


def test_its_adapter_is_written_and_judged_from_another_folder(tmp_path: Path) -> None:
    name = package("kept_net", EAGER)
    plan = driven_from(name)
    assert 'program = package("kept_net")' in plan.source()
    (tmp_path / "elsewhere").mkdir()
    adapter = tmp_path / "elsewhere" / "adapter.py"
    adapter.write_text(plan.beside(adapter).source())
    assert mlp_conformance.run(f"{adapter}:Adapter", select="drawn/*").conforms
    assert driven_from(f"{name}.network:Network").source().count("program.Dense(a, b)") == 1


def test_parts_that_cannot_be_imported_are_left_out_and_said_where_they_are_needed() -> None:
    lacking = {**EAGER, "pictures": "import no_such_library\n", "tests": "raise SystemExit('never')\n"}
    program = read_package(package("lacking_net", lacking))
    assert is_right(drive(program))
    assert program.missing == ["no_such_library"]
    broken = package("broken_net", {}, "raise ValueError('no backend')")
    with pytest.raises(ProgramError, match="package broken_net: importing it raised ValueError: no backend"):
        read_package(broken)
    with pytest.raises(LoadError, match="package empty_net: found no class, no function and no array"):
        load(package("empty_net", {}))


def test_a_framework_is_not_read_as_a_whole() -> None:
    with pytest.raises(LoadError, match=r"package numpy: too large to be read as a whole: name a class in it"):
        load("numpy")


def test_what_is_of_one_file_is_of_no_package() -> None:
    assert package_of_object(test_what_is_of_one_file_is_of_no_package) == ""
    assert package_of_object(Driven) == "mlp_conformance"
