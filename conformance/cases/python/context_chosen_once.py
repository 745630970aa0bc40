"""Once the default context has created a lock, the start method can't be set any more."""

CLAUSES = ("sync.context.chosen-once",)


def case(kit):
    kit.needs(kit.module, "the module", "set_start_method")
    kit.module.set_start_method(None, force=True)
    kit.expect("set_start_method() before", lambda: kit.module.set_start_method(kit.start_method), "None")
    kit.module.set_start_method(None, force=True)
    kit.expect("Lock().acquire()", lambda: kit.module.Lock().acquire(), "True")
    refused = 'raises RuntimeError("context has already been set")'
    kit.expect("set_start_method() after", lambda: kit.module.set_start_method(kit.start_method), refused)
