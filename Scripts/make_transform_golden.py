"""Writes Tests/DatasetsTests/Golden/transforms.json: what Pillow, torchvision, NumPy, librosa and
scikit-learn make of small pictures, sounds and tables. The tests need no Python.

    pip install torch==2.13.0 torchvision==0.28.0 pillow==13.0.0 librosa==0.11.0 scikit-learn==1.9.1
    python3 Scripts/make_transform_golden.py

The same script gives the same bytes.
"""

import json
import pathlib
import warnings

import librosa
import numpy
import torch
from PIL import Image
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from torchvision.transforms import InterpolationMode, functional

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "DatasetsTests" / "Golden"


def picture(height, width, channels):
    """A picture with smooth parts, edges and noise, from a formula and a small generator."""
    state = numpy.uint64(height * 1000 + width * 10 + channels)
    rows = []
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                state = (int(state) * 6364136223846793005 + 1442695040888963407) % 2**64
                smooth = 90 + 80 * numpy.sin(0.5 * x + c) * numpy.cos(0.3 * y)
                edge = 70 if (x // 4 + y // 5 + c) % 3 == 0 else 0
                rows.append(int(min(255, max(0, smooth + edge + (state >> 59)))))
    array = numpy.array(rows, numpy.uint8).reshape(height, width, channels)
    return Image.fromarray(array if channels == 3 else array[:, :, 0])


def described(image):
    array = numpy.asarray(image)
    channels = array.shape[2] if array.ndim == 3 else 1
    return {"height": array.shape[0], "width": array.shape[1], "channels": channels,
            "pixels": array.tobytes().hex()}


INTERPOLATIONS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def resizing():
    cases = []
    sources = [picture(13, 17, 3), picture(11, 8, 1), picture(1, 3, 3)]
    for number, source in enumerate(sources):
        for height, width in [(7, 9), (20, 31), (13, 5), (3, 17), (1, 1), (26, 34)]:
            for name, filter in INTERPOLATIONS.items():
                cases.append({"source": number, "interpolation": name,
                              "result": described(source.resize((width, height), filter))})
    box = sources[0].crop((3, 2, 15, 11)).resize((7, 6), Image.BILINEAR)
    cases.append({"source": 0, "interpolation": "bilinear", "box": [2, 3, 9, 12],
                  "result": described(box)})
    return {"sources": [described(s) for s in sources], "cases": cases}


def moving():
    source, grey = picture(12, 15, 3), picture(9, 9, 1)
    cases = []
    for angle in [-170.0, -30.0, 0.5, 10.0, 45.0, 90.0, 123.0]:
        for name in ["nearest", "bilinear"]:
            mode = InterpolationMode(name)
            for number, image in enumerate([source, grey]):
                turned = functional.rotate(image, angle, mode, fill=7)
                cases.append({"source": number, "interpolation": name, "clockwise": -angle,
                              "right": 0, "down": 0, "scale": 1, "shear": 0,
                              "result": described(turned)})
    for angle, move, scale, shear in [(20.0, (2, -1), 1.0, 0.0), (0.0, (0, 0), 1.4, 0.0),
                                      (-15.0, (1, 3), 0.7, 12.0), (0.0, (-3, 0), 1.0, -25.0)]:
        moved = functional.affine(source, angle, list(move), scale, [shear, 0.0],
                                  InterpolationMode.BILINEAR, fill=7)
        cases.append({"source": 0, "interpolation": "bilinear", "clockwise": angle,
                      "right": move[0], "down": move[1], "scale": scale, "shear": shear,
                      "result": described(moved)})
    return {"sources": [described(source), described(grey)], "cases": cases}


def coloring():
    sources = [picture(10, 12, 3), picture(6, 7, 1)]
    changes = {"brightness": functional.adjust_brightness, "contrast": functional.adjust_contrast,
               "saturation": functional.adjust_saturation, "hue": functional.adjust_hue}
    cases = []
    for number, source in enumerate(sources):
        for name, change in changes.items():
            for amount in [-0.5, -0.17, 0.1, 0.5] if name == "hue" else [0.0, 0.35, 0.9, 1.6, 2.5]:
                cases.append({"source": number, "change": name, "amount": amount,
                              "result": described(change(source, amount))})
    cases.append({"source": 0, "change": "grey", "amount": 0,
                  "result": described(functional.to_grayscale(sources[0]))})
    return {"sources": [described(s) for s in sources], "cases": cases}


def cropping():
    source = picture(9, 12, 3)
    cases = []
    for height, width in [(4, 4), (5, 5), (9, 12), (11, 13), (12, 4), (3, 20)]:
        cases.append({"kind": "center", "size": [height, width],
                      "result": described(functional.center_crop(source, [height, width]))})
    for mode in ["constant", "reflect", "edge"]:
        padded = functional.pad(source, [1, 3, 2, 4], padding_mode=mode, fill=9 if mode == "constant" else 0)
        cases.append({"kind": mode, "size": [], "result": described(padded)})
    mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    tensor = functional.normalize(functional.to_tensor(source), mean, deviation)
    return {"source": described(source), "cases": cases, "normalized": floats(tensor.numpy())}


def floats(array):
    return [float(str(numpy.float32(x))) for x in numpy.asarray(array).ravel()]


def sounds():
    time = numpy.arange(150)
    signal = (0.6 * numpy.sin(0.3 * time) + 0.3 * numpy.cos(1.1 * time + 0.002 * time**2)
              + 0.1 * ((time * 7919 % 31) / 15 - 1)).astype(numpy.float32)
    spectra = []
    for size, hop, window, length, power, centered in [
            (32, 16, "hann", 32, 2, True), (30, 10, "hamming", 21, 1, True),
            (25, 25, "blackman", 25, 2, False), (16, 8, "rectangular", 16, 2, True)]:
        weights = {"hann": torch.hann_window, "hamming": torch.hamming_window,
                   "blackman": torch.blackman_window,
                   "rectangular": torch.ones}[window](length)
        result = torch.stft(torch.tensor(signal, dtype=torch.float64), size, hop, length,
                            weights.double(), center=centered, return_complex=True).abs() ** power
        spectra.append({"fftSize": size, "hop": hop, "window": window, "windowLength": length,
                        "power": power, "isCentered": centered, "values": floats(result)})
    banks = []
    for count, bins, low, high, htk, norm in [(6, 17, 0, None, True, None), (5, 17, 100, 3000, True, None),
                                              (8, 33, 0, None, False, "slaney"), (7, 33, 50, 3500, False, None)]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bank = librosa.filters.mel(sr=8000, n_fft=2 * (bins - 1), n_mels=count, fmin=low,
                                       fmax=high, htk=htk, norm=norm)
        banks.append({"count": count, "frequencyCount": bins, "lowest": low, "highest": high,
                      "scale": "htk" if htk else "slaney", "hasUnitArea": norm is not None,
                      "values": floats(bank)})
    mel = librosa.feature.melspectrogram(y=signal.astype(numpy.float64), sr=8000, n_fft=32, hop_length=16,
                                         n_mels=8, pad_mode="reflect", htk=False, norm="slaney")
    decibels = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=30)
    cepstrum = librosa.feature.mfcc(S=decibels, n_mfcc=5)
    return {"signal": floats(signal), "spectrograms": spectra, "banks": banks,
            "mel": floats(mel), "decibels": floats(decibels), "mfcc": floats(cepstrum)}


def tables():
    training = numpy.array([[1, 2, 5, 7], [4, 2, -1, 7], [2.5, 3, 0, 8], [-3, 3, 12, 9], [0, 9, 4, 7],
                            [1, 1, 1, 9]], numpy.float64)
    holes = training.copy()
    holes[1, 0] = holes[3, 0] = holes[2, 2] = holes[5, 3] = numpy.nan
    new = numpy.array([[2, 2, 100, 7], [-8, 3, 0.5, 11]], numpy.float64)
    fill = {s: floats(SimpleImputer(strategy=s).fit(holes).statistics_)
            for s in ["mean", "median", "most_frequent"]}
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(training[:, [1, 3]])
    return {"training": floats(training), "holes": [None if numpy.isnan(x) else x for x in holes.ravel()],
            "new": floats(new), "standard": floats(StandardScaler().fit(training).transform(new)),
            "minmax": floats(MinMaxScaler().fit(training).transform(new)), "fill": fill,
            "onehot": floats(encoder.transform(new[:, [1, 3]]))}


def folds():
    random = numpy.random.RandomState(3)
    cases = []
    for count, classes, groups, parts in [(60, 3, 12, 5), (103, 4, 20, 3), (47, 2, 9, 4)]:
        labels = numpy.minimum(random.geometric(0.4, count) - 1, classes - 1)
        members = numpy.minimum(random.geometric(0.15, count) - 1, groups - 1)
        x = numpy.zeros((count, 1))

        def sizes(splitter, *arguments):
            return sorted(len(test) for _, test in splitter.split(x, *arguments))

        def counts(splitter, *arguments):
            return [[int((labels[test] == c).sum()) for c in range(classes)]
                    for _, test in splitter.split(x, *arguments)]

        stratified = StratifiedKFold(parts, shuffle=True, random_state=1)
        both = StratifiedGroupKFold(parts, shuffle=True, random_state=1)
        cases.append({
            "labels": labels.tolist(), "groups": members.tolist(), "folds": parts,
            "stratified": counts(stratified, labels),
            "grouped": sizes(GroupKFold(parts), labels, members),
            "stratifiedGrouped": counts(both, labels, members)})
    return cases


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=UserWarning)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    path = GOLDEN / "transforms.json"
    path.write_text(json.dumps({
        "resizing": resizing(), "moving": moving(), "coloring": coloring(), "cropping": cropping(),
        "sounds": sounds(), "tables": tables(), "folds": folds()}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")
