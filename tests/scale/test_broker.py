"""The queue in a folder."""

from kombu import Connection

import scale.broker


class Spy:
    """Looks for its own message while that is written."""

    def __init__(self, folder):
        self.folder = folder

    def __json__(self):
        return [path.name for path in self.folder.glob("*.msg")]


def test_nobody_finds_a_message_before_it_is_whole(tmp_path):
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    folders["control_folder"] = str(tmp_path / "control")
    with Connection("filesystem://", transport_options=folders) as line:
        channel = line.channel()
        assert isinstance(channel, scale.broker.Channel)
        for _ in range(3):
            channel._put("celery", {"seen": Spy(tmp_path)})
        found = [len(channel._get("celery")["seen"]) for _ in range(3)]
    assert sorted(found) == [0, 1, 2], "those before it, not itself"
    assert not list(tmp_path.glob("*.part"))
