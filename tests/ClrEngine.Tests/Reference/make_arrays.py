# python3 make_arrays.py (NumPy): writes numpy-arrays.zip beside itself: data sets as Python saves them, and in expected.json the sum of each one's features and its classes.
import gzip
import io
import json
import os
import pickle
import struct
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
N = 48
Y = np.arange(N) % 3
X = np.round(np.random.default_rng(0).normal(size=(N, 4)) + 3 * Y[:, None], 3)
NAMES = np.array(["cat", "dög", "emu"])
IMAGES = (np.arange(N * 30).reshape(N, 5, 6) % 251).astype("u1")

files, expected = {}, {}


def saved(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def expect(case, x, classes, scale=1.0):
    expected[case] = {"sum": float(np.asarray(x, dtype="f8").sum()) * scale, "classes": [str(name) for name in classes]}


def folder(case, x, y, classes=("0", "1", "2"), scale=1.0):
    files[f"{case}/x.npy"], files[f"{case}/y.npy"] = saved(x), saved(y)
    expect(case, x, classes, scale)


def archive(case, save, **arrays):
    stream = io.BytesIO()
    save(stream, **arrays)
    files[f"{case}/set.npz"] = stream.getvalue()
    first = next(iter(arrays.values()))
    expect(case + "/set.npz", first, ("0", "1", "2"))


folder("plain", X, Y)
folder("fortran", np.asfortranarray(X), Y)
folder("fortran-images", np.asfortranarray(IMAGES), Y, scale=1 / 255)
for kind in (">f8", "<f2", ">f2", "<u8", ">i2", "i1", ">u4", "?"):
    folder("type-" + kind.replace("<", "little-").replace(">", "big-").replace("?", "bool"), X > 1.5 if kind == "?" else np.abs(X * 4).astype(kind), Y)
folder("text", X, NAMES[Y], NAMES)
folder("text-big", X, NAMES[Y].astype(">U7"), NAMES)
folder("text-bytes", X, np.char.encode(NAMES[Y], "utf-8"), NAMES)
folder("text-column", X, NAMES[Y][:, None], NAMES)
folder("column", X, Y[:, None])
folder("row", X, Y[None, :])
folder("one-hot", X, np.eye(3)[Y])
archive("savez", np.savez, x=X, y=Y)
archive("savez-compressed", np.savez_compressed, features=np.asfortranarray(X), labels=Y)
archive("sklearn", np.savez, data=X, target=Y, target_names=NAMES)


def idx(array, code=8):
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


for case, pixels, code in (("idx", IMAGES, 8), ("idx-int", (IMAGES * 1000.0).astype(">i4"), 12), ("idx-double", (IMAGES / 7).astype(">f8"), 14)):
    files[f"{case}/emnist-letters-train-images-idx3-ubyte.gz"] = gzip.compress(idx(pixels, code), mtime=0)
    files[f"{case}/emnist-letters-train-labels-idx1-ubyte.gz"] = gzip.compress(idx((Y + 1).astype("u1")), mtime=0)
    expect(case, pixels, ("1", "2", "3"), 1 / 255 if code == 8 else 1)


class Pickler(pickle._Pickler):
    """Texts as Python 2 wrote them, as in the set that is published."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_text(self, text):
        raw = text.encode("latin1") if isinstance(text, str) else text
        self.write(b"U" + bytes([len(raw)]) + raw if len(raw) < 256 else b"T" + struct.pack("<i", len(raw)) + raw)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_text


def cifar(case, protocol, python2=False):
    pixels = np.repeat((np.arange(20, dtype="u1") * 12)[:, None], 3072, axis=1)
    batch = {"batch_label": "training batch 1 of 5", "labels": [i % 10 for i in range(20)], "data": pixels, "filenames": [f"s_{i}.png" for i in range(20)]}
    names = {"num_cases_per_batch": 10000, "label_names": [f"class {i}" for i in range(10)], "num_vis": 3072}
    for name, value in (("data_batch_1", batch), ("batches.meta", names)):
        stream = io.BytesIO()
        (Pickler if python2 else pickle.Pickler)(stream, protocol).dump(value)
        files[f"{case}/{name}"] = stream.getvalue()
    expect(case, pixels, names["label_names"], 1 / 255)


for protocol in (2, 3, 4, 5):
    cifar(f"cifar-{protocol}", protocol)
cifar("cifar-python2", 2, python2=True)

files["expected.json"] = json.dumps(expected, indent=1, ensure_ascii=False).encode()
with zipfile.ZipFile(os.path.join(HERE, "numpy-arrays.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
    for name in sorted(files):
        target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
