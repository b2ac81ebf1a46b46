import json
from tests.benchmarks.test_command_speed import *
from models import executing
from models.writing import _rows, _STATEMENTS
from models.engine import transaction
def test_p(bench):
    model = bench.open(); bench.dispatch(model)
    nos = copies(bench, model, 900)
    for no in nos[:100]:
        execute_one(bench.engine, Item(no, lambda _: Sign(at=AT, by=UNIT), uuid4().hex), AT)
    got = []
    real = executing.write
    def w(connection, recorded):
        rows = {n: f for n, f in _rows(recorded).items() if f}
        for name, st in _STATEMENTS.items():
            if name in rows:
                out = [r[0] for r in connection.exec_driver_sql("explain (analyze, buffers off) " + st, {name: json.dumps(rows[name])})]
                got.append((name, out))
    executing.write = w
    for no in nos[100:110]:
        execute_one(bench.engine, Item(no, lambda _: Sign(at=AT, by=UNIT), uuid4().hex), AT)
    executing.write = real
    for name, out in got[-3:]:
        print(name); print("\n".join(out))
