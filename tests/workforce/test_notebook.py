"""The notebook of the Python interface runs from top to bottom, and is kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "workforce" / "notebook.ipynb"


@pytest.fixture(scope="module")
def kept() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_runs_from_top_to_bottom(kept: nbformat.NotebookNode, tmp_path: Path) -> None:
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(kept, timeout=120, resources=folder).execute()

    shown = [output for cell in kept.cells if cell.cell_type == "code" for output in cell.outputs]
    said = "".join(output.get("text", "") + str(output.get("data", "")) for output in shown)
    assert "相対的に少ないこと（−107.7）" in said
    assert "'printed': 107.8" in said
    assert [output for output in shown if output.output_type == "error"] == []


def test_it_is_kept_without_outputs() -> None:
    fresh = nbformat.read(NOTEBOOK, as_version=4)

    assert [cell.outputs for cell in fresh.cells if cell.cell_type == "code" and cell.outputs] == []
    assert all(cell.execution_count is None for cell in fresh.cells if cell.cell_type == "code")
