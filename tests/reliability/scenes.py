"""All scenes, by name."""

from __future__ import annotations

from tests.reliability import export_scenes, script_scenes, training_scenes
from tests.reliability.scene import Scene

SCENES: dict[str, Scene] = {
    scene.name: scene for module in (script_scenes, training_scenes, export_scenes) for scene in module.SCENES
}
