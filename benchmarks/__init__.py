"""How fast the program is, as ratios against something plain in the same run: `python -m benchmarks NAME`."""
