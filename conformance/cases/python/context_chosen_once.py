"""Once the default context has created a lock, the start method can't be set any more."""

import multiprocessing

CLAUSES = ("sync.context.chosen-once",)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    chooser = kit.module
    if isinstance(kit.context, multiprocessing.context.BaseContext):
        chooser = multiprocessing  # the module's contexts are built on these
    kit.needs(chooser, "the module", "set_start_method")
    chooser.set_start_method(None, force=True)
    kit.expect("set_start_method() before", lambda: chooser.set_start_method(kit.start_method), "None")
    chooser.set_start_method(None, force=True)
    kit.expect("Lock().acquire()", lambda: kit.module.Lock().acquire(), "True")
    refused = 'raises RuntimeError("context has already been set")'
    kit.expect("set_start_method() after", lambda: chooser.set_start_method(kit.start_method), refused)
