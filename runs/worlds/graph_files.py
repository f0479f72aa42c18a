"""Networks of firms as graphs: GraphML and GEXF, as tools that draw and measure networks write them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from model.tables.faults import Faults
from runs.worlds.edge_columns import CUSTOMER, SUPPLIER, WORDS, column_of
from runs.worlds.edge_files import EdgeTable

ENDINGS = (".graphml", ".gexf")
OF_BOTH = ("name", "country", "sector")
DIRECTED = {"edgedefault": "directed", "defaultedgetype": "directed", "type": "directed", "directed": "true"}
WRONG = (nx.NetworkXException, ElementTree.ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError)


def read_graph_file(path: Path, notes: list[str]) -> EdgeTable:
    """Read a graph: a link for each edge, from its source to its target, with what is said of both and of it.

    Sales of a firm to the final market become a link without a customer. Raise Faults for what is no such graph.
    """
    try:
        content = path.read_bytes()
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Faults([f"{path}: found a document type in it, which is not read; save it without one"])
        root = ElementTree.fromstring(content)
        if direct(root):
            notes.append(f"{path.name}: its edges have no direction; each was taken from its source to its target")
        graph: Any = (nx.read_gexf if path.suffix.lower() == ".gexf" else nx.read_graphml)(
            BytesIO(ElementTree.tostring(root))
        )
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror})"]) from None
    except WRONG as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise Faults([f"{path}: it is no {path.suffix.lower()[1:]} file ({words}); save it again"]) from None
    return table_of(path, graph)


def direct(root: ElementTree.Element) -> bool:
    """Give all edges the direction in which they are written; whether some had none."""
    undirected = False
    for element in root.iter():
        kind = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if kind not in ("graph", "edge"):
            continue
        for name, value in DIRECTED.items():
            if element.get(name) in ("undirected", "mutual", "false") and (kind == "edge" or "default" in name):
                undirected = True
                element.set(name, value)
    return undirected


def table_of(path: Path, graph: Any) -> EdgeTable:
    """The edges of a graph as rows, and the sales of its nodes to the final market. Raise Faults without an edge."""
    about = {node: said_of(data) for node, data in graph.nodes(data=True)}
    rows: list[dict[str, str]] = []
    places: list[str] = []
    for number, (source, target, data) in enumerate(graph.edges(data=True), 1):
        seller, buyer = about[source], about[target]
        row = {f"{SUPPLIER}_{what}": seller.get(what, "") for what in OF_BOTH}
        row |= {f"{CUSTOMER}_{what}": buyer.get(what, "") for what in OF_BOTH}
        row |= {"good": seller.get("good", ""), "stock": buyer.get("stock", ""), "essential": "", "lead": ""}
        row |= {column: str(value) for key, value in data.items() if (column := column_of(str(key))) in LINK}
        rows.append(row | {SUPPLIER: str(source), CUSTOMER: str(target)})
        places.append(f"edge {number} ({source} > {target})")
    if not rows:
        raise Faults([f"{path}: found no edge; each edge leads from a supplier to its customer"])
    units = {row.get("unit", "") for row in rows}
    unit = units.pop() if len(units) == 1 else ""
    for node, said in about.items():
        if said.get("final"):
            named = {f"{SUPPLIER}_{what}": said.get(what, "") for what in OF_BOTH} | {"unit": said.get("unit", unit)}
            rows.append(named | {SUPPLIER: str(node), "good": said.get("good", ""), "amount": said["final"]})
            places.append(f"node {node}")
    columns = [
        column for column in dict.fromkeys(key for row in rows for key in row) if any(row.get(column) for row in rows)
    ]
    return EdgeTable({column: [row.get(column, "") for row in rows] for column in columns}, places, mark=";")


LINK = frozenset(WORDS["link"])


def said_of(data: dict[str, Any]) -> dict[str, str]:
    """What a node says of its firm: name, country, sector, good, stock, final, and in what unit that is."""
    found: dict[str, str] = {}
    for key, value in data.items():
        column = column_of(str(key)) or ""
        words = str(key).casefold().replace(" ", "_")
        if words in WORDS["node"]["final"]:
            found.setdefault("final", str(value))
        elif column.startswith(f"{SUPPLIER}_"):
            found.setdefault(column.removeprefix(f"{SUPPLIER}_"), str(value))
        elif column in ("good", "stock", "unit"):
            found.setdefault(column, str(value))
    return found
