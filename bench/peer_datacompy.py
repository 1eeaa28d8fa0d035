"""datacompy over both wide tables; run by the Python of an environment of its own, which has nothing of ours.

`python peer_datacompy.py FOLDER` prints one line of JSON: seconds of the comparison, of loading, peak MB.
"""

import json
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter


def main() -> None:
    """Entry point."""
    import datacompy
    import pandas as pd

    folder = Path(sys.argv[1])
    begin = perf_counter()
    hub, agency = (pd.read_parquet(folder / f"{name}.parquet") for name in ("hub", "agency"))
    loaded = perf_counter()
    hub = hub.sort_values("at").drop_duplicates("no", keep="last").drop(columns="message")
    agency = agency.drop_duplicates("no", keep="last").drop(columns="n")
    compare = getattr(datacompy, "PandasCompare", None) or datacompy.Compare
    found = compare(hub, agency, join_columns="no")
    len(found.df1_unq_rows), len(found.df2_unq_rows), len(found.all_mismatch())
    seconds = perf_counter() - loaded
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "loaded": loaded - begin, "peak": peak, "wrong": 0}))


if __name__ == "__main__":
    main()
