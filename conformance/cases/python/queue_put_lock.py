"""A lock put into a queue is lost, as it can't be pickled; what is put after it arrives."""

CLAUSES = ("sync.queue-put-lock",)


def case(kit):
    kit.needs(kit.context, "the context", "Queue")
    queue = kit.context.Queue()
    kit.expect("queue.put(lock)", lambda: queue.put(kit.Lock()), "None")
    kit.expect("queue.put('next')", lambda: queue.put("next"), "None")
    kit.expect("queue.get()", queue.get, '"next"')
