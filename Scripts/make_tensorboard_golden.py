"""Writes Tests/InterchangeTests/Golden/events.tfevents with the PyPI package `tensorboard`.

    pip install tensorboard
    python3 Scripts/make_tensorboard_golden.py
"""

import pathlib

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.record_writer import RecordWriter

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "InterchangeTests" / "Golden"
TIME = 1700000000.25
# The bytes of no picture: what is written is passed on as it is.
PICTURE = bytes(range(200))


def scalar(tag, number):
    return Summary.Value(tag=tag, simple_value=number)


def events():
    yield Event(wall_time=TIME, file_version="brain.Event:2")
    yield Event(wall_time=TIME, step=300, session_log=SessionLog(status=SessionLog.START))
    yield Event(
        wall_time=TIME + 1, step=301,
        summary=Summary(value=[scalar("accuracy/validation", 0.0), scalar("loss/training", 0.3125)]))
    yield Event(
        wall_time=TIME + 2, step=302, summary=Summary(value=[scalar("loss/training", float("inf"))]))
    histogram = HistogramProto(
        min=-1.5, max=2.5, num=7, sum=3.25, sum_squares=9.5, bucket_limit=[-0.5, 0.5, 2.5],
        bucket=[1, 4, 2])
    yield Event(
        wall_time=TIME + 3, step=1_000_000,
        summary=Summary(value=[Summary.Value(tag="weights/hidden.weight", histo=histogram)]))
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    tensor = TensorProto(
        dtype="DT_STRING", string_val=["**größer** als 0".encode()],
        tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]))
    yield Event(
        wall_time=TIME + 4, step=2,
        summary=Summary(value=[Summary.Value(tag="notes", metadata=metadata, tensor=tensor)]))
    image = Summary.Image(height=28, width=29, colorspace=3, encoded_image_string=PICTURE)
    yield Event(
        wall_time=TIME + 5, step=3, summary=Summary(value=[Summary.Value(tag="worst", image=image)]))


def main():
    with open(GOLDEN / "events.tfevents", "wb") as file:
        writer = RecordWriter(file)
        for event in events():
            writer.write(event.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
