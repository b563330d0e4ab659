"""Make the two data files inside nnlib from scikit-learn's copies: `python3 -m course data`."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "nnlib" / "data"


def make(folder):
    """Write digits.npz and diabetes.npz into `folder` and return their two paths."""
    from sklearn.datasets import load_diabetes, load_digits

    digits, diabetes = load_digits(), load_diabetes(scaled=False)
    paths = Path(folder) / "digits.npz", Path(folder) / "diabetes.npz"
    # Pixels 0..16 and labels 0..9 fit in a byte. NumPy writes no dates: the same bytes each time.
    np.savez_compressed(
        paths[0], X=digits.data.astype(np.uint8), labels=digits.target.astype(np.uint8)
    )
    # The measurements have at most four decimals; some releases of scikit-learn are an ulp off.
    np.savez_compressed(paths[1], X=np.round(diabetes.data, 4), y=diabetes.target)
    return paths


def main(argv):
    """Make the data files and return 0; `argv` is empty."""
    for path in make(FOLDER):
        print(f"{path.relative_to(FOLDER.parent.parent)}: {path.stat().st_size:,} bytes")
    return 0
