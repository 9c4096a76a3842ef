"""The picture of the page of scaling: what each of n nodes still does, by the network."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from benchmarks.scaling.models import MODELS
from benchmarks.scaling.network import Network
from benchmarks.scaling.steps import Costs, weak

NODES = [2**power for power in range(10)]


def svg(costs: Mapping[str, Costs], networks: Sequence[Network]) -> str:
    """A panel for each network, in which each model has a line."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    settings = {"svg.hashsalt": "scaling", "svg.fonttype": "none", "font.size": 9}
    with pyplot.rc_context(settings):
        figure, panels = pyplot.subplots(
            1, len(networks), figsize=(10, 3.6), sharey=True, layout="constrained"
        )
        for panel, network in zip(panels, networks, strict=True):
            for name, cost in costs.items():
                shares = [weak(cost, nodes, network) for nodes in NODES]
                panel.plot(NODES, shares, marker=".", label=MODELS[name].title)
            panel.axhline(0.5, color="#888", linewidth=0.8, linestyle="--")
            panel.set(title=network.name, xlabel="nodes", xscale="log", ylim=(0, 1.02))
            panel.set_xticks([1, 8, 64, 512], ["1", "8", "64", "512"])
            panel.minorticks_off()
        panels[0].set_ylabel("throughput / (nodes x one node's)")
        figure.legend(
            *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
        )
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"
